/** Python as a runtime, in the form, in the API and on the page of a run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specParser } from '../../server/spec/parse.ts';
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

  it('runs a lesson; the page of the run shows the program that ran, and sends none back', async () => {
    const id = await app.start({ ...QUICK, lesson: 'queue', runtime: 'python' });
    const events = await app.events(id);
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
    const page = await (await app.request(`/runs/${id}`)).text();
    expect(page).toContain('>async def job_async(n, api):</span>');
    expect(page).not.toContain('export async function job');
    expect(page).not.toContain('name="code"');
    expect(page).toContain('/lessons/queue/program.py');
  });

  it('refuses a program that somebody wrote, at the runtime', async () => {
    const code = 'export function job() {}\n';
    const answer = await app
      .program()
      .sendJson('/api/runs', { ...QUICK, lesson: '', code, runtime: 'python' });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      errors: [{ field: 'runtime', message: expect.stringContaining('only the lessons’ own programs') }],
    });
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
});
