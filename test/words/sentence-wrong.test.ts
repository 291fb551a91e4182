/** The sentence above a run in which something went wrong: jobs that failed or were cut off, runs that were stopped. */
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { sentence } from '../../server/words/sentence.ts';
import {
  atOnce,
  events,
  type Job,
  jobEnded,
  jobStarted,
  laneEnded,
  laneStarted,
  oneByOne,
  type Pass,
  passEnded,
  passStarted,
  run,
  type TimedFact,
  timelineOf,
  waitStarted,
} from '../timeline/made-events.ts';

const sentenceOf = (...of: Parameters<typeof run>) => sentence(timelineOf(run(...of)));

describe('sentence: what went wrong', () => {
  const failing = (mode: Mode, failed: number[], count = 5): Pass => ({
    mode,
    jobs: atOnce(count, 100, 'sleep').map((job, n) =>
      failed.includes(n) ? { ...job, status: 'failed' } : job,
    ),
  });

  it('sentence: jobs that failed, and the others', () => {
    expect(sentenceOf([failing('threads', [2])])).toBe('Job 2 failed; the other 4 continued.');
    expect(sentenceOf([failing('threads', [3, 1])])).toBe('Jobs 1 and 3 failed; the other 3 continued.');
    expect(sentenceOf([failing('threads', [0], 2)])).toBe('Job 0 failed; the other one continued.');
    expect(sentenceOf([failing('threads', [0, 1, 2, 3])])).toBe('4 jobs failed; the other one continued.');
    expect(sentenceOf([failing('threads', [0, 1, 2], 3)])).toBe('All 3 jobs failed: Error: no.');
    expect(sentenceOf([failing('threads', [0], 1)])).toBe('Job 0 failed: Error: no.');
  });

  it('sentence: says if not all of the others continued', () => {
    const jobs: Job[] = [
      { from: 0, to: 10, status: 'failed' },
      { from: 0, to: 20, status: 'cut-off' },
      { from: 0, to: 30 },
    ];
    expect(sentenceOf([{ mode: 'threads', jobs }])).toBe('Job 0 failed; 1 of the other 2 was done.');
  });

  it('sentence: names the mode if not every pass had the same failures', () => {
    expect(sentenceOf([failing('event-loop', [2]), failing('threads', [2])])).toBe(
      'Job 2 failed; the other 4 continued.',
    );
    expect(sentenceOf([failing('event-loop', []), failing('threads', [2])])).toBe(
      'In threads, job 2 failed; the other 4 continued.',
    );
  });

  it('sentence: a pass that failed only by its jobs reports them, otherwise its error', () => {
    const threads: Pass = { ...failing('threads', [2]), status: 'failed' };
    expect(sentenceOf([threads], 'failed')).toBe('Job 2 failed; the other 4 continued.');
    expect(
      sentenceOf(
        [{ ...failing('threads', []), status: 'failed', error: 'Error: boom!\n  at main' }],
        'failed',
      ),
    ).toBe('Threads failed: Error: boom.');
    const checked: Pass = {
      ...failing('threads', []),
      status: 'failed',
      error: 'Check failed: Error: 1, not 3',
    };
    expect(sentenceOf([checked], 'failed')).toBe('In threads, the program’s check failed: Error: 1, not 3.');
  });

  it('sentence: an error of a pass takes precedence over the jobs that failed in it', () => {
    const threads: Pass = { ...failing('threads', [2]), status: 'failed', error: 'Error: main' };
    expect(sentenceOf([threads], 'failed')).toBe('Threads failed: Error: main.');
    const asks = failing('threads', []);
    expect(sentenceOf([{ ...asks, status: 'failed', error: 'Error: really?' }], 'failed')).toBe(
      'Threads failed: Error: really?',
    );
    // Cut between words, and what shows that ends the sentence.
    expect(
      sentenceOf([{ ...asks, status: 'failed', error: `Error: ${'word '.repeat(40)}` }], 'failed'),
    ).toMatch(/^Threads failed: Error:( word){20,}…$/);
  });

  it('sentence: what ended with main’s process, and what did not if jobs were separate', () => {
    const fell: Fact = { ...laneEnded(0), reason: 'killed', exitCode: null, signal: 'SIGKILL' } as Fact;
    const lost: Fact = { ...laneEnded(2), reason: 'killed', exitCode: null, signal: 'SIGKILL' } as Fact;
    const start = (mode: Mode): TimedFact[] => [
      [0, passStarted(mode)],
      ...[0, 1, 2].map((lane): TimedFact => [0, laneStarted(lane, mode)]),
      ...[1, 2].map((lane): TimedFact => [0, jobStarted(lane, lane - 1)]),
    ];
    const threads: TimedFact[] = [
      ...start('threads'),
      [50, jobEnded(1, 0, 'cut-off', 'Its process took too much.')],
      [50, jobEnded(2, 1, 'cut-off', 'Its process took too much.')],
      [50, fell],
      [51, passEnded(50, 'failed', 'The program’s process took too much, and was killed.')],
    ];
    const processes: TimedFact[] = [
      ...start('processes'),
      [50, jobEnded(2, 1, 'failed', 'Its process took too much.')],
      [50, lost],
      [80, jobEnded(1, 0)],
      [90, passEnded(90)],
    ];
    const words = (...passes: TimedFact[][]) => {
      const log = events(null, [[0, { type: 'run-started' }]]);
      for (const [i, one] of passes.entries()) log.push(...events(i, one, log.length));
      log.push(...events(null, [[0, { type: 'run-ended', status: 'failed', error: null }]], log.length));
      return sentence(timelineOf(log));
    };
    const alone =
      'In threads the program’s process took too much, and was killed: main and jobs 0 and 1 died with it';
    expect(words(threads)).toBe(`${alone}.`);
    expect(words(threads, processes)).toBe(`${alone}; in processes only job 1 did.`);
    // In a pass that the server stopped, jobs were cut off for no reason of their own.
    const stopped = threads.map(
      ([atMs, fact]): TimedFact => [atMs, fact.type === 'job-ended' ? { ...fact, error: null } : fact],
    );
    expect(words(stopped)).toBe('Threads failed: The program’s process took too much, and was killed.');
  });

  it('sentence: a run that was stopped by a person or with its server says so first', () => {
    const first: Pass = { ...oneByOne('sleep', 3), status: 'timed-out' };
    const second: Pass = { mode: 'threads', jobs: [{ from: 0, to: 10 }], wallMs: 60, status: 'cancelled' };
    expect(sentenceOf([first, second], 'cancelled')).toBe(
      'Cancelled while running in threads: 1 job was done.',
    );
  });

  it('sentence: a run that was stopped says how far it was', () => {
    const open: Pass = {
      mode: 'threads',
      jobs: [{ from: 0, to: 10 }, { from: 0, to: 10 }, { from: 0 }],
      wallMs: null,
    };
    const closed = { ...open, wallMs: 500 };
    expect(sentenceOf([{ ...closed, status: 'cancelled' }], 'cancelled')).toBe(
      'Cancelled while running in threads: 2 jobs were done.',
    );
    expect(sentenceOf([{ ...closed, mode: 'event-loop', status: 'timed-out' }], 'timed-out')).toBe(
      'The event loop ran out of time: 2 jobs were done.',
    );
    expect(sentenceOf([open], 'interrupted')).toBe(
      'The server stopped while this ran in threads: 2 jobs were done.',
    );
    expect(sentenceOf([{ ...open, jobs: [{ from: 0, to: 10 }] }], 'interrupted')).toBe(
      'The server stopped while this ran in threads: 1 job was done.',
    );
    expect(sentenceOf([], 'cancelled')).toBe('Cancelled before it began.');
    expect(sentenceOf([], 'interrupted')).toBe('The server stopped before this began.');
  });

  it('sentence: a pass that ran out of time in a run that continued', () => {
    const first: Pass = {
      ...oneByOne('sleep', 3),
      jobs: [{ from: 0, to: 10 }, { from: 10 }],
      status: 'timed-out',
      wallMs: 60,
    };
    expect(sentenceOf([first, { mode: 'threads', jobs: atOnce(3, 50, 'sleep') }])).toBe(
      'One by one ran out of time: 1 of 3 jobs was done.',
    );
    const known = { ...first, error: 'Job 1, line 4, waits for a message.' };
    expect(sentenceOf([known, { mode: 'threads', jobs: atOnce(3, 50, 'sleep') }])).toBe(
      'One by one ran out of time: 1 of 3 jobs was done. Job 1, line 4, waits for a message.',
    );
  });

  it('sentence: several passes that ran out of time each say why, those that did alike together', () => {
    const late = (mode: Mode, error: string, jobs: Job[] = [{ from: 0 }, { from: 0 }]): Pass => ({
      mode,
      jobs,
      status: 'timed-out',
      wallMs: 60,
      error,
    });
    const forJob = 'Main waits for job 0; job 0, line 1, waits for 50 s.';
    const first = late('sequential', 'Job 0, line 1, waits for 50 s.', [{ from: 0 }]);
    const others = [late('threads', forJob), late('processes', forJob)];
    expect(sentenceOf([first, ...others])).toBe(
      `One by one ran out of time: no jobs were done. Job 0, line 1, waits for 50 s. Threads and processes ran out of time, too: no jobs were done. ${forJob}`,
    );
    expect(sentenceOf(others)).toBe(`Every mode ran out of time: no jobs were done. ${forJob}`);
  });

  it('sentence: if many passes ran out of time, each for a reason of its own, it only says how far they came', () => {
    const late = (mode: Mode, done: number): Pass => ({
      mode,
      jobs: Array.from({ length: 3 }, (_, n) => (n < done ? { from: 0, to: 10 } : { from: 0 })),
      status: 'timed-out',
      wallMs: 60,
      error: `Main waits for job ${done}, which waits for itself, in ${mode}.`,
    });
    const three = [late('sequential', 0), late('threads', 1), late('processes', 1)];
    expect(sentenceOf(three)).toBe(
      'Every mode ran out of time: one by one, no jobs were done; in threads and in processes, 1 job was done.',
    );
    expect(sentenceOf([{ mode: 'event-loop', jobs: atOnce(3, 50, 'sleep') }, ...three])).toBe(
      'One by one, threads and processes ran out of time: one by one, 0 of 3 jobs were done; in threads and in processes, 1 of 3 jobs was done.',
    );
  });

  it('sentence: daemons that were cut off, in any mode', () => {
    const jobs: Job[] = [
      { from: 0, to: 100 },
      { from: 0, to: 50, status: 'cut-off' },
    ];
    const words = 'Job 1 was cut off when the program ended: a program does not wait for daemons.';
    expect(sentenceOf([{ mode: 'threads', jobs, daemon: true }])).toBe(words);
    // With shared lanes no event marks a daemon, but a program that completed has waited for all other jobs.
    expect(sentenceOf([{ mode: 'event-loop', jobs }])).toBe(words);
    expect(
      sentenceOf([
        oneByOne('sleep', 2),
        { mode: 'event-loop', jobs },
        { mode: 'threads', jobs, daemon: true },
      ]),
    ).toBe(
      'On the event loop and in threads, job 1 was cut off when the program ended: a program does not wait for daemons.',
    );
  });

  it('sentence: daemons that never began', () => {
    const waiting = (jobs: Job[], waiters: number[]) => {
      const log = run([{ mode: 'threads', jobs, wallMs: null }], null);
      const waits = waiters.map((job): TimedFact => [100, waitStarted(0, job, 'worker', 'a free lane')]);
      log.push(...events(0, [...waits, [200, passEnded(200)]], log.length));
      log.push(...events(null, [[0, { type: 'run-ended', status: 'completed', error: null }]], log.length));
      return sentence(timelineOf(log));
    };
    expect(waiting([{ from: 0, to: 100 }], [1])).toBe(
      'Job 1 never began: no worker was free for it when the program ended, and a program does not wait for daemons.',
    );
    expect(waiting([{ from: 0, to: 100 }, { from: 0 }], [2, 3])).toBe(
      'Job 1 was cut off and jobs 2 and 3 never began when the program ended: a program does not wait for daemons.',
    );
  });
});
