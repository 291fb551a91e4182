/** What a program can do that cannot end well and that only the console can explain: it does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { modesFor, playFirst } from '../everyday.ts';
import { markedLine } from './marked-line.ts';
import { type Ground, openGround, type Played, play } from './play.ts';
import { alive } from './processes.ts';

const ON_MAIN: Mode[] = ['sequential', 'event-loop'];
const BESIDE_SEQUENTIAL = MODES.slice(1);

let ground: Ground;
/** Its passes end at the time limit after 2 s. */
let hurried: Ground;
beforeAll(async () => {
  [ground, hurried] = await Promise.all([
    openGround({ CORES: '8' }),
    openGround({ PASS_SECONDS: '4', CORES: '8' }),
  ]);
});
afterAll(() => Promise.all([ground.end(), hurried.end()]));

/** Lines of the console that belong to no job. */
const remarks = (pass: Played) =>
  pass.of('log').flatMap(({ job, stream, text, line }) => (job === null ? [{ stream, text, line }] : []));
/** Lines of `job` on the console's error stream. */
const complaints = (pass: Played, job: number | null) =>
  pass
    .of('log')
    // That this server was held up, on a busy machine, is not the program’s mistake.
    .filter(({ text }) => !text.startsWith('While this pass ran, the server was frozen'))
    .flatMap((log) =>
      log.stream === 'stderr' && log.job === job ? [{ text: log.text, line: log.line }] : [],
    );

describe.each(JAVASCRIPT)('%s', (runtime) => {
  const runs = new Map<string, Played>();
  playFirst(async () => {
    const jobs = { 'throws-later': 2, counts: 3, 'starts-badly': 1 } as Record<string, number>;
    const endless = ['waits-beside-daemon', 'main-never-ends'];
    const lessons = [
      ...[...endless, 'leaves-timers', 'starts-from-job'],
      ...['throws-later', 'main-throws-later', 'counts', 'starts-badly'],
    ];
    const all = lessons.map(async (lesson) => {
      const where = endless.includes(lesson) ? hurried : ground;
      runs.set(lesson, await play(where, { lesson, runtime, jobs: jobs[lesson] ?? 2 }));
    });
    await Promise.all(all);
  });
  const pass = (lesson: string, mode: Mode) => (runs.get(lesson) as Played).pass(mode);

  describe('the time limit', () => {
    test.each(BESIDE_SEQUENTIAL)(
      `%s on ${runtime}: at the time limit, what waited is reported with lines`,
      (mode) => {
        const one = pass('waits-beside-daemon', mode);
        const { status, error } = one.one('pass-ended');
        expect(status).toBe('timed-out');
        const line = (mark: string) => markedLine('waits-beside-daemon', mark);
        expect(error).toMatch(
          new RegExp(
            `^Main, line ${line('join')}, waits for job 0; .*job 0, line ${line('get')}, waits for a message`,
          ),
        );
        // It sleeps, or is about to.
        expect(error).toMatch(/job 1(, line \d+, waits for 0\.2 s| has not ended)/);
        expect(complaints(one, null)).toEqual([
          { text: `Stopped at the time limit. ${error}`, line: undefined },
        ]);
      },
    );

    test(`sequential on ${runtime}: at the time limit, the job that still runs is reported`, () => {
      const { status, error } = pass('waits-beside-daemon', 'sequential').one('pass-ended');
      expect(status).toBe('timed-out');
      expect(error).toMatch(/^Job 1(, line \d+, waits for 0\.2 s| has not ended)\.$/);
    });

    test.each(MODES)(
      `%s on ${runtime}: a main that awaits something without an event is reported`,
      (mode) => {
        const one = pass('main-never-ends', mode);
        expect(one.one('pass-ended')).toMatchObject({ status: 'timed-out', error: 'Main has not ended.' });
        expect(complaints(one, null).map(({ text }) => text)).toEqual([
          'Stopped at the time limit. Main has not ended.',
        ]);
      },
    );
  });

  test.each(MODES)(
    `%s on ${runtime}: what main leaves behind is cut off, and reported with its line`,
    (mode) => {
      const one = pass('leaves-timers', mode);
      expect(one.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
      expect(one.of('job-started')).toEqual([]);
      const line = (mark: string) => markedLine('leaves-timers', mark);
      expect(remarks(one)).toEqual([
        { stream: 'stdout', text: 'Main has ended; its timer is cut off.', line: line('timer') },
        { stream: 'stdout', text: 'Main has ended; its wait for 5 s is cut off.', line: line('sleep') },
      ]);
    },
  );

  test.each(MODES)(`%s on ${runtime}: a job that calls a function of main fails at its line`, (mode) => {
    const one = pass('starts-from-job', mode);
    expect(one.one('pass-ended').status).toBe('completed');
    // A separate thread or process has no access to it.
    const isHere = ON_MAIN.includes(mode);
    for (const [job, mark, text] of [
      [0, 'start', 'Error: start(2): only main can start jobs.'],
      [1, 'join', 'Error: join({…}): only main can join jobs.'],
    ] as const) {
      const line = markedLine('starts-from-job', mark);
      const ended = one.of('job-ended').find((event) => event.job === job);
      expect(ended).toMatchObject({ status: 'failed', line });
      expect(ended?.error).toMatch(isHere ? text : /^TypeError: Cannot read properties of undefined/);
    }
    expect(one.of('job-started').map(({ job }) => job)).not.toContain(2);
  });

  describe('uncaught errors', () => {
    const line = markedLine('throws-later', 'throw');

    test.each(ON_MAIN)(
      `%s on ${runtime}: an error of a job's timer is reported for that job`,
      async (mode) => {
        const one = pass('throws-later', mode);
        expect(complaints(one, 1)).toEqual([{ text: 'Job 1 failed: Error: later', line }]);
        expect(complaints(one, null)).toEqual([]);
        const ended = one.of('job-ended').find(({ job }) => job === 1);
        expect(ended).toMatchObject({ status: 'failed', error: 'Error: later', line });
        expect(one.one('pass-ended')).toMatchObject({ status: 'failed', error: 'Error: later' });
        expect(alive(one.pids)).toEqual([]);
      },
    );

    test.each(modesFor('throws-in-immediate', runtime, ON_MAIN))(
      `%s on ${runtime}: an error of an immediate is reported for its job`,
      async (mode) => {
        const modes = [mode];
        const one = await play(ground, { lesson: 'throws-in-immediate', runtime, modes, jobs: 2 });
        const own = markedLine('throws-in-immediate', 'throw');
        expect(complaints(one, 0)).toEqual([{ text: 'Job 0 failed: Error: later', line: own }]);
        expect(complaints(one, null)).toEqual([]);
        expect(one.of('job-ended').find(({ job }) => job === 0)).toMatchObject({
          status: 'failed',
          line: own,
        });
        expect(one.one('pass-ended')).toMatchObject({ status: 'failed', error: 'Error: later' });
      },
    );

    test.each(MODES)(`%s on ${runtime}: an error of main's timer is reported for main`, (mode) => {
      const one = pass('main-throws-later', mode);
      const own = markedLine('main-throws-later', 'throw');
      expect(complaints(one, null)).toEqual([{ text: 'Main failed: Error: later', line: own }]);
      expect(one.one('pass-ended')).toMatchObject({ status: 'failed', error: 'Error: later' });
      // The end of main cuts off the job, which itself did nothing wrong.
      for (const { status, error } of one.of('job-ended')) expect([status, error]).toEqual(['cut-off', null]);
      expect(one.of('job-ended')).toHaveLength(one.of('job-started').length);
    });
  });

  test.each(MODES.slice(0, 3))(
    `%s on ${runtime}: events of the counter are in the order of its changes`,
    (mode) => {
      const values: number[] = [];
      let now = 0;
      for (const event of pass('counts', mode).events) {
        if (event.type === 'shared-read') expect(event.value).toBe(now);
        if (event.type !== 'shared-written') continue;
        if (event.atomic) expect(event.value).toBe(now + 1);
        now = Number(event.value);
        values.push(now);
      }
      expect(values).toHaveLength(3 * 350);
    },
  );

  test.each(MODES)(`%s on ${runtime}: an error message shows the refused value`, (mode) => {
    const one = pass('starts-badly', mode);
    expect(one.texts(null)).toEqual([
      "RangeError: start('1'): needs the number of a job, from 0 to 1000.",
      'RangeError: start(Symbol(s)): needs the number of a job, from 0 to 1000.',
      'TypeError: start(2): needs { daemon: true } or no options, not null.',
      'TypeError: start(2): needs { daemon: true } or no options, not true.',
      "TypeError: start(2): daemon must be true or false, not 'yes'.",
    ]);
    expect(one.texts(0)).toEqual([
      'TypeError: undefined cannot be copied to another lane.',
      'TypeError: A bigint cannot be copied to another lane.',
      'TypeError: A symbol cannot be copied to another lane.',
      'TypeError: A function cannot be copied to another lane.',
      'TypeError: What toJSON returned for this object cannot be copied to another lane.',
    ]);
    expect(one.one('pass-ended').status).toBe('completed');
  });
});
