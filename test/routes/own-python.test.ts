/** A program in Python that somebody wrote: refused at its place, run in the jail in every mode, and all that there is of its run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { MODES } from '../../server/spec/modes.ts';
import { LONG_MS, seldom } from '../everyday.ts';
import { runtimesAt } from '../launch/sandboxed.ts';
import { elements } from '../markup.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

const CODE = `# Fails in its own way
import sys, time


def job(n, api):
    seen = api.shared.counter.read()
    print("one", n)
    print("two", n, file=sys.stderr)
    time.sleep(0.02)
    api.shared.counter.write(seen + 1)
    api.log(f"three {n}")
    if n == 0:
        raise ValueError("job 0 has raised this")
    sys.exit(4)
`;
/** It waits for each of its daemons in vain. */
const DAEMONS = `"""Leaves its daemons behind."""
def job(n, api):
    api.sleep(50)

def main(api):
    for n in range(api.jobs):
        api.start(n, daemon=True)
    print("main is done")

async def job_async(n, api):
    await api.sleep(50)

async def main_async(api):
    for n in range(api.jobs):
        api.start(n, daemon=True)
    await api.sleep(0)
    print("main is done")
`;
const SPEC = { lesson: '', code: CODE, runtime: 'python', jobs: 2, minSeconds: 0, maxSeconds: 0.01, seed: 3 };

const hasJail = (await runtimesAt('jail')).includes('python');
const without = hasJail ? '' : ' (skipped: no jail here holds Python)';

describe.skipIf(!hasJail)(`a program in Python that somebody wrote${without}`, () => {
  let app: PlaygroundApp;
  let id: string;
  let events: RunEvent[];
  beforeAll(async () => {
    app = await playgroundApp({ SANDBOX: 'jail' });
    id = await app.start({ ...SPEC, modes: MODES });
    events = await app.events(id);
  });
  afterAll(() => app.close());

  const text = async (path: string) => (await app.request(path)).text();
  const send = async (spec: object) => {
    const response = await app.program().sendJson('/api/runs', spec);
    return { status: response.status, body: await response.json() };
  };

  it.each(MODES.map((mode, pass) => [mode, pass] as const))(
    '%s: what it prints, raises and how it exits is in the console, in order, with job and line',
    (_, pass) => {
      const said = (job: number) =>
        events.flatMap((event) =>
          event.type === 'log' && event.pass === pass && event.job === job
            ? [[event.line, event.stream, event.text]]
            : [],
        );
      for (const n of [0, 1])
        expect(said(n).slice(0, 3)).toEqual([
          [7, 'stdout', `one ${n}`],
          [8, 'stderr', `two ${n}`],
          [11, 'stdout', `three ${n}`],
        ]);
      expect(said(0)[3]).toEqual([13, 'stderr', 'Job 0 failed: ValueError: job 0 has raised this']);
      expect(said(1)[3]).toEqual([
        14,
        'stderr',
        expect.stringMatching(/^Job 1 failed: It called sys\.exit: its \w+ exited with code 4\.$/),
      ]);
      const lanes = events.filter((event) => event.type === 'lane-started' && event.pass === pass);
      expect(lanes).toHaveLength(MODES[pass] === 'threads' || MODES[pass] === 'processes' ? 3 : 1);
    },
  );

  it('has figures, tables, a trace and pictures, named for its title', async () => {
    const figures = JSON.parse(await text(`/runs/${id}.json`));
    expect(figures).toMatchObject({
      status: 'failed',
      answer: null,
      spec: { lesson: '', code: CODE, runtime: 'python' },
    });
    expect(figures.headline).toMatch(/fail|exited/);
    expect(figures.passes).toHaveLength(4);
    expect((await text(`/runs/${id}.csv`)).split('\n').length).toBeGreaterThan(8);
    expect(await text(`/runs/${id}.txt`)).toContain('three 0');
    expect(JSON.parse(await text(`/runs/${id}.trace.json`)).traceEvents.length).toBeGreaterThan(8);
    const picture = await app.request(`/runs/${id}.svg`);
    expect(picture.headers.get('content-disposition')).toContain(`"fails-in-its-own-way-${id}.svg"`);
    const page = await text(`/runs/${id}`);
    expect(page).toContain('<bdi>Fails in its own way</bdi>');
    expect(page).toContain('noindex');
  });

  it('is there as it was typed, and as a script for Python; in no other language, which says why', async () => {
    const source = await app.request(`/runs/${id}/source.py`);
    expect(await source.text()).toBe(CODE);
    expect(source.headers.get('content-disposition')).toBe('attachment; filename="fails-in-its-own-way.py"');
    const script = await app.request(`/runs/${id}/program.py`);
    expect(script.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await script.text()).toContain(CODE.trim());
    for (const file of ['source.ts', 'program.ts', 'program.mjs']) {
      const missing = await app.request(`/runs/${id}/${file}`);
      expect([missing.status, await missing.text()], file).toEqual([
        404,
        expect.stringContaining('This program is in Python: the playground does not translate programs.'),
      ]);
    }
  });

  it('is refused at its line and column, with the words of Python', async () => {
    expect(await send({ ...QUICK, ...SPEC, code: 'def job(n, api)\n    pass' })).toMatchObject({
      status: 422,
      body: {
        codeErrors: [{ line: 1, column: 16, text: "Expected ':'." }],
        errors: [{ field: 'code', message: "Line 1, column 16: Expected ':'." }],
      },
    });
    const browser = await app.browser();
    const code = 'x = "é"; return 5\r\n';
    const refused = await browser.submit('/runs', {
      ...{ ...QUICK, lesson: '', runtime: 'python', code, jobs: '1', minSeconds: '0', maxSeconds: '0' },
    });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('data-line="1" data-column="10"');
    const long = { ...QUICK, ...SPEC, code: `# ${'x'.repeat(64 * 1024)}` };
    expect(await send(long)).toMatchObject({ status: 422, body: { errors: [{ field: 'code' }] } });
    const hints = await app.program().sendJson('/hints', { code: 'x = =', runtime: 'python' });
    expect(await hints.json()).toEqual([]);
  });

  it('leaves its daemons behind, which are cut off', async () => {
    const daemons = await app.start({ ...QUICK, ...SPEC, code: DAEMONS, modes: ['event-loop', 'threads'] });
    const found = await app.events(daemons);
    expect(found.at(-1)).toMatchObject({ status: 'completed' });
    const said = found.flatMap((event) => (event.type === 'log' ? [event.text] : []));
    expect(said.filter((one) => one === 'main is done')).toHaveLength(2);
    const ended = found.filter((event) => event.type === 'lane-ended' && event.lane > 0);
    expect(ended).toHaveLength(2);
    for (const lane of ended) expect(lane).toMatchObject({ reason: 'cut-off' });
  });

  it('can be repeated, swept, and compared with a run of the lesson on Node', async () => {
    const lesson = await app.start({ ...QUICK, lesson: 'queue', jobs: 2, modes: ['threads'] });
    const queue = await (await app.request('/lessons/queue/program.py')).text();
    const own = { ...QUICK, lesson: 'queue', code: `# Mine\n${queue}`, runtime: 'python', jobs: 2 };
    const families = [
      await send({ ...own, modes: ['sequential'], repeat: 2 }),
      await send({ ...own, modes: ['threads'], sweep: 2 }),
    ];
    for (const { status, body } of families) {
      expect(status).toBe(201);
      await expect
        .poll(async () => JSON.parse(await text(`${body.url}.json`)).status, { timeout: 20_000 })
        .toBe('completed');
      expect(await text(body.url)).toContain('Mine');
    }
    const form = await text(`/?from=${families[0]?.body.id}`);
    expect(elements(form, 'textarea')[0]?.text).toBe(own.code.trim());
    await app.events(lesson);
    const swept = families[1]?.body.runs[0].split('/').at(-1);
    const compared = await text(`/compare?a=${lesson}&b=${swept}`);
    expect(compared).toContain('<td><bdi>Node.js</bdi></td><td><bdi>Python</bdi></td>');
  });

  it('is given to a room, archived and shown to its teacher as what it is', async () => {
    const teacher = await app.browser();
    const room = await app.playground.rooms.create('join');
    const at = (path: string) => `/rooms/${room.code}/${path}?key=${room.teacherKey}`;
    const give = (run: string) => teacher.submit(at('program'), { do: 'run', run: `/runs/${run}`, code: '' });
    expect((await give(id)).status).toBe(303);
    expect(await room.program()).toMatchObject({ code: CODE, runtime: 'python' });
    expect(room.state.program?.title).toBe('Fails in its own way');
    // A repair is in the same language.
    const repaired = await teacher.submit(at('program'), { do: 'text', code: `${CODE}x = = 1` });
    expect(repaired.status).toBe(422);
    expect(await repaired.text()).toContain('Line 15, column 5: Invalid syntax.');
    const archive = await teacher.get(at('export.zip'));
    expect(Buffer.from(await archive.arrayBuffer()).toString('latin1')).toContain(
      '001-fails-in-its-own-way.py',
    );
    // In the other language, it is for that.
    const script = '// Count\nexport function job() {}\n';
    const changed = await teacher.submit(at('program'), { do: 'text', code: script, language: 'ts' });
    expect(changed.status).toBe(303);
    expect(await room.program()).toMatchObject({ code: script, runtime: 'node' });
    // A lesson's run on Python gives its program in Python.
    const lesson = await app.start({ ...QUICK, lesson: 'queue', runtime: 'python', modes: ['threads'] });
    expect((await give(lesson)).status).toBe(303);
    expect(await room.program()).toMatchObject({
      code: expect.stringMatching(/^def job\(n, api\):/),
      runtime: 'python',
    });
  });

  seldom(
    'runs every lesson’s program that was changed, in all modes, as the original',
    async () => {
      const ends = async (fields: object) =>
        (await app.events(await app.start({ ...fields, runtime: 'python', repeat: '' }))).flatMap((event) =>
          event.type === 'pass-ended' ? [event.status] : [],
        );
      for (const { slug, python } of app.playground.lessons.filter(({ python }) => python !== null)) {
        const seconds = { lesson: slug, jobs: 4, minSeconds: 0.05, maxSeconds: 0.1 };
        expect(await ends({ ...seconds, code: `# Mine\n${python}` }), slug).toEqual(await ends(seconds));
      }
    },
    LONG_MS,
  );
});
