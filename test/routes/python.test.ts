/** Python as a runtime, in the form, in the API and on the page of a run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specParser } from '../../server/spec/parse.ts';
import type { Runtime } from '../../server/spec/runtimes.ts';
import type { SpecDefaults } from '../../server/spec/spec.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { PYTHON, WITHOUT } from '../python.ts';

describe.skipIf(PYTHON === null)(`the runtime Python${WITHOUT}`, () => {
  let app: PlaygroundApp;
  beforeAll(async () => {
    app = await playgroundApp();
  });
  afterAll(() => app.close());

  it('is offered in the form, with the lesson’s program in Python beside the other', async () => {
    const page = await (await app.request('/lessons/queue')).text();
    expect(page).toMatch(/<input[^>]* name="runtime" value="python"/);
    expect(page).not.toContain('value="python-free-threaded"');
    expect(page).toContain('class="in-python"');
    const program = await app.request('/lessons/queue/program.py');
    expect(await program.text()).toMatch(/^def job\(n, api\):\n/);
  });

  it('runs a lesson; the page of the run shows the program that ran, and the editor has that one', async () => {
    const id = await app.start({ ...QUICK, lesson: 'queue', runtime: 'python' });
    const events = await app.events(id);
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
    const page = await (await app.request(`/runs/${id}`)).text();
    expect(page).toContain('>async def job_async(n, api):</span>');
    expect(page).not.toContain('export async function job');
    expect(page).toMatch(/<textarea[^>]* name="code"[^>]*>[^<]*async def job_async\(n, api\):/);
    expect(page).toContain('/lessons/queue/program.py');
  });

  it('takes the lesson’s own program, in either language, for the lesson’s', async () => {
    const [inPython, inTypeScript] = await Promise.all(
      ['py', 'ts'].map(async (ending) => (await app.request(`/lessons/queue/program.${ending}`)).text()),
    );
    for (const code of [inPython, inTypeScript]) {
      const id = await app.start({ ...QUICK, lesson: 'queue', code, runtime: 'python' });
      expect((await app.events(id)).at(-1)).toMatchObject({ status: 'completed' });
    }
  });
});

describe('a server', () => {
  const rules = { maxJobs: 10, maxProcesses: 10, lessons: new Map([['one-by-one', {}]]) };
  const errorsOf = (python?: Parameters<typeof specParser>[0]['python']) => {
    const parsed = specParser({ ...rules, ...(python && { python }) })({ runtime: 'python' });
    return parsed.ok ? {} : parsed.errors;
  };

  it('without Python refuses it with the reason, as it does a lesson without a program in Python', () => {
    expect(errorsOf()).toEqual({
      runtime: 'Choose another runtime. There is no Python on this server.',
    });
    const why = 'The Python of this server is 3.9.2. Python 3.11 or newer is needed.';
    expect(errorsOf({ runtimes: [], why, lessons: new Set() })).toEqual({
      runtime: `Choose another runtime. ${why}`,
    });
    expect(errorsOf({ runtimes: ['python'], why: '', lessons: new Set() })).toEqual({
      runtime: 'Choose another runtime: this lesson has no program in Python.',
    });
    expect(errorsOf({ runtimes: ['python'], why: '', lessons: new Set(['one-by-one']) })).toEqual({});
  });

  const jail = ['node', 'deno', 'python'] as const;
  const parsedBy = (runtimes: readonly Runtime[], spec: object) =>
    specParser({
      ...rules,
      lessons: new Map<string, SpecDefaults>([
        ['one-by-one', {}],
        ['gil', { runtime: 'python' }],
      ]),
      challenges: new Set(['lost-update']),
      python: { runtimes: ['python'], why: '', lessons: new Set(['one-by-one', 'gil']) },
      code: { maxBytes: 1000, runtimes, why: 'Why.', programs: new Map([['gil', ['ts', '# py\n']]]) },
    })(spec);
  const code = '# Mine\ndef job(n, api): pass\n';

  it('runs changed programs in Python only in a jail that holds it, and says so at the runtime', () => {
    const only = 'Changed programs in Python run only in a jail that holds Python, and this server has none.';
    expect(parsedBy(['deno'], { lesson: '', code, runtime: 'python' })).toEqual({
      ok: false,
      errors: {
        runtime: `${only} The lessons’ own programs run. For a program in JavaScript, choose Deno.`,
      },
    });
    expect(parsedBy([], { lesson: '', code, runtime: 'python' })).toMatchObject({
      errors: { runtime: `${only} The lessons’ own programs run.` },
    });
    expect(parsedBy(jail, { lesson: '', code, runtime: 'python' })).toMatchObject({
      ok: true,
      spec: { code, runtime: 'python' },
    });
    expect(parsedBy(jail, { lesson: '', code, runtime: 'python-free-threaded' })).toMatchObject({
      errors: { runtime: expect.stringContaining('no Python (free-threaded)') },
    });
  });

  it('takes a program without a runtime for JavaScript, whatever the lesson’s runtime is', () => {
    expect(parsedBy(jail, { lesson: 'gil' })).toMatchObject({ spec: { runtime: 'python', code: '' } });
    expect(parsedBy(jail, { lesson: 'gil', code })).toMatchObject({ spec: { runtime: 'node' } });
    expect(parsedBy(['deno'], { lesson: 'gil', code })).toMatchObject({ spec: { runtime: 'deno' } });
    expect(parsedBy(['python'], { code })).toMatchObject({ errors: { runtime: 'Choose Python. Why.' } });
  });

  it('takes the lesson’s text in Python for the lesson, whatever its line ends', () => {
    for (const text of ['# py', '# py\r\n\r\n'])
      expect(parsedBy(jail, { lesson: 'gil', code: text, runtime: 'python' })).toMatchObject({
        spec: { lesson: 'gil', code: '' },
      });
  });

  it('tries orders and challenges in JavaScript only', () => {
    const own = { lesson: '', code, runtime: 'python', modes: ['threads'] };
    expect(parsedBy(jail, { ...own, explore: true })).toMatchObject({
      errors: { runtime: 'Orders can be tried on Node.js and Deno only.' },
    });
    expect(parsedBy(jail, { ...own, schedule: '1-2' })).toMatchObject({ ok: false });
    expect(parsedBy(jail, { ...own, challenge: 'lost-update' })).toMatchObject({
      errors: { runtime: 'Choose another runtime: challenges are in JavaScript.' },
    });
  });
});
