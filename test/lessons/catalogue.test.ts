/** The lessons of a server: all of ours are valid, and errors for one that cannot be used. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCatalogue } from '../../server/lessons/catalogue.ts';
import { ignoredBy } from '../../server/lessons/ignored.ts';
import { GROUPS } from '../../server/lessons/lesson.ts';
import { LessonError } from '../../server/lessons/read-program.ts';
import { LESSONS } from '../../server/programs/build.ts';
import { PYTHON, WITHOUT } from '../python.ts';

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-lessons-'));
  // As in our package, a file without imports and exports is a module.
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Creates a lessons folder with one lesson, with `source` as its lesson.ts. */
function lessonsOf(source: string, program = 'export function job() {}\n'): string {
  const lessons = fs.mkdtempSync(path.join(folder, 'lessons-'));
  fs.mkdirSync(path.join(lessons, 'one'));
  fs.writeFileSync(path.join(lessons, 'one/program.ts'), program);
  fs.writeFileSync(path.join(lessons, 'one/lesson.ts'), source);
  return lessons;
}

const good = {
  group: 'sharing',
  order: 1,
  title: 'One',
  settings: { jobs: 3 },
  prediction: { question: 'Which?', choices: ['This', 'That'] },
  text: { lookFor: 'a', happened: 'b', javascript: 'c', inRealWork: 'd' },
};
const saying = (changed: Record<string, unknown>) =>
  `export default ${JSON.stringify({ ...good, ...changed })};\n`;

describe('readCatalogue', () => {
  test('readCatalogue: every lesson of ours is valid', async () => {
    expect((await readCatalogue(LESSONS)).length).toBeGreaterThan(10);
  });

  test.skipIf(PYTHON === null)(
    `readCatalogue: every program in Python of ours can be loaded${WITHOUT}`,
    async () => {
      const programs = (await readCatalogue(LESSONS)).flatMap(({ slug, python }) =>
        python === null ? [] : [slug],
      );
      expect(programs.length).toBeGreaterThan(10);
      const files = programs.map((slug) => pathToFileURL(path.join(LESSONS, slug, 'program.py')).href);
      const load = 'import sys; from python.program import load; [load(file) for file in sys.argv[1:]]';
      const PYTHONPATH = path.resolve(LESSONS, '../program');
      const { stderr, status } = spawnSync(PYTHON ?? '', ['-c', load, ...files], {
        encoding: 'utf8',
        env: { PYTHONPATH },
      });
      expect([stderr, status]).toEqual(['', 0]);
    },
  );

  test('readCatalogue: reads a lesson’s files, and normalises line ends', async () => {
    const lessons = lessonsOf(saying({}), 'export function job() {}\r\n// a\r// b\n');
    const program = 'export function job() {}\n// a\n// b\n';
    expect(await readCatalogue(lessons)).toEqual([
      { ...good, slug: 'one', program, python: null, claim: null, claimFile: null },
    ]);
  });

  test('readCatalogue: the lessons of a group stand together, in their order', async () => {
    const lessons = await readCatalogue(LESSONS);
    const groups = lessons.map(({ group }) => group);
    expect(groups).toEqual(groups.toSorted((a, b) => GROUPS.indexOf(a) - GROUPS.indexOf(b)));
    for (const group of GROUPS) {
      const orders = lessons.filter((lesson) => lesson.group === group).map(({ order }) => order);
      expect(orders, group).toEqual([...new Set(orders)].sort((a, b) => a - b));
    }
  });

  test('readCatalogue: each lesson names exactly the controls that its program ignores', async () => {
    for (const { slug, program, ignores = [] } of await readCatalogue(LESSONS))
      expect(ignores.toSorted(), slug).toEqual(ignoredBy(program).toSorted());
  });

  test.each([
    ['export function job(n, { work, random }) { work(random()); }', []],
    ['export const job = (n, { compute }) => compute(1);', ['seconds', 'work']],
    ['// No random() and no jobs.\nexport function job(n, { work }) { work(1); }', ['seconds']],
    ["export async function main({ start, log }) { log('all jobs work'); }", ['jobs', 'seconds', 'work']],
    [`export function main({ jobs, log }) { log(\`\${jobs} at random\`); }`, ['seconds', 'work']],
    ['export function job(n, api) { return api.work(api.random()); }', []],
  ])('ignoredBy: %s', (program, ignored) => {
    expect(ignoredBy(program)).toEqual(ignored);
  });

  test('readCatalogue: a control that the program uses cannot be ignored', async () => {
    const lessons = lessonsOf(
      saying({ ignores: ['work'] }),
      'export const job = (n, { work }) => work(1);\n',
    );
    await expect(readCatalogue(lessons)).rejects.toThrow(
      'one/lesson.ts: ignores: must not have "work": the program uses it',
    );
  });

  test.each([
    ['nothing', '', ['needs a default export: the lesson.']],
    ['no object', 'export default 5;', ['must be an object']],
    [
      'no such group',
      saying({ group: 'sleeping' }),
      ['group: Invalid option: expected one of "waiting"|"sharing"|"computing"|"trouble"'],
    ],
    ['no order', saying({ order: undefined }), ['order: must be a number']],
    ['no text', saying({ text: undefined }), ['text: must be an object']],
    ['a key too many', saying({ titel: 'One' }), ['Unrecognized key: "titel"']],
    ['a setting that is none', saying({ settings: { lanes: 3 } }), ['settings: Unrecognized key: "lanes"']],
    ['a number that is a text', saying({ settings: { jobs: '3' } }), ['settings.jobs: must be a number']],
    ['no job', saying({ settings: { jobs: 0 } }), ['settings.jobs: Enter a whole number from 1 to 1,000.']],
    [
      'no such mode',
      saying({ settings: { modes: ['fibres'] } }),
      ['settings.modes.0: Invalid option: expected one of "sequential"|"event-loop"|"threads"|"processes"'],
    ],
    [
      'seconds the wrong way round',
      saying({ settings: { minSeconds: 2, maxSeconds: 1 } }),
      ['settings.maxSeconds: Raise the maximum or lower the minimum.'],
    ],
    [
      'two mistakes',
      saying({ title: 5, prediction: { question: 'Which?', choices: [1] } }),
      ['title: must be a text', 'prediction.choices.0: must be a text'],
    ],
    ['an error', "throw new Error('not\\ntoday');", ['Error: not']],
    ['a file that is not there', "import './nothing.ts';", [expect.stringMatching(/nothing\.ts/)]],
  ])(
    'readCatalogue: a lesson.ts with %s is refused with its file, a line for each error',
    async (_, source, wrong) => {
      const lessons = lessonsOf(source);
      const failure = await readCatalogue(lessons).catch((error) => error);
      expect(failure).toBeInstanceOf(LessonError);
      const prefix = `${lessons}/one/lesson.ts: `;
      const lines: string[] = failure.message.split('\n');
      for (const line of lines) expect(line.startsWith(prefix)).toBe(true);
      expect(lines.map((line) => line.slice(prefix.length))).toEqual(wrong);
    },
  );
});
