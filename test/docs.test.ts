/** README and docs/: what they name exists, and what they list is what there is. */
import fs from 'node:fs';
import path from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { readChallenges } from '../server/challenges/catalogue.ts';
import { COLUMNS } from '../server/exports/csv.ts';
import { ENDINGS } from '../server/exports/exports.ts';
import { readCatalogue } from '../server/lessons/catalogue.ts';
import { GROUPS } from '../server/lessons/lesson.ts';
import { LESSONS } from '../server/programs/build.ts';
import { readSettings } from '../server/settings.ts';
import { DEFAULTS, SPEC_FIELDS } from '../server/spec/spec.ts';
import { ATTACKS } from './attack/attacks.ts';
import { LEVELS } from './attack/levels.ts';
import { type PlaygroundApp, playgroundApp } from './playground-app.ts';

const ROOT = path.join(import.meta.dirname, '..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const PAGES = ['README.md', ...fs.readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`)];
const SETTINGS: Record<string, unknown> = readSettings({});
const { scripts, dependencies }: Record<string, Record<string, string>> = JSON.parse(read('package.json'));

/** Most lines of a page: what fits on a page and a half. */
const LONGEST: Record<string, number> = { 'README.md': 150 };
const LONG = 120;

/** Names in capitals that are no settings: of other programs, of SQL, and what stands for something else. */
const OTHER_CAPITALS = 'ALL DATABASE_URL_FILE DOMAIN FILE ID LISTEN NAME NOTIFY ROOM'.split(' ');
/** Where a name of a file may begin. */
const FOLDERS = ['', 'server', 'server/lessons/join'];
/** Folders of the system, which are no addresses. */
const SYSTEM = /^\/(etc|opt|proc|tmp|usr|var)(\/|$)/;
/** What is in quotation marks, and no words of a page: a term of networks. */
const OTHER_QUOTES = ['client isolation'];

/** Returns what is marked as code in a text, in lines and in blocks, without line ends. */
function codeIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, block = '']) => block.split('\n'));
  return [...blocks.flat(), ...spansIn(text)];
}

/** Returns what is marked as code within lines. */
function spansIn(text: string): string[] {
  return [...proseOf(text).matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replace(/\s+/g, ' '));
}

/** Returns the rows of the table of a page with `first` as its first header, as cells. */
function tableIn(page: string, first: string): string[][] {
  const rows = read(page).split('\n');
  const from = rows.findIndex((row) => row.startsWith(`| ${first} |`)) + 2;
  const count = rows.slice(from).findIndex((row) => !row.startsWith('|'));
  return rows.slice(from, count < 0 ? undefined : from + count).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Returns a text without its blocks of code. */
const proseOf = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '');

/** Returns the anchors of a page's headings. */
function anchorsOf(text: string): string[] {
  return [...proseOf(text).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** Returns the commands of npm in a text: a script's name, and the arguments after it. */
function commandsIn(text: string): { name: string; args: string[] }[] {
  return codeIn(text)
    .flatMap((code) => [...code.matchAll(/\bnpm (run |start\b|test\b)([\w:]*)(?: -- ([^#;|]*))?/g)])
    .map(([, how = '', name = '', args = '']) => ({
      name: how === 'run ' ? name : how + name,
      args: args.split(/[\s,]+/).filter((word) => word !== ''),
    }));
}

/**
 * Reports whether the script of a command knows an argument. Capitals and numbers stand for something else, as does the
 * name of the usual data folder.
 */
function isKnown(name: string, arg: string): boolean {
  if (/^["\dA-Z…]/.test(arg) || arg === SETTINGS.DATA_DIR) return true;
  if (name === 'attack') return [...LEVELS, ...ATTACKS.map((attack) => attack.name)].join().includes(arg);
  const file = scripts?.[name]?.split(' ').find((word) => word.endsWith('.ts')) ?? '';
  return read(file).includes(`'${arg}'`);
}

/** What the page's script, its HTML and its sentences say. */
const said = ['views', 'static', 'server/words']
  .flatMap((folder) =>
    fs.readdirSync(path.join(ROOT, folder), { recursive: true }).map((name) => `${folder}/${name}`),
  )
  .filter((file) => file.endsWith('.ts'))
  .map(read)
  .join('\n');

let app: PlaygroundApp;
/** Answers at every address that the app has. */
const known = new Hono();
beforeAll(async () => {
  app = await playgroundApp();
  for (const route of app.routes) {
    const [method = '', pattern = ''] = route.split(' ');
    known.on(method, pattern, (c) => c.text('known'));
  }
});
afterAll(() => app.close());

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  it('is short enough to be read', () => {
    expect(text.split('\n').length).toBeLessThanOrEqual(LONGEST[page] ?? LONG);
  });

  it('its links lead to files and headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = '']) => link);
    for (const link of links) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.join(path.dirname(page), file);
      expect(fs.existsSync(path.join(ROOT, target)), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(read(target))).toContain(anchor);
    }
  });

  it('its commands exist, and know the arguments', () => {
    for (const { name, args } of commandsIn(text)) {
      expect(scripts).toHaveProperty([name]);
      for (const arg of args)
        expect({ name, arg, isKnown: isKnown(name, arg) }).toMatchObject({ isKnown: true });
    }
  });

  it('its files exist', () => {
    const inRoot = [...text.matchAll(/(?<![\w./])(?:server|views|static|test|docs)\/[\w./-]*\w/g)].map(
      ([file]) => file,
    );
    const named = spansIn(text).filter((code) =>
      /^[\w.-]+(\/[\w.-]+)*\.(ts|py|mjs|yaml|service)$/.test(code),
    );
    for (const file of [...inRoot, ...named]) {
      // In a link from docs/, or the name of a program that somebody has.
      if (file === 'program.mjs' || file.endsWith('/recorded')) continue;
      const places = FOLDERS.map((folder) => path.join(ROOT, folder, file));
      expect(
        places.some((place) => fs.existsSync(place)),
        file,
      ).toBe(true);
    }
  });

  it('its settings exist', () => {
    const code = codeIn(text);
    const named = [
      ...code
        .flatMap((line) => [...line.matchAll(/(?<![\w-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)/g)])
        .map(String),
      ...code.flatMap((line) => /^([A-Z]{2,})(?:=.*)?$/.exec(line)?.[1] ?? []),
    ];
    for (const name of named) expect([...Object.keys(SETTINGS), ...OTHER_CAPITALS]).toContain(name);
  });

  it('its addresses exist', async () => {
    const named = codeIn(text).flatMap((code) => [
      ...(/^(?:(?:GET|POST) )?\/(?:[^\s*]*)$/.test(code) ? [code] : []),
      ...[...code.matchAll(/localhost:8080(\/[^\s']*)/g)].map(([, address = '']) => address),
    ]);
    for (const one of named) {
      const address = one.replace(/^(GET|POST) /, '').replaceAll('…', 'x');
      if (SYSTEM.test(address)) continue;
      const answers = ['GET', 'POST'].map((method) => known.request(address, { method }));
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      expect({ one, statuses }).toEqual({ one, statuses: expect.arrayContaining([200]) });
    }
  });

  it('the words in quotation marks are on the pages', () => {
    // Without the letter to parents, which has words of its own.
    const prose = text.replace(/^>.*$/gm, '');
    for (const [, words = ''] of prose.matchAll(/“([^”]+)”/g)) {
      const plain = words.replace(/\s+/g, ' ');
      if (!OTHER_QUOTES.includes(plain)) expect(said.includes(plain), plain).toBe(true);
    }
  });
});

const names = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? '');

test('README: links to every page of docs/', () => {
  const links = [...read('README.md').matchAll(/\]\((docs\/[^)#]+)\)/g)].map(([, link = '']) => link);
  expect([...new Set(links)].sort()).toEqual(PAGES.slice(1).sort());
});

test('docs/settings: lists every setting with its default, and no other page does', () => {
  const rows = tableIn('docs/settings.md', 'setting');
  expect(rows.map(([name]) => names(name)[0])).toEqual(Object.keys(SETTINGS));
  for (const [name, fallback] of rows) {
    const [value] = names(fallback);
    if (value !== undefined) expect(String(SETTINGS[names(name)[0] ?? ''])).toBe(value);
  }
  for (const page of PAGES.filter((one) => one !== 'docs/settings.md'))
    for (const [, name = ''] of read(page).matchAll(/^\| `(\w+)` \|/gm))
      expect(Object.keys(SETTINGS), page).not.toContain(name);
});

test('docs/lessons: lists all lessons, in order', async () => {
  const rows = tableIn('docs/lessons.md', 'group');
  expect(rows.map(([group]) => group)).toEqual([...GROUPS]);
  const lessons = await readCatalogue(LESSONS);
  expect(
    rows.map(([, cell]) => names(cell)),
    'the table at the end of docs/lessons.md',
  ).toEqual(
    GROUPS.map((group) => lessons.filter((lesson) => lesson.group === group).map(({ slug }) => slug)),
  );
});

test('docs/using: says how many challenges there are', () => {
  const words = ['seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
  expect(read('docs/using.md')).toContain(`has ${words[readChallenges().length - 7]} small programs`);
});

test('docs/api: lists the columns of the CSV export', () => {
  expect(tableIn('docs/api.md', 'column').flatMap(([name]) => names(name))).toEqual([...COLUMNS]);
});

test('docs/api: lists the exports', () => {
  const listed = tableIn('docs/api.md', 'address').flatMap(([address]) => names(address));
  for (const ending of ENDINGS) expect(listed).toContain(`/runs/….${ending}`);
});

test('docs/api: lists the fields and defaults of the spec', () => {
  const rows = tableIn('docs/api.md', 'field');
  expect(rows.flatMap(([name]) => names(name)).toSorted()).toEqual([...SPEC_FIELDS].toSorted());
  const defaults: Record<string, unknown> = DEFAULTS;
  for (const field of ['jobs', 'work', 'runtime', 'lesson']) {
    const row = rows.find(([name]) => name === `\`${field}\``);
    expect(row?.[2]?.replaceAll('`', '')).toBe(String(defaults[field]));
  }
});

test('docs/architecture: a folder imports none that the table has above it, as lint holds', () => {
  const { overrides } = JSON.parse(read('biome.json'));
  const order = tableIn('docs/architecture.md', 'folder').flatMap(([cell]) => names(cell));
  const refused = new Map<string, string>();
  for (const { includes, linter } of overrides) {
    const options = linter?.rules?.style?.noRestrictedImports?.options;
    const folder = /^(?:server\/)?([\w-]+)\/\*\*$/.exec(includes[0])?.[1];
    if (options && folder && folder !== 'static') refused.set(folder, JSON.stringify(options.patterns));
  }
  expect(refused.size).toBeGreaterThan(12);
  for (const [folder, patterns] of refused) {
    expect(order).toContain(folder);
    // Challenges and lessons share a row.
    for (const above of order.slice(0, order.indexOf(folder)).filter((name) => refused.has(name)))
      expect(patterns, `${folder} imports nothing of ${above}`).toContain(`"**/${above}/**"`);
  }
});

test('docs/operating and docs/scale: the figures of /metrics that they name exist', () => {
  const metrics = ['metrics', 'cluster-metrics'].map((name) => read(`server/routes/${name}.ts`)).join();
  for (const page of ['docs/operating.md', 'docs/scale.md'])
    for (const [metric] of read(page).matchAll(/playground_\w+/g)) expect(metrics).toContain(metric);
});

test('docs/school and docs/sandbox: the figures in them are those of the code', () => {
  expect(read('docs/school.md')).toContain(`(${SETTINGS.RETENTION_DAYS} by default)`);
  expect(read('docs/sandbox.md')).toContain(`Deno is pinned to ${dependencies?.deno}.`);
  // “About two hundred hostile programs.”
  expect(Math.round(ATTACKS.length / 100)).toBe(2);
});
