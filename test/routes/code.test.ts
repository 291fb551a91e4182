/** A program that somebody wrote: accepted, refused with the place of each mistake, and run, with real requests. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

const CODE = `// Count, then tell
type Job = { log(text: string): void };
export async function job(n: number, { log }: Job) {
  log(\`job \${n} is here\`);
}
`;

let app: PlaygroundApp;
beforeAll(async () => {
  // Every machine with Deno has this level.
  app = await playgroundApp({ SANDBOX: 'permissions' });
});
afterAll(() => app.close());

/** Submits a spec; returns the status and the answer. */
async function send(spec: Record<string, unknown>) {
  const response = await app.program().sendJson('/api/runs', spec);
  return { status: response.status, body: await response.json() };
}

describe('code', () => {
  it.each(['sequential', 'event-loop', 'threads', 'processes'])(
    'runs in mode %s, types erased',
    async (mode) => {
      const id = await app.start({ ...QUICK, code: CODE, modes: [mode], jobs: 2 });
      const events = await app.events(id);
      const lines = events.flatMap((event) => (event.type === 'log' ? [[event.text, event.line]] : []));
      expect(lines.sort()).toEqual([
        ['job 0 is here', 4],
        ['job 1 is here', 4],
      ]);
      expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
    },
  );

  it('defaults to a runtime that takes all permissions away, and has the api’s defaults', async () => {
    const { spec } = await (
      await app.request(`/runs/${await app.start({ code: CODE, ...QUICK })}.json`)
    ).json();
    expect(spec).toMatchObject({ lesson: '', code: CODE, runtime: 'deno', work: 'wait' });
  });

  it('equal to the lesson’s program is the lesson, whatever its line ends', async () => {
    const [lesson] = app.playground.lessons;
    const code = `${lesson?.program.trimEnd().replaceAll('\n', '\r\n')}\r\n\r\n`;
    const id = await app.start({ ...QUICK, lesson: lesson?.slug, code });
    expect((await app.playground.runs.get(id))?.spec).toMatchObject({
      lesson: lesson?.slug,
      code: '',
      runtime: 'node',
    });
  });

  it.each([
    ['let a: number = ;', 1, 17],
    ['export function job() {}\n  enum A { B }', 2, 3],
    ['export function job() {}\nlet a;\nlet a;', 3, 5],
    ['export function job() {\n', 1, 24],
    ['export function job() {}\n  return 5;', 2, 3],
    ['export { nothing };', 1, 10],
    ['const a = 1;', 1, 1],
    ['const s = "\u2028";\nexport function job() {}', 1, 12],
    [`export const job = ${'('.repeat(20_000)}`, 1, 1],
    ['x = a<(b'.repeat(4000), 1, 1],
  ])('%#: a program that does not compile is refused at its place', async (code, line, column) => {
    const { status, body } = await send({ ...QUICK, code });
    expect(status).toBe(422);
    expect(body.codeErrors).toMatchObject([{ line, column, text: expect.stringMatching(/\.$|…/) }]);
    expect(body.errors).toEqual([
      { field: 'code', message: `Line ${line}, column ${column}: ${body.codeErrors[0].text}` },
    ]);
  });

  it('imports only what a program can have, and is told what and where', async () => {
    const code = `import fs from 'node:fs';
import os from 'os';
import type { JobApi } from '../../program/types.ts';
import { type MainApi } from '../../program/types.ts';
export * from 'lodash';
import 'npm:chalk@5';
import 'data:text/javascript,';
export function job(n: number, api: JobApi) {}`;
    const { status, body } = await send({ ...QUICK, code });
    expect(status).toBe(422);
    expect(body.codeErrors).toMatchObject([
      { line: 4, column: 1, text: expect.stringContaining('import type') },
      { line: 5, column: 1, text: expect.stringContaining('“lodash” cannot be imported') },
      { line: 6, column: 1, text: expect.stringContaining('“npm:chalk@5” cannot be imported') },
    ]);
  });

  it('is compiled after others that spoiled the compiler', async () => {
    const spoiling = send({ ...QUICK, code: `${'('.repeat(20_000)}` });
    const compiled = await send({ ...QUICK, code: `${CODE}// after` });
    expect((await spoiling).status).toBe(422);
    expect(compiled.status).toBe(201);
  });

  it.each([
    [{ code: CODE, runtime: 'node' }, ['runtime']],
    [{ code: `// ${'x'.repeat(64 * 1024)}` }, ['code']],
    [{ code: 5 }, ['code']],
    [{ lesson: '', code: ' \n' }, ['code']],
    [{ lesson: '' }, ['code']],
  ])('%# is refused at its field', async (fields, names) => {
    const { status, body } = await send({ ...QUICK, ...fields });
    expect(status).toBe(422);
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(names);
  });

  it('an error keeps what was typed, and is shown with its place', async () => {
    const browser = await app.browser();
    const response = await browser.submit('/runs', {
      ...QUICK,
      jobs: '1',
      minSeconds: '0',
      maxSeconds: '0',
      lesson: 'join',
      code: 'let a: number = ;\r\nexport {}',
    });
    const page = await response.text();
    expect(response.status).toBe(422);
    expect(page).toContain('data-line="1" data-column="17"');
    expect(page).toMatch(/<textarea[^>]*>\nlet a: number = ;\nexport {}<\/textarea>/);
  });
});
