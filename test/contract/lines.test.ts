/** Whatever goes wrong in a program is reported in the console with its job and line, and the run ends. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { modesFor, playFirst } from '../everyday.ts';
import { markedLine } from './marked-line.ts';
import { type Ground, openGround, type Played, play } from './play.ts';
import { playShared } from './shared-run.ts';

const ON_MAIN: Mode[] = ['sequential', 'event-loop'];
const BESIDE_SEQUENTIAL = MODES.slice(1);

let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ PASS_SECONDS: '20' });
});
afterAll(() => ground.end());

/** Lines of `job` (null: main) on the console's error stream, with the program lines they name. */
function errorsOf(pass: Played, job: number | null) {
  return pass
    .of('log')
    .flatMap((log) =>
      log.stream === 'stderr' && log.job === job ? [{ text: log.text, line: log.line }] : [],
    );
}

/** Program lines named by the ends of jobs. */
function ends(pass: Played): Record<number, number | undefined> {
  return Object.fromEntries(pass.of('job-ended').map(({ job, line }) => [job, line]));
}

describe.each(JAVASCRIPT)('%s', (runtime) => {
  describe('what a job throws', () => {
    let deep: Played;
    let rejected: Played;
    playFirst(async () => {
      [deep, rejected] = await Promise.all([
        play(ground, { lesson: 'throws-deep', runtime, jobs: 6 }),
        playShared(ground, { lesson: 'rejects', runtime }),
      ]);
    });

    test.each(MODES)(
      `%s on ${runtime}: an error names the line that threw it, however deep or late`,
      (mode) => {
        const pass = deep.pass(mode);
        expect(pass.outcomes).toEqual(Array(6).fill('failed'));
        const lines = ['nested', 'awaited', 'library', 'callback'].map((mark) =>
          markedLine('throws-deep', mark),
        );
        const all = [...lines, undefined, undefined];
        expect(ends(pass)).toEqual({ ...all });
        for (const [job, line] of all.entries())
          expect(errorsOf(pass, job)).toEqual([
            { text: expect.stringMatching(`^Job ${job} failed: `), line },
          ]);
        expect(deep.status).toBe('completed');
      },
    );

    test.each(MODES)(`%s on ${runtime}: an unhandled rejection names its job and line`, (mode) => {
      const pass = rejected.pass(mode);
      const line = markedLine('rejects', 'reject');
      expect(errorsOf(pass, 1)).toEqual([{ text: 'Job 1 failed: Error: nobody handles this', line }]);
      expect(errorsOf(pass, null)).toEqual([]);
      expect(pass.of('job-ended').find(({ job }) => job === 1)).toMatchObject({
        status: 'failed',
        error: 'Error: nobody handles this',
        line,
      });
      const lane = pass.of('lane-ended').find((one) => one.lane === pass.laneOf(1));
      expect(lane).toMatchObject({ reason: 'threw', exitCode: 1 });
      expect(rejected.left).toEqual([]);
    });
  });

  test(`on ${runtime}: an error of a timer beside main names its job and line`, async () => {
    const modes = modesFor('throws-deep', runtime, ['threads', 'processes']);
    const run = await play(ground, { lesson: 'throws-deep', runtime, modes, jobs: 7 });
    const line = markedLine('throws-deep', 'nested');
    for (const mode of modes) {
      expect(errorsOf(run.pass(mode), 6)).toEqual([{ text: 'Job 6 failed: Error: the innermost', line }]);
      expect(ends(run.pass(mode))[6]).toBe(line);
    }
  });

  describe('what main does wrong', () => {
    const runs = new Map<string, Played>();
    playFirst(async () => {
      const lessons = {
        ...{ 'joins-twice': 1, 'joins-none': 2, 'joins-a-stranger': 1, 'starts-again': 1, 'starts-late': 2 },
        ...{ 'main-throws': 1, 'fails-to-load': 1 },
      };
      const all = Object.entries(lessons).map(async ([lesson, jobs]) =>
        runs.set(lesson, await playShared(ground, { lesson, runtime, jobs })),
      );
      await Promise.all(all);
    });
    const pass = (lesson: string, mode: Mode) => (runs.get(lesson) as Played).pass(mode);

    test.each(MODES)(`%s on ${runtime}: a second join names its line`, (mode) => {
      const line = markedLine('joins-twice', 'join');
      const one = pass('joins-twice', mode);
      expect(errorsOf(one, null)).toEqual([{ text: 'join: job 0 was already joined.', line }]);
      expect(one.of('wait-started').filter((wait) => wait.for === 'join' && wait.line === line)).toHaveLength(
        1,
      );
      expect(one.one('pass-ended').status).toBe('completed');
    });

    test.each(BESIDE_SEQUENTIAL)(`%s on ${runtime}: a missing join names the start`, (mode) => {
      const one = pass('joins-none', mode);
      const text = 'Main has ended; the program waits for jobs 0, 1.';
      const line = markedLine('joins-none', 'start');
      // It may be intended, so it is not an error.
      expect(errorsOf(one, null)).toEqual([]);
      expect(one.of('log')).toMatchObject([{ job: null, stream: 'stdout', text, line }]);
      expect(pass('joins-none', mode).one('pass-ended').status).toBe('completed');
    });

    test.each(MODES)(
      `%s on ${runtime}: an error that fails main names its line, and the run ends`,
      (mode) => {
        const failures = [
          [
            'joins-a-stranger',
            'join',
            'Main failed: TypeError: join({…}): needs the result of `await start(…)`.',
          ],
          ['starts-again', 'start', 'Main failed: Error: start(0): job 0 was already started.'],
          ['starts-late', 'start', 'Main failed: Error: start(1): main has ended.'],
          ['main-throws', 'throw', 'Main failed: Error: main will not'],
          ['fails-to-load', 'throw', 'The program cannot be loaded: Error: will not load'],
        ] as const;
        for (const [lesson, mark, text] of failures) {
          if (!runs.get(lesson)?.spec.modes.includes(mode)) continue;
          const one = pass(lesson, mode);
          expect(errorsOf(one, null)).toContainEqual({ text, line: markedLine(lesson, mark) });
          expect(one.one('pass-ended')).toMatchObject({
            status: 'failed',
            error: text.replace(/^(Main failed|The program cannot be loaded): /, ''),
          });
        }
      },
    );
  });

  test(`on ${runtime}: below separators that runtimes take for line ends, lines are the source's`, async () => {
    const run = await play(ground, { lesson: 'separates', runtime, jobs: 1 });
    for (const mode of run.spec.modes) {
      const pass = run.pass(mode);
      const line = markedLine('separates', 'throw');
      expect(errorsOf(pass, 0)).toEqual([{ text: 'Job 0 failed: Error: not 3', line }]);
      expect(ends(pass)).toEqual({ 0: line });
      const sleep = pass.of('wait-started').find(({ job }) => job === 0);
      expect(sleep?.line).toBe(markedLine('separates', 'sleep'));
      const text = JSON.stringify('a‹U+2028›b c‹U+2029›d');
      expect(pass.of('log')[0]).toMatchObject({ text, line: markedLine('separates', 'log') });
    }
  });

  describe('lines without an error', () => {
    let plain: Played;
    let console: Played;
    let none: Played;
    let stuck: Played;
    let named: Played;
    playFirst(async () => {
      [plain, console, none, stuck, named] = await Promise.all([
        // In the same modes, where not all are tried.
        play(ground, { lesson: 'plain', runtime, modes: modesFor('consoles', runtime) }),
        playShared(ground, { lesson: 'consoles', runtime, jobs: 3 }),
        playShared(ground, { lesson: 'gets-nothing', runtime, jobs: 2 }),
        playShared(ground, { lesson: 'deadlocks', runtime, jobs: 3 }),
        play(ground, { lesson: 'names-lines', runtime, jobs: 3, workers: 2, work: 'compute' }),
      ]);
    });

    test.each(MODES)(`%s on ${runtime}: a log line has the program line that logs it`, (mode) => {
      const lines = new Set(
        plain
          .pass(mode)
          .of('log')
          .map(({ line }) => line),
      );
      expect([...lines]).toEqual([markedLine('plain', 'log')]);
      const written = console.pass(mode).of('log');
      const of = (text: string) => written.flatMap((log) => (log.text === text ? [log.line] : []));
      expect(of('warn 0')).toEqual([markedLine('consoles', 'warn')]);
      expect(of('two').concat(of('lines'))).toEqual(Array(6).fill(markedLine('consoles', 'two')));
    });

    test.each(MODES)(`%s on ${runtime}: a wait has the line that waits, unless main has none`, (mode) => {
      const [wait] = none
        .pass(mode)
        .of('wait-started')
        .filter((one) => one.for === 'queue');
      expect(wait).toMatchObject({ job: 0, line: markedLine('gets-nothing', 'get') });
      const joins = none
        .pass(mode)
        .of('wait-started')
        .filter((one) => one.for === 'join');
      for (const { line } of joins) expect(line).toBeUndefined();
    });

    test.each(MODES)(`%s on ${runtime}: what a job does has the line that does it`, (mode) => {
      const at = (mark: string) => markedLine('names-lines', mark);
      const events = named.pass(mode).events;
      for (const job of [0, 1, 2]) {
        const did = events.flatMap((event) =>
          'line' in event && 'job' in event && event.job === job ? [[event.type, event.line]] : [],
        );
        const computed = did.flatMap(([type, line]) => (type === 'compute-started' ? [line] : []));
        // Computing nothing thousands of times is one fact, or none.
        expect(computed.slice(0, 2)).toEqual([at('compute'), at('work')]);
        expect([[], [at('nothing')]]).toContainEqual(computed.slice(2));
        expect(did.slice(0, 7)).toEqual([
          ['shared-read', at('update')],
          ['shared-written', at('update')],
          ['shared-written', at('add')],
          ['shared-written', at('map')],
          ['message-sent', at('put')],
          ['wait-started', at('get')],
          ['message-received', at('get')],
        ]);
        expect(did).toContainEqual(['lock-released', at('release')]);
      }
    });

    test.each(BESIDE_SEQUENTIAL)(`%s on ${runtime}: a wait for a lock has the line that waits`, (mode) => {
      const waits = stuck.pass(mode).of('wait-started');
      const last = waits.filter((one) => one.for === 'lock' && one.job === 0).at(-1);
      expect(last).toMatchObject({ on: 'L1', line: markedLine('deadlocks', 'want') });
    });
  });

  test.each(modesFor('throws-deep', runtime, ON_MAIN))(
    `%s on ${runtime}: an error of a timer on main names its line`,
    async (mode) => {
      const run = await play(ground, { lesson: 'throws-deep', runtime, modes: [mode], jobs: 7 });
      const line = markedLine('throws-deep', 'nested');
      const last = run
        .of('log')
        .filter(({ stream }) => stream === 'stderr')
        .at(-1);
      expect(last).toMatchObject({ job: 6, text: 'Job 6 failed: Error: the innermost', line });
      expect(run.one('pass-ended')).toMatchObject({ status: 'failed', error: 'Error: the innermost' });
    },
  );
});
