/** Programs in Python that go wrong, or will not end: each pass ends, says what happened, and leaves no process. */
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { everyday, seldom } from '../everyday.ts';
import { PYTHON, WITHOUT } from '../python.ts';
import { type Ground, openGround, type Played, play } from './play.ts';

let ground: Ground;
beforeAll(async () => {
  const env = {
    PASS_SECONDS: '20',
    PROCESS_MIB: '64',
    OUTPUT_MIB: '2',
    LOG_BYTES: String(2 ** 30),
    READY: '0',
  };
  ground = await openGround(env);
});
afterAll(() => ground.end());

/** Plays a fixture on Python, by default in all modes. */
const played = (lesson: string, spec: Partial<Spec> = {}, maxSeconds?: number): Promise<Played> =>
  play(ground, { modes: [...MODES], ...spec, lesson, runtime: 'python' }, () => {}, maxSeconds);
const errorsOf = (pass: Played) =>
  pass
    .of('job-ended')
    .sort((a, b) => a.job - b.job)
    .map(({ error }) => error);

describe.skipIf(PYTHON === null)(`Python${WITHOUT}`, () => {
  const endless = ['never-resolves', 'spins', 'ignores-sigterm'];
  test.each(everyday(endless, endless.length))(
    '%s: is ended at the time limit in every mode',
    async (lesson) => {
      const run = await played(lesson, { jobs: 2 }, 2);
      for (const mode of MODES) {
        const pass = run.pass(mode);
        expect(pass.one('pass-ended').status, mode).toBe('timed-out');
        expect(pass.of('lane-ended'), mode).toHaveLength(pass.of('lane-started').length);
      }
      expect(run.left).toEqual([]);
    },
  );

  test('misuses: each misuse of the api is an error that names it, at its line', async () => {
    const run = await played('misuses', { jobs: 14, modes: ['threads'] });
    expect(errorsOf(run)).toEqual([
      'RuntimeError: lock("A").release(): the lock is not held here. Call its acquire() first.',
      expect.stringMatching(/^TypeError: .*function is not JSON serializable\.$/),
      'TypeError: A tuple cannot be copied to another lane: use lists, and dicts with texts as keys.',
      expect.stringMatching(/^TypeError: .*Circular reference/),
      'ValueError: A value may have at most 1024 bytes as JSON.',
      'ValueError: queue.limit(0): needs a whole number from 1 to 1,000,000.',
      `ValueError: semaphore('S', 0): needs a whole number of permits, from 1 to 1,000.`,
      expect.stringMatching(/^ValueError: semaphore\("S"\)\.release\(\): no permit is held here\./),
      'RuntimeError: condition("C").wait(): its lock is not held here. Use `with` first.',
      expect.stringMatching(/^TypeError: lock\('A\\nB'\): needs a name/),
      `ValueError: sleep('long'): needs a number of seconds from 0 to 1,000,000.`,
      'RuntimeError: start(12): only main can start jobs.',
      'TypeError: A dict with such keys cannot be copied to another lane: use lists, and dicts with texts as keys.',
      null,
    ]);
    const text = fs.readFileSync('test/fixtures/misuses/program.py', 'utf8').split('\n');
    for (const { job, line = 0 } of run.of('job-ended').slice(0, 13))
      expect(text[line - 2], String(job)).toContain(`n == ${job}:`);
  });

  test('starts-programs: what starts other programs is refused by name, and an error has its cause', async () => {
    const run = await played('starts-programs', { jobs: 6, modes: ['threads', 'processes'] });
    const refused = 'a program can start no other programs here.';
    for (const mode of run.spec.modes) {
      expect(errorsOf(run.pass(mode))).toEqual([
        `PermissionError: subprocess.Popen: ${refused}`,
        `PermissionError: os.system: ${refused}`,
        expect.stringMatching(/^PermissionError: os\.fork: a program with jobs cannot fork here\./),
        "ValueError: nothing there (caused by KeyError: 'key')",
        "IndexError: pop from empty list (while handling KeyError: 'key')",
        'ValueError: nothing there',
      ]);
    }
  });

  seldom('consoles: print comes line by line, with its job, and errors can be any text', async () => {
    const run = await played('consoles', { jobs: 1, modes: ['sequential', 'processes'] });
    for (const mode of run.spec.modes) {
      const lines = run
        .pass(mode)
        .of('log')
        .filter(({ text }) => !text.startsWith('own'));
      expect(lines.map(({ stream, text }) => `${stream} ${text}`).slice(0, 5)).toEqual([
        ...['stdout one line 0', 'stdout in parts 0', 'stderr error 0', 'stdout two', 'stdout lines 0'],
      ]);
      expect(lines.map(({ text }) => text)).toContain('no end 0');
      expect(new Set(lines.map(({ job }) => job))).toEqual(new Set([0]));
      expect(run.pass(mode).one('job-ended').error).toMatch(/^ValueError: ſ . ☃$/u);
    }
  });

  test('main-throws and fails-to-load: the pass fails with the error, at its line', async () => {
    const thrown = await played('main-throws', { modes: ['event-loop', 'threads'] });
    for (const mode of thrown.spec.modes)
      expect(thrown.pass(mode).one('pass-ended')).toMatchObject({
        status: 'failed',
        error: 'LookupError: main has raised this',
      });
    expect(
      thrown
        .pass('threads')
        .of('log')
        .map(({ line }) => line),
    ).toEqual([6]);
    const unread = await played('fails-to-load', { modes: ['threads'] });
    expect(unread.one('pass-ended').error).toMatch(/^SyntaxError: '\(' was never closed/);
    expect(unread.of('log').map(({ line }) => line)).toEqual([2]);
  });

  seldom('exits: a process that a job ends at once ends alone, with its code', async () => {
    const run = await played('exits', { modes: ['processes'] });
    const ended = run.of('lane-ended').map(({ exitCode }) => exitCode);
    expect(ended.sort()).toEqual([0, 0, 0, 0, 3]);
    expect(run.one('pass-ended').status).toBe('completed');
  });

  seldom('throws-deep: endless recursion, and an error without a text, are errors like others', async () => {
    const run = await played('throws-deep', { modes: ['threads'] });
    expect(errorsOf(run)).toEqual([
      expect.stringMatching(/^RecursionError: maximum recursion depth exceeded/),
      "KeyError: 'key'",
      'AssertionError: it is not',
      expect.stringMatching(/^Error: something that cannot be shown$/),
    ]);
    expect(run.left).toEqual([]);
  });

  test('floods and hides-memory: a process that takes too much is killed, and the pass says why', async () => {
    const flood = await played('floods', { jobs: 1, modes: ['threads'] });
    expect(flood.one('pass-ended').error).toBe(
      'The program’s process wrote more than 2 MiB, and was killed.',
    );
    const eater = await played('hides-memory', { jobs: 1, modes: ['processes'] });
    expect(errorsOf(eater)).toEqual([
      expect.stringMatching(/^Its process took \d+ MiB of memory, over its limit/),
    ]);
    expect([...flood.left, ...eater.left]).toEqual([]);
  });
});
