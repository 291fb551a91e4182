/** Programs that cannot continue or misuse the api, and mains that go wrong, in four modes on both runtimes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { modesFor, playFirst } from '../everyday.ts';
import { markedLine } from './marked-line.ts';
import { type Ground, type Of, openGround, type Played, play } from './play.ts';
import { playShared } from './shared-run.ts';
import { waits } from './spans.ts';

const BESIDE_SEQUENTIAL = MODES.slice(1);

let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ PASS_SECONDS: '20' });
});
afterAll(() => ground.end());

/** The lines written to the console's error stream. */
function complaints(pass: Played): Pick<Of<'log'>, 'job' | 'text'>[] {
  return pass.of('log').flatMap(({ stream, job, text }) => (stream === 'stderr' ? [{ job, text }] : []));
}

describe.each(JAVASCRIPT)('%s', (runtime) => {
  describe('a pass that cannot continue', () => {
    let closed: Played;
    let empty: Played;
    let alone: Played;
    let slow: Played;
    let timed: Played;
    playFirst(async () => {
      [closed, empty, alone, slow, timed] = await Promise.all([
        playShared(ground, { lesson: 'deadlocks', runtime, jobs: 3 }),
        playShared(ground, { lesson: 'gets-nothing', runtime, jobs: 2 }),
        play(ground, {
          lesson: 'gets-and-joins-none',
          runtime,
          jobs: 1,
          modes: modesFor('gets-and-joins-none', runtime, BESIDE_SEQUENTIAL),
        }),
        play(ground, {
          lesson: 'loads-slowly',
          runtime,
          jobs: 1,
          modes: modesFor('loads-slowly', runtime, ['threads', 'processes']),
        }),
        play(ground, {
          lesson: 'own-timers',
          runtime,
          jobs: 2,
          modes: modesFor('own-timers', runtime, MODES),
        }),
      ]);
    });

    test.each(BESIDE_SEQUENTIAL)(
      `%s on ${runtime}: a deadlock is found, named, and ends the pass as failed`,
      (mode) => {
        const pass = closed.pass(mode);
        const { circle } = pass.one('deadlock');
        expect(circle.map(({ job, on }) => `${job} wants ${on}`)).toEqual([
          '0 wants L1',
          '1 wants L2',
          '2 wants L0',
        ]);
        const line = markedLine('deadlocks', 'want');
        const text =
          `Deadlock: job 0, line ${line}, waits for lock L1, held by job 1, line ${line}, which waits for ` +
          `lock L2, held by job 2, line ${line}, which waits for lock L0, held by job 0.`;
        expect(pass.one('pass-ended')).toMatchObject({ status: 'failed', error: text });
        expect(complaints(pass)).toEqual([{ job: null, text }]);
        expect(pass.outcomes).toEqual(['cut-off', 'cut-off', 'cut-off']);
        expect(closed.status).toBe('failed');
        expect(closed.left).toEqual([]);
      },
    );

    test.each(BESIDE_SEQUENTIAL)(
      `%s on ${runtime}: the deadlock is the next event after the wait that closes the cycle, and ends the pass`,
      (mode) => {
        const { events } = closed.pass(mode);
        const closedAt = events.findLastIndex(({ type }) => type === 'wait-started');
        const types = events.slice(closedAt + 1).flatMap(({ type }) => (type === 'sample' ? [] : [type]));
        expect(types.slice(0, 2)).toEqual(['log', 'deadlock']);
        expect(new Set(types.slice(2))).toEqual(new Set(['job-ended', 'lane-ended', 'pass-ended']));
      },
    );

    test(`sequential on ${runtime}: a job that wants what main holds is reported`, () => {
      expect(closed.pass('sequential').one('pass-ended')).toMatchObject({
        status: 'failed',
        error: `Nothing can continue: job 0, line ${markedLine('deadlocks', 'gate')}, waits for lock gate, held by main.`,
      });
    });

    test.each(MODES)(`%s on ${runtime}: a job that waits in vain is named, and the pass fails`, (mode) => {
      const pass = empty.pass(mode);
      const waiting = `job 0, line ${markedLine('gets-nothing', 'get')}, waits for a message`;
      const who = mode === 'sequential' ? waiting : `main waits for job 0; ${waiting}`;
      const text = `Nothing can continue: ${who}.`;
      expect(pass.one('pass-ended')).toMatchObject({ status: 'failed', error: text });
      expect(complaints(pass)).toEqual([{ job: null, text }]);
      expect(pass.of('deadlock')).toEqual([]);
      expect(pass.outcomes).toEqual(['cut-off', mode === 'sequential' ? undefined : 'done']);
      expect(empty.status).toBe('failed');
    });

    test.each(BESIDE_SEQUENTIAL)(`%s on ${runtime}: also if main has ended without a join`, (mode) => {
      const { status, error } = alone.pass(mode).one('pass-ended');
      expect(status).toBe('failed');
      const line = markedLine('gets-and-joins-none', 'get');
      expect(error).toBe(
        `Nothing can continue: main waits for job 0; job 0, line ${line}, waits for a message.`,
      );
    });

    test.each(MODES)(`%s on ${runtime}: what comes by a timer of the program is waited for`, (mode) => {
      const pass = timed.pass(mode);
      expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
      expect(pass.of('deadlock')).toEqual([]);
    });

    test.each(['threads', 'processes'] as const)(
      `%s on ${runtime}: a lane that is slow to start does not count as stuck`,
      (mode) => {
        expect(slow.pass(mode).one('pass-ended')).toMatchObject({ status: 'completed', error: null });
      },
    );
  });

  describe('misuse of the api', () => {
    let run: Played;
    playFirst(async () => {
      // In a pool, because each lane takes time to start.
      run = await play(ground, { lesson: 'misuses', runtime, jobs: 11, workers: 3 });
    });

    test.each(MODES)(
      `%s on ${runtime}: a job that misuses the api fails alone, with the reason and the line`,
      (mode) => {
        const pass = run.pass(mode);
        const failures = [
          'Error: lock("A").release(): the lock is not held here. Await its acquire() first.',
          'TypeError: A function cannot be copied to another lane.',
          'TypeError: A bigint cannot be copied to another lane.',
          'TypeError: This value cannot be copied: it cannot be written as JSON.',
          'RangeError: A value may have at most 1024 bytes as JSON.',
          'RangeError: queue.limit(0): needs a whole number from 1 to 1,000,000.',
          'RangeError: semaphore("S", 0): needs a whole number of permits, from 1 to 1,000.',
          'Error: semaphore("S").release(): no permit is held here. Await its acquire() first, once for each release().',
          'Error: condition("C").wait(lock("A")): lock "A" is not held here. Await its acquire() first.',
          `TypeError: condition("C").wait('A'): needs a lock, as returned by lock(name).`,
        ];
        const fine = failures.length;
        expect(pass.outcomes).toEqual([...failures.map(() => 'failed'), 'done']);
        const ended = pass.of('job-ended').toSorted((a, b) => a.job - b.job);
        const lines = failures.map((_, n) => markedLine('misuses', String(n)));
        expect(ended.map(({ error }) => error)).toEqual([...failures, null]);
        expect(ended.map(({ line }) => line)).toEqual([...lines, undefined]);
        expect(complaints(pass).toSorted((a, b) => Number(a.job) - Number(b.job))).toEqual(
          failures.map((error, job) => ({ job, text: `Job ${job} failed: ${error}` })),
        );
        for (const log of pass.of('log')) expect(log.line).toBe(lines[log.job ?? -1]);
        expect(pass.one('shared-written')).toMatchObject({ job: fine, value: 'fine', length: 1 });
        expect(pass.one('message-sent')).toMatchObject({ job: fine, value: 'fine' });
        expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
      },
    );
  });

  describe('a main that goes wrong', () => {
    let stranger: Played;
    let twice: Played;
    let again: Played;
    let late: Played;
    let none: Played;
    let unawaited: Played;
    playFirst(async () => {
      const of = (lesson: string, jobs = 1) => playShared(ground, { lesson, runtime, jobs });
      [stranger, twice, again, late, none, unawaited] = await Promise.all([
        of('joins-a-stranger'),
        of('joins-twice'),
        of('starts-again'),
        of('starts-late', 2),
        of('joins-none', 2),
        of('awaits-no-start', 3),
      ]);
    });

    test.each(MODES)(
      `%s on ${runtime}: a join of a job that was not started fails main, which says so`,
      (mode) => {
        const pass = stranger.pass(mode);
        const error = 'TypeError: join({…}): needs the result of `await start(…)`.';
        expect(pass.one('pass-ended')).toMatchObject({ status: 'failed', error });
        expect(complaints(pass)).toContainEqual({ job: null, text: `Main failed: ${error}` });
      },
    );

    test.each(MODES)(`%s on ${runtime}: a second join returns at once, and is reported`, (mode) => {
      const pass = twice.pass(mode);
      expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
      expect(complaints(pass)).toEqual([{ job: null, text: 'join: job 0 was already joined.' }]);
      expect(waits(pass, 'join').map(({ on }) => on)).toEqual(['job 0', 'job 0']);
      expect(pass.texts(null).at(-1)).toBe('joined');
    });

    test.each(MODES)(
      `%s on ${runtime}: a start of a job that has ended fails main, which says so`,
      (mode) => {
        const pass = again.pass(mode);
        const error = 'Error: start(0): job 0 was already started.';
        expect(pass.one('pass-ended')).toMatchObject({ status: 'failed', error });
        expect(complaints(pass)).toContainEqual({ job: null, text: `Main failed: ${error}` });
        expect(pass.of('job-started')).toHaveLength(1);
      },
    );

    test.each(MODES)(
      `%s on ${runtime}: a start after main has ended fails the pass, which says so`,
      (mode) => {
        const pass = late.pass(mode);
        expect(pass.one('pass-ended').status).toBe('failed');
        expect(
          complaints(pass)
            .map(({ text }) => text)
            .join('\n'),
        ).toContain('start(1): main has ended.');
        expect(pass.of('job-started').map(({ job }) => job)).not.toContain(1);
        expect(late.left).toEqual([]);
      },
    );

    test.each(BESIDE_SEQUENTIAL)(
      `%s on ${runtime}: jobs that main did not join are reported, and so is the wait for them`,
      (mode) => {
        const pass = none.pass(mode);
        expect(pass.one('pass-ended').status).toBe('completed');
        expect(pass.texts(null)).toEqual(['Main has ended; the program waits for jobs 0, 1.']);
        expect(complaints(pass)).toEqual([]);
        const joins = waits(pass, 'join');
        expect(joins.map(({ on }) => on)).toEqual(['job 0', 'job 1']);
        for (const { on, to } of joins) {
          const ended = pass.of('job-ended').find(({ job }) => on === `job ${job}`);
          expect(to).toBeGreaterThanOrEqual(ended?.atMs ?? Number.POSITIVE_INFINITY);
        }
      },
    );

    test(`sequential on ${runtime}: nothing is left to wait for when main ends`, () => {
      expect(complaints(none.pass('sequential'))).toEqual([]);
    });

    test.each(MODES)(`%s on ${runtime}: jobs run even if main does not await their start`, (mode) => {
      const pass = unawaited.pass(mode);
      expect(pass.outcomes).toEqual(['done', 'done', 'done']);
      expect(pass.one('pass-ended').status).toBe('completed');
      if (mode === 'sequential') expect(pass.mostAtOnce).toBe(1);
    });
  });
});
