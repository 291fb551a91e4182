/** The critical path of a pass. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mode } from '../../server/spec/modes.ts';
import { criticalPath, endOf } from '../../server/timeline/critical-path.ts';
import type { PassTimeline } from '../../server/timeline/model.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneEnded,
  laneReady,
  laneStarted,
  passStarted,
  type TimedFact,
  timelineOf,
  waitEnded,
  waitStarted,
} from './made-events.ts';
import { garbage, madeLog } from './made-logs.ts';
import { madeProgram, play } from './made-programs.ts';

function passOf(mode: Mode, facts: TimedFact[]): PassTimeline {
  const begun: TimedFact[] = [
    [0, passStarted(mode)],
    [1, laneStarted(0, mode)],
    [2, laneReady(0)],
  ];
  return timelineOf(events(0, [...begun, ...facts])).passes[0]!;
}

/** The path in short: `lane 1 job 1 sleep 3-5`. */
function path(pass: PassTimeline): string[] {
  return criticalPath(pass).map(({ lane, slot, job, fromMs, toMs, state }) => {
    const row = slot === null ? `lane ${lane}` : `slot ${slot}`;
    return `${row} job ${job ?? '-'} ${state} ${fromMs}-${toMs}`;
  });
}

/** Contiguous, from 0 to the end, no empty segment, each within a bar; the first may precede its lane. */
function expectPath(pass: PassTimeline): void {
  const segments = criticalPath(pass);
  let at = 0;
  for (const [i, { lane, slot, job, state, fromMs, toMs }] of segments.entries()) {
    expect(fromMs).toBe(at);
    expect(toMs).toBeGreaterThan(fromMs);
    at = toMs;
    const row = pass.rows.find((one) => one.lane === lane && one.slot === slot)!;
    const isBefore = i === 0 && state === 'starting' && toMs <= (row.bars[0]?.startMs ?? 0);
    const isIn = row.bars.some(
      (bar) =>
        bar.state === state &&
        bar.job === job &&
        bar.startMs <= fromMs &&
        toMs <= (bar.endMs ?? pass.latestMs),
    );
    expect(isBefore || isIn).toBe(true);
  }
  expect(at).toBe(endOf(pass));
}

describe('criticalPath: any log', () => {
  it('criticalPath: covers the pass from its beginning to its end, in bars of its rows', () => {
    const logs = fc.oneof(
      madeProgram.map((program) => play(program).events),
      madeLog.map((log) => log.events),
    );
    fc.assert(
      fc.property(logs, fc.double({ min: 0, max: 1, noNaN: true }), (log, share) => {
        expectPath(timelineOf(log).passes[0]!);
        // Also for a pass that is still running.
        const [pass] = timelineOf(log.slice(0, Math.ceil(log.length * share))).passes;
        if (pass) expectPath(pass);
      }),
      { numRuns: 300 },
    );
  });

  it('criticalPath: ends without a gap, even for a log that makes no sense', () => {
    fc.assert(
      fc.property(garbage, (log) => {
        for (const pass of timelineOf(log).passes) {
          const segments = criticalPath(pass);
          segments.forEach(({ toMs }, i) => {
            expect(segments[i + 1]?.fromMs ?? endOf(pass)).toBe(toMs);
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('criticalPath: if a program was not stuck, main waits on it only as long as reports take', () => {
    fc.assert(
      fc.property(madeProgram, (program) => {
        const { events: log, isStuck } = play({ ...program, isBusy: false });
        fc.pre(!isStuck);
        // In these programs every release is reported within microseconds.
        for (const { state, fromMs, toMs } of criticalPath(timelineOf(log).passes[0]!)) {
          if (state === 'join' || state === 'lock') expect(toMs - fromMs).toBeLessThan(0.2);
        }
      }),
    );
  });
});

describe('criticalPath: what it follows', () => {
  it('criticalPath: goes from a join to the job, and from its lane to the main that started it', () => {
    const pass = passOf('threads', [
      [3, laneStarted(1, 'threads')],
      [4, laneStarted(2, 'threads')],
      [4, waitStarted(0, null, 'join', 'job 1')],
      [6, laneReady(1)],
      [6, laneReady(2)],
      [6, jobStarted(1, 1)],
      [6, jobStarted(2, 2)],
      [7, jobEnded(2, 2)],
      [9, jobEnded(1, 1)],
      [10, waitEnded(0, null, 'join', 'job 1')],
      [11, laneEnded(0)],
    ]);
    expect(path(pass)).toEqual([
      'lane 0 job - starting 0-1',
      'lane 0 job - starting 1-2',
      'lane 0 job - running 2-3',
      'lane 1 job - starting 3-6',
      'lane 1 job 1 computing 6-9',
      'lane 0 job - join 9-10',
      'lane 0 job - running 10-11',
    ]);
  });

  it('criticalPath: goes from a lock to its release, on the event loop from slot to slot', () => {
    const pass = passOf('event-loop', [
      [2, jobStarted(0, 0)],
      [2, waitStarted(0, 0, 'lock', 'A')],
      [2, waitEnded(0, 0, 'lock', 'A')],
      [3, waitStarted(0, 0, 'sleep', '4 ms')],
      [3, jobStarted(0, 1)],
      [3, waitStarted(0, 1, 'lock', 'A')],
      [4, waitStarted(0, null, 'join', 'job 1')],
      [7, waitEnded(0, 0, 'sleep', '4 ms')],
      [7, { type: 'lock-released', lane: 0, job: 0, on: 'A' }],
      [8, jobEnded(0, 0)],
      [8, waitEnded(0, 1, 'lock', 'A')],
      [9, jobEnded(0, 1)],
      [9, waitEnded(0, null, 'join', 'job 1')],
      [9, laneEnded(0)],
    ]);
    expect(path(pass)).toEqual([
      'lane 0 job - starting 0-1',
      'lane 0 job - starting 1-2',
      'slot 0 job 0 computing 2-3',
      'slot 0 job 0 sleep 3-7',
      'slot 1 job 1 lock 7-8',
      'slot 1 job 1 computing 8-9',
    ]);
  });

  it('criticalPath: is in the jobs that compute on the event loop, not in main, whose thread they have', () => {
    const pass = passOf('event-loop', [
      [2, jobStarted(0, 0)],
      [12, jobEnded(0, 0)],
      [12, jobStarted(0, 1)],
      [22, jobEnded(0, 1)],
      [25, laneEnded(0)],
    ]);
    expect(path(pass)).toEqual([
      'lane 0 job - starting 0-1',
      'lane 0 job - starting 1-2',
      'slot 0 job 0 computing 2-12',
      'slot 0 job 1 computing 12-22',
      'lane 0 job - running 22-25',
    ]);
  });

  /** Jobs 0 to 2 begin at 2 and sleep. Their timers fire when the thread is free, and then some of them compute. */
  const late = (facts: TimedFact[]) =>
    passOf('event-loop', [
      ...[0, 1, 2].map((job): TimedFact => [2, jobStarted(0, job)]),
      ...facts,
      [200, laneEnded(0)],
    ]);
  const sleeps = (atMs: number, job: number, seconds: number): TimedFact => [
    atMs,
    waitStarted(0, job, 'sleep', `${seconds} s`),
  ];
  const wakes = (atMs: number, job: number, seconds: number): TimedFact => [
    atMs,
    waitEnded(0, job, 'sleep', `${seconds} s`),
  ];

  it('criticalPath: a late sleep is on it until it was due, and then what the thread computed', () => {
    const pass = late([
      [2, waitStarted(0, null, 'join', 'job 2')],
      sleeps(3, 0, 0.03),
      sleeps(3, 1, 0.03),
      sleeps(3, 2, 0.05),
      wakes(33, 0, 0.03),
      [70, jobEnded(0, 0)],
      wakes(71, 1, 0.03),
      [150, jobEnded(0, 1)],
      wakes(151, 2, 0.05),
      [200, jobEnded(0, 2)],
      [200, waitEnded(0, null, 'join', 'job 2')],
    ]);
    expect(path(pass)).toEqual([
      'lane 0 job - starting 0-1',
      'lane 0 job - starting 1-2',
      'slot 2 job 2 computing 2-3',
      'slot 2 job 2 sleep 3-53',
      'slot 0 job 0 computing 53-70',
      'slot 2 job 2 sleep 70-71',
      'slot 1 job 1 computing 71-150',
      'slot 2 job 2 sleep 150-151',
      'slot 2 job 2 computing 151-200',
    ]);
  });

  it('criticalPath: of two releases at the same moment, continues from the second', () => {
    const message = (id: string) => ({ id, channel: 'queue' as const, bytes: 3, value: id });
    const pass = passOf('threads', [
      ...[1, 2].flatMap((n): TimedFact[] => [
        [2, laneStarted(n, 'threads')],
        [2, laneReady(n)],
        [2, jobStarted(n, n)],
        [3, waitStarted(n, n, 'queue', 'a message')],
      ]),
      ...[1, 2].map((n): TimedFact => [5, { type: 'message-sent', lane: n, job: n, ...message(`${n}`) }]),
      ...[1, 2].map((n): TimedFact => [5, waitEnded(n, n, 'queue', 'a message')]),
      ...[1, 2].map(
        (n): TimedFact => [5, { type: 'message-received', lane: n, job: n, ...message(`${3 - n}`) }],
      ),
      [5, laneEnded(0)],
      [6, jobEnded(1, 1)],
      [6, laneEnded(1)],
    ]);
    expect(path(pass).slice(-3)).toEqual([
      'lane 2 job 2 computing 2-3',
      'lane 2 job 2 queue 3-5',
      'lane 1 job 1 computing 5-6',
    ]);
  });

  it('criticalPath: goes from a lane opened for a queued job to the job that freed a worker', () => {
    const pass = passOf('threads', [
      [2, laneStarted(1, 'threads')],
      [2, waitStarted(0, 1, 'worker', 'a free lane')],
      [3, laneReady(1)],
      [3, jobStarted(1, 0)],
      [5, jobEnded(1, 0)],
      [5, laneEnded(1)],
      [6, waitEnded(0, 1, 'worker', 'a free lane')],
      [6, laneStarted(2, 'threads')],
      [7, waitStarted(0, null, 'join', 'job 1')],
      [8, laneReady(2)],
      [8, jobStarted(2, 1)],
      [9, jobEnded(2, 1)],
      [9, laneEnded(2)],
      [9, waitEnded(0, null, 'join', 'job 1')],
      [9, laneEnded(0)],
    ]);
    expect(path(pass)).toEqual([
      'lane 0 job - starting 0-1',
      'lane 0 job - starting 1-2',
      'lane 1 job - starting 2-3',
      'lane 1 job 0 computing 3-5',
      'lane 0 job - running 5-6',
      'lane 2 job - starting 6-8',
      'lane 2 job 1 computing 8-9',
    ]);
  });
});
