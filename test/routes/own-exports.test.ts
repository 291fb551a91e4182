/** A run of a program that somebody wrote: everything that there is for a lesson's run is there for it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDINGS } from '../../server/exports/exports.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { MODES } from '../../server/spec/modes.ts';
import { elements, inputOf } from '../markup.ts';
import { type PlaygroundApp, playgroundApp } from '../playground-app.ts';

const CODE = `// Fails in its own way
import type { JobApi } from '../../program/types.ts';

export async function job(n: number, { log, sleep, shared }: JobApi): Promise<void> {
  const seen = shared.counter.read();
  console.log('one', n);
  console.error('two %d', n as number);
  await sleep(0.02);
  shared.counter.write(seen + 1);
  log('three ' + n);
  if (n === 0) throw new TypeError('job 0 has thrown this');
  Deno.exit(4);
}
`;
const SPEC = { code: CODE, jobs: 2, minSeconds: 0, maxSeconds: 0.01, seed: 3 };

let app: PlaygroundApp;
let id: string;
let events: RunEvent[];
beforeAll(async () => {
  app = await playgroundApp({ SANDBOX: 'permissions' });
  id = await app.start({ ...SPEC, modes: MODES });
  events = await app.events(id);
});
afterAll(() => app.close());

const text = async (path: string) => (await app.request(path)).text();

describe('a program that somebody wrote', () => {
  it.each(MODES.map((mode, pass) => [mode, pass] as const))(
    '%s: what it prints, throws and how it exits is in the console, in order, with job and line',
    (_, pass) => {
      const said = (job: number) =>
        events.flatMap((event) =>
          event.type === 'log' && event.pass === pass && event.job === job
            ? [[event.line, event.stream, event.text]]
            : [],
        );
      expect(said(0)).toEqual([
        [6, 'stdout', 'one 0'],
        [7, 'stderr', 'two 0'],
        [10, 'stdout', 'three 0'],
        [11, 'stderr', 'Job 0 failed: TypeError: job 0 has thrown this'],
      ]);
      expect(said(1)).toEqual([
        [6, 'stdout', 'one 1'],
        [7, 'stderr', 'two 1'],
        [10, 'stdout', 'three 1'],
        [
          12,
          'stderr',
          expect.stringMatching(/^Job 1 failed: It called Deno\.exit: its \w+ exited with code 4\.$/),
        ],
      ]);
    },
  );

  it('has figures, tables, a trace and pictures, named for its title', async () => {
    const figures = JSON.parse(await text(`/runs/${id}.json`));
    expect(figures).toMatchObject({ status: 'failed', answer: null, spec: { lesson: '', code: CODE } });
    expect(figures.headline).toMatch(/fail|exited/);
    expect(figures.passes).toHaveLength(4);
    expect((await text(`/runs/${id}.csv`)).split('\n').length).toBeGreaterThan(8);
    expect(await text(`/runs/${id}.txt`)).toContain('three 0');
    expect(JSON.parse(await text(`/runs/${id}.trace.json`)).traceEvents.length).toBeGreaterThan(8);
    for (const form of ENDINGS) {
      const response = await app.request(`/runs/${id}.${form}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-disposition')).toContain(`"fails-in-its-own-way-${id}.${form}"`);
      await response.arrayBuffer();
    }
  });

  it('can be taken away as a script for Node and Deno', async () => {
    const script = await text(`/runs/${id}/program.mjs`);
    expect(script).toContain('// fails-in-its-own-way: a program from');
    expect(script).toContain("throw new TypeError('job 0 has thrown this')");
    expect(script).not.toMatch(/JobApi|import type/);
    const typed = await text(`/runs/${id}/program.ts`);
    expect(typed).toContain('log, sleep, shared }: JobApi): Promise<void>');
    expect(typed).not.toMatch(/^import type/m);
  });

  it('can be compared with another, and its runs can be a family', async () => {
    const quick = { ...SPEC, code: CODE.replace('n === 0', 'n > 9').replace('Deno.exit(4);', '') };
    const families = [];
    for (const fields of [
      { modes: ['sequential'], repeat: 2 },
      { modes: ['threads'], sweep: 2 },
    ]) {
      const response = await app.program().sendJson('/api/runs', { ...quick, ...fields });
      expect(response.status).toBe(201);
      families.push(await response.json());
    }
    for (const { id: family, url, runs } of families) {
      await app.events(runs[0].split('/').at(-1));
      await expect
        .poll(async () => JSON.parse(await text(`${url}.json`)).status, { timeout: 20_000 })
        .toBe('completed');
      const page = await text(url);
      expect(page).toContain('Fails in its own way');
      const form = await text(`/?from=${family}`);
      expect(elements(form, 'textarea')[0]?.text).toBe(quick.code.trim());
      expect([inputOf(form, 'repeat'), inputOf(form, 'sweep')].sort()).toEqual(['', '2']);
    }
    const other = families[0].runs[0].split('/').at(-1);
    const compared = await text(`/compare?a=${id}&b=${other}`);
    expect(compared).toContain('Two runs compared');
    expect(compared).toContain('Fails in its own way');
  });
});
