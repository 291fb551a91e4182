/** What is compiled when the server starts. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LessonError } from '../../server/lessons/read-program.ts';
import { type Built, buildAll } from '../../server/programs/build.ts';
import { everyday } from '../everyday.ts';

let folder = '';
let built: Built;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-build-'));
  built = await buildAll(folder);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('buildAll', () => {
  test('buildAll: the child side contains no package and imports nothing, because every thread of every pass loads it', () => {
    for (const file of ['entry.mjs', 'ordered.mjs']) {
      const code = fs.readFileSync(path.join(path.dirname(built.entry), file), 'utf8');
      expect(code).toContain('getBuiltinModule');
      expect(code).not.toContain('node_modules');
      expect(code.match(/^import\b.*/m)).toBeNull();
    }
  });

  test('buildAll: builds of the same sources have the same names, in folders of any name', async () => {
    const name = path.join(folder, 'with "quotes"', "it's 5 % #1?, or not", 'a\\b\nc');
    const odd = await buildAll(name);
    expect(path.join(folder, path.relative(name, odd.entry))).toBe(built.entry);
    expect(odd.page).toEqual(built.page);
    expect([...odd.assets.keys()]).toEqual([...built.assets.keys()]);
    expect(path.dirname(path.dirname(odd.entry))).toBe(name);
    expect(fs.readFileSync(odd.entry, 'utf8')).toBe(fs.readFileSync(built.entry, 'utf8'));
    for (const address of odd.programs.values()) expect(fs.existsSync(new URL(address))).toBe(true);
  });
});

describe('buildAll: the page', () => {
  const textOf = (address: string) =>
    Buffer.from(built.assets.get(path.basename(address))?.body ?? []).toString();

  test('buildAll: what the page refers to exists, and the preloads of a run are all that its script imports', () => {
    const { script, style, parts, timelines } = built.page;
    const named = new Set([script, ...parts, ...timelines]);
    expect(named.size).toBe(1 + parts.length + timelines.length);
    for (const address of [...named, style])
      expect(built.assets.has(path.basename(address)), address).toBe(true);
    for (const address of named) {
      for (const [, other] of textOf(address).matchAll(/(?:from|import)"\.\/([^"]+)"/g))
        expect([...named], address).toContain(`/static/${other}`);
    }
  });

  test('buildAll: the page’s first script is one file, without the charts', () => {
    const { script, parts, timelines } = built.page;
    expect(parts).toEqual([]);
    expect(textOf(script)).toContain('htmx');
    expect(textOf(script)).not.toContain('uplot');
    expect(timelines.map(textOf).join('')).toContain('uplot');
  });

  test('buildAll: the page’s scripts contain no node: modules, and no zod', () => {
    const scripts = [...built.assets].filter(([name]) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(1);
    // Every zod schema has this property, which minification preserves.
    const sign = '_zod';
    expect(fs.readFileSync('node_modules/zod/v4/core/schemas.js', 'utf8')).toContain(sign);
    for (const [name, { body }] of scripts) {
      const text = Buffer.from(body).toString();
      expect(text.includes(sign), `zod in ${name}`).toBe(false);
      expect(text.match(/["'`]node:[a-z_/]+["'`]/g), name).toBe(null);
    }
  });
});

describe('the server', () => {
  /** Copies the project and adds a lesson with `source` as its `file`, or without that file if null. */
  const projectWith = (file: string, source: string | null): string => {
    const project = fs.mkdtempSync(path.join(folder, 'project-'));
    for (const name of ['server', 'views', 'static', 'package.json'])
      fs.cpSync(name, path.join(project, name), { recursive: true });
    fs.symlinkSync(path.resolve('node_modules'), path.join(project, 'node_modules'));
    const lesson = path.join(project, 'server/lessons/one');
    fs.mkdirSync(lesson);
    if (file !== 'program.ts') fs.writeFileSync(path.join(lesson, 'program.ts'), 'export function job() {}');
    if (source !== null) fs.writeFileSync(path.join(lesson, file), source);
    return project;
  };

  const mistaken = 'export default {\n  order: ;\n};\n';
  // The runtime itself loads what a lesson says.
  const cases = [
    ['node', 'with a mistake in what it says', 'lesson.ts', mistaken, ':2: '],
    ['node', 'without a program', 'program.ts', null, ': '],
    ['node', 'that says the wrong thing', 'lesson.ts', "export default 'a lesson';\n", ': must be an object'],
    ['deno', 'with a mistake', 'program.ts', 'export function job() {\n', ':2: '],
    ['deno', 'with a mistake in what it says', 'lesson.ts', mistaken, ':2: '],
  ] as const;
  test.each(everyday(cases, 5))(
    'on %s: with a lesson %s the server exits with one line that names the file',
    (...[runtime, , name, source, where]) => {
      const project = projectWith(String(name), source ?? null);
      const args = runtime === 'deno' ? ['run', '-A', '--no-lock'] : [];
      const file = runtime === 'deno' ? path.resolve('node_modules/deno/deno') : process.execPath;
      const env = { PATH: process.env.PATH, HOME: project, DATA_DIR: path.join(project, 'data'), PORT: '0' };
      // The timeout ends only a server that starts nevertheless.
      const options = { cwd: project, env, encoding: 'utf8', timeout: 40_000 } as const;
      const { status, stdout, stderr } = spawnSync(file, [...args, 'server/main.ts'], options);
      expect(stderr).toMatch(/^[^\n]+\n$/);
      expect(stderr).toContain(`server/lessons/one/${name}${where}`);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    },
  );
});

describe('buildAll: programs', () => {
  /** Creates a lessons folder with one program. */
  const lessonOf = (source: string): string => {
    const lessons = fs.mkdtempSync(path.join(folder, 'lessons-'));
    fs.mkdirSync(path.join(lessons, 'one'));
    fs.writeFileSync(path.join(lessons, 'one', 'program.ts'), source);
    return lessons;
  };

  test('buildAll: removing types does not move the rest of a program', () => {
    for (const [slug, address] of built.programs) {
      const source = fs.readFileSync(`server/lessons/${slug}/program.ts`, 'utf8').split('\n');
      const lines = fs.readFileSync(new URL(address), 'utf8').split('\n');
      expect(lines).toHaveLength(source.length);
      for (const [at, line] of lines.entries())
        for (const [column, letter] of [...line].entries())
          if (letter !== ' ')
            expect([slug, at, column, letter]).toEqual([slug, at, column, [...(source[at] ?? '')][column]]);
    }
    expect(built.programs.size).toBeGreaterThan(10);
  });

  test.each([
    ['what is no TypeScript', 'export function job() {}\n\nlet x: = 3;\n', 3],
    ['an enum', 'export function job() {}\nenum A { B }\n', 2],
    ['an end of a line that only a runtime sees', '// a\nexport function\u2028job() {}\n', 2],
    ['a comment that ends where only a runtime sees it', "export const a = '\u2029';\n// a\u2028f();\n", 1],
    ['what is no TypeScript, below a separator', "export const a = '\u2028';\n\nlet x: = 3;\n", 3],
  ])('buildAll: %s is refused with its file and line', async (_, source, line) => {
    const lessons = lessonOf(source);
    const failure = await buildAll(folder, lessons).catch((error) => error);
    expect(failure).toBeInstanceOf(LessonError);
    expect(failure.message).toMatch(/^[^\n]+$/);
    expect(failure.message).toContain(`${lessons}/one/program.ts:${line}: `);
  });

  test('buildAll: a folder without a program is refused with the name of the missing file', async () => {
    const lessons = lessonOf('');
    fs.rmSync(path.join(lessons, 'one', 'program.ts'));
    const failure = await buildAll(folder, lessons).catch((error) => error);
    expect(failure).toBeInstanceOf(LessonError);
    expect(failure.message).toBe(
      `${lessons}/one/program.ts: cannot be read. Every lesson's folder needs this file.`,
    );
  });
});
