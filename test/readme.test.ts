/** Checks README's commands, settings and fields against the code. */
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COLUMNS } from '../server/exports/csv.ts';
import { readCatalogue } from '../server/lessons/catalogue.ts';
import { LESSONS } from '../server/programs/build.ts';
import { readSettings } from '../server/settings.ts';
import { DEFAULTS, SPEC_FIELDS } from '../server/spec/spec.ts';
import { programDetails } from '../views/page/program.ts';
import { outSection } from '../views/run/out.ts';
import { elements } from './markup.ts';

const readme = fs.readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const { scripts } = JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Returns the rows of the table with `first` as its first header, as cells. */
function table(first: string): string[][] {
  const rows = readme.split('\n');
  const from = rows.findIndex((row) => row.startsWith(`| ${first} |`)) + 2;
  const count = rows.slice(from).findIndex((row) => !row.startsWith('|'));
  return rows.slice(from, from + count).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? '');

describe('README', () => {
  test('README: every npm script it names exists', () => {
    const named = [...readme.matchAll(/npm (?:run )?(start:deno|start|test|bench|class:deno|class)\b/g)].map(
      (found) => found[1],
    );
    expect(new Set(named)).toEqual(new Set(['start', 'test', 'start:deno', 'bench', 'class', 'class:deno']));
    for (const name of named) expect(scripts).toHaveProperty([name ?? '']);
  });

  test('README: the files that it and docs/ link to exist, and so do the commands in docs/', () => {
    const school = fs.readFileSync(new URL('../docs/school.md', import.meta.url), 'utf8');
    const scale = fs.readFileSync(new URL('../docs/scale.md', import.meta.url), 'utf8');
    for (const [text, folder] of [
      [readme, '..'],
      [school, '../docs'],
      [scale, '../docs'],
    ] as const)
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g))
        expect(fs.existsSync(new URL(`${folder}/${target}`, import.meta.url)), target).toBe(true);
    const operator = fs.readFileSync(new URL('../server/operator.ts', import.meta.url), 'utf8');
    const commands = [...school.matchAll(/npm run runs -- (\w+)/g)].map((found) => found[1]);
    expect(new Set(commands)).toEqual(new Set(['person', 'forget']));
    for (const command of commands) expect(operator).toContain(`'${command}'`);
    const metrics = ['metrics', 'cluster-metrics'].map((name) =>
      fs.readFileSync(new URL(`../server/routes/${name}.ts`, import.meta.url), 'utf8'),
    );
    for (const [metric] of scale.matchAll(/playground_\w+/g)) expect(metrics.join()).toContain(`${metric}`);
    expect(school).toContain(`(${readSettings({}).RETENTION_DAYS} by default)`);
  });

  test('README: lists the settings and defaults of the server', () => {
    const settings: Record<string, unknown> = readSettings({});
    const rows = table('setting');
    expect(rows.map(([name]) => names(name ?? '')[0])).toEqual(Object.keys(settings));
    for (const [name, fallback] of rows) {
      const [value] = names(fallback ?? '');
      if (value !== undefined) expect(String(settings[names(name ?? '')[0] ?? ''])).toBe(value);
    }
  });

  test('README: lists all lessons, in order', async () => {
    const section = readme.split('## Lessons')[1]?.split('\nEach is')[0] ?? '';
    const listed = names(section.split('. Each')[0] ?? '');
    const lessons = await readCatalogue(LESSONS);
    expect(listed).toEqual(lessons.map(({ slug }) => slug));
  });

  test('README: lists the columns of the CSV export', () => {
    expect(table('column').flatMap(([name]) => names(name ?? ''))).toEqual([...COLUMNS]);
  });

  test('README: the headings that it names are on the page', () => {
    const program = String(
      programDetails({
        entry: { slug: 'join', title: '', program: '', python: null },
        runId: 'abc',
        base: '',
      }),
    );
    const named = [...readme.matchAll(/“(Get the code)”/g)].map((found) => found[1] ?? '');
    expect(named).toEqual(elements(program, 'h3').map(({ text }) => text));
    const run = { id: 'abc', spec: { ...DEFAULTS, modes: [...DEFAULTS.modes], workers: null, seed: 1 } };
    const [title] = elements(String(outSection({ ...run, base: '' }, '')), 'summary').map(({ text }) => text);
    expect(readme).toContain(`\n## ${title}\n`);
  });

  test('README: its links lead to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map((found) => found[1] ?? '');
    expect(links.length).toBeGreaterThan(3);
    const own = links.filter((link) => !link.startsWith('https://'));
    const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(
      ([, title = '']) => `#${title.toLowerCase().replaceAll(' ', '-')}`,
    );
    for (const link of own) {
      const isThere = headings.includes(link) || fs.existsSync(new URL(`../${link}`, import.meta.url));
      expect(isThere, link).toBe(true);
    }
  });

  test('README: lists the fields and defaults of the spec', () => {
    const rows = table('field');
    expect(rows.flatMap(([name]) => names(name ?? '')).toSorted()).toEqual([...SPEC_FIELDS].toSorted());
    const defaults: Record<string, unknown> = DEFAULTS;
    for (const field of ['jobs', 'work', 'runtime', 'lesson']) {
      expect(rows.find(([name]) => name === `\`${field}\``)?.[2]?.replaceAll('`', '')).toBe(
        String(defaults[field]),
      );
    }
  });
});
