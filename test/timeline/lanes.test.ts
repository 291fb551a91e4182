/** The lanes of a timeline: which bars each event makes. */
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import type { PassTimeline } from '../../server/timeline/model.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneEnded,
  laneReady,
  laneStarted,
  passEnded,
  passStarted,
  type TimedFact,
  timelineOf,
  waitEnded,
  waitStarted,
} from './made-events.ts';

/** The only pass of a log in which main is ready at 0, followed by `facts`. */
function passOf(mode: Mode, facts: TimedFact[]): PassTimeline {
  const begun: TimedFact[] = [
    [0, passStarted(mode)],
    [0, laneStarted(0, mode)],
    [0, laneReady(0)],
  ];
  return timelineOf(events(0, [...begun, ...facts])).passes[0]!;
}

/** A row's bars in short: `computing 0 1-5`, with what a wait is for, and an end in brackets. */
function drawn(pass: PassTimeline, row: number): string[] {
  return (pass.rows[row]?.bars ?? []).map(({ state, job, startMs, endMs, on, end }) =>
    [state, job ?? '-', `${startMs}-${endMs ?? ''}`, on, end && `(${end})`]
      .filter((part) => part !== null)
      .join(' '),
  );
}

describe('lanes: bars of a lane', () => {
  it('lanes: a thread starts, idles, computes, waits and ends', () => {
    const pass = passOf('threads', [
      [1, laneStarted(1, 'threads')],
      [4, laneReady(1)],
      [5, jobStarted(1, 7)],
      [6, waitStarted(1, 7, 'lock', 'A')],
      [9, waitEnded(1, 7, 'lock', 'A')],
      [10, jobEnded(1, 7)],
      [12, laneEnded(1)],
    ]);
    expect(drawn(pass, 1)).toEqual([
      'starting - 1-4',
      'idle - 4-5',
      'computing 7 5-6',
      'lock 7 6-9 A',
      'computing 7 9-10',
      'idle - 10-12',
    ]);
    expect(pass.rows[1]).toMatchObject({
      lane: 1,
      slot: null,
      name: 'job 0',
      kind: 'thread',
      pid: 101,
      threadId: 1,
    });
    expect(pass.rows[1]?.ended).toEqual({ reason: 'returned', exitCode: 0, signal: null });
    expect(pass.jobs.get(7)).toEqual({
      job: 7,
      lane: 1,
      slot: null,
      startMs: 5,
      endMs: 10,
      status: 'done',
      error: null,
      line: null,
      unawaited: null,
    });
    expect(pass.jobStateMs).toMatchObject({ computing: 2, lock: 3, join: 0, sleep: 0, queue: 0, worker: 0 });
  });

  it('lanes: main shows its own code and its joins, and what lasts is open', () => {
    const pass = passOf('threads', [
      [3, waitStarted(0, null, 'join', 'job 0')],
      [8, waitEnded(0, null, 'join', 'job 0')],
    ]);
    expect(drawn(pass, 0)).toEqual(['running - 0-3', 'join - 3-8 job 0', 'running - 8-']);
  });

  it('lanes: one by one, jobs run inside the row of main', () => {
    const pass = passOf('sequential', [
      [1, jobStarted(0, 0)],
      [1, waitStarted(0, 0, 'sleep', '1 s')],
      [4, waitEnded(0, 0, 'sleep', '1 s')],
      [4, jobEnded(0, 0)],
      [4, jobStarted(0, 1)],
      [6, jobEnded(0, 1)],
      [7, laneEnded(0)],
    ]);
    expect(pass.rows).toHaveLength(1);
    expect(drawn(pass, 0)).toEqual(['running - 0-1', 'sleep 0 1-4 1 s', 'computing 1 4-6', 'running - 6-7']);
  });

  it('lanes: of several waits at once the oldest is shown until it ends', () => {
    const pass = passOf('threads', [
      [1, waitStarted(0, null, 'join', 'job 0')],
      [2, waitStarted(0, null, 'join', 'job 1')],
      [3, waitEnded(0, null, 'join', 'job 0')],
      [5, waitEnded(0, null, 'join', 'job 1')],
    ]);
    expect(drawn(pass, 0)).toEqual(['running - 0-1', 'join - 1-3 job 0', 'join - 3-5 job 1', 'running - 5-']);
  });

  it('lanes: a wait that ended is no longer shown, in whatever order waits end', () => {
    const pass = passOf('threads', [
      [1, waitStarted(0, null, 'join', 'job 0')],
      [2, waitStarted(0, null, 'join', 'job 1')],
      [3, waitEnded(0, null, 'join', 'job 1')],
      [5, waitEnded(0, null, 'join', 'job 0')],
    ]);
    expect(drawn(pass, 0)).toEqual(['running - 0-1', 'join - 1-5 job 0', 'running - 5-']);
  });

  it('lanes: of jobs that overlap in one row the newest is drawn', () => {
    const pass = passOf('sequential', [
      [1, jobStarted(0, 0)],
      [3, jobStarted(0, 1)],
      [4, jobEnded(0, 0, 'failed')],
      [6, jobEnded(0, 1)],
    ]);
    expect(drawn(pass, 0)).toEqual(['running - 0-1', 'computing 0 1-3', 'computing 1 3-6', 'running - 6-']);
    expect(pass.jobs.get(0)).toMatchObject({ startMs: 1, endMs: 4, status: 'failed' });
  });

  it('lanes: rows are in order of lane, in whatever order they are reported', () => {
    const pass = timelineOf(
      events(0, [
        [0, passStarted('processes')],
        [3, laneStarted(2, 'processes')],
        [1, laneStarted(0, 'processes')],
        [2, laneStarted(1, 'processes')],
      ]),
    ).passes[0]!;
    expect(pass.rows.map((row) => row.lane)).toEqual([0, 1, 2]);
  });

  it('lanes: startupMs adds up the starting of all lanes and the boot of a process kept ready', () => {
    const pass = timelineOf(
      events(0, [
        [0, passStarted('threads')],
        [0, laneStarted(0, 'threads', { bootMs: 30 })],
        [2, laneReady(0)],
        [5, laneStarted(1, 'threads')],
        [15, laneReady(1)],
        [15, laneStarted(2, 'threads')],
        [20, laneEnded(2)],
      ]),
    ).passes[0]!;
    expect(pass.startupMs).toBe(30 + 2 + 10 + 5);
  });
});

describe('lanes: lines of the program', () => {
  it('lanes: the bar of a wait has the line that waits, and a job the line where it failed', () => {
    const pass = passOf('sequential', [
      [1, jobStarted(0, 0)],
      [2, { ...waitStarted(0, 0, 'sleep', '1 s'), line: 12 } as Fact],
      [4, waitEnded(0, 0, 'sleep', '1 s')],
      [5, { ...jobEnded(0, 0, 'failed', 'Error: no'), line: 14 } as Fact],
    ]);
    expect(pass.rows[0]?.bars.map(({ state, line }) => [state, line])).toEqual([
      ['running', null],
      ['computing', null],
      ['sleep', 12],
      ['computing', null],
      ['running', null],
    ]);
    expect(pass.jobs.get(0)).toMatchObject({ status: 'failed', line: 14 });
  });

  it('lanes: a late report of how a job ended adds its line', () => {
    const pass = passOf('processes', [
      [1, laneStarted(1, 'processes')],
      [2, jobStarted(1, 0)],
      [5, laneEnded(1)],
      [5, { ...jobEnded(1, 0, 'failed', 'killed'), line: 3 } as Fact],
    ]);
    expect(pass.jobs.get(0)).toMatchObject({ status: 'failed', line: 3 });
  });
});

describe('lanes: slots of the event loop', () => {
  it('lanes: a job on the event loop takes the lowest free slot, and main keeps its own row', () => {
    const pass = passOf('event-loop', [
      [1, jobStarted(0, 0)],
      [2, waitStarted(0, 0, 'sleep', '1 s')],
      [2, jobStarted(0, 1)],
      [3, waitStarted(0, null, 'join', 'job 0')],
      [4, waitEnded(0, 0, 'sleep', '1 s')],
      [5, jobEnded(0, 0)],
      [7, jobStarted(0, 2)],
      [8, jobEnded(0, 1)],
      [9, jobEnded(0, 2)],
      [9, waitEnded(0, null, 'join', 'job 0')],
      [10, laneEnded(0)],
    ]);
    expect(pass.rows.map((row) => [row.lane, row.slot, row.kind, row.name])).toEqual([
      [0, null, 'main', 'main'],
      [0, 0, 'main', 'slot 1'],
      [0, 1, 'main', 'job 1'],
    ]);
    // Main does not run while a job has its thread.
    expect(drawn(pass, 0)).toEqual(['running - 0-1', 'idle - 1-3', 'join - 3-9 job 0', 'running - 9-10']);
    expect(drawn(pass, 1)).toEqual([
      'computing 0 1-2',
      'sleep 0 2-4 1 s',
      'computing 0 4-5',
      'computing 2 7-9',
    ]);
    // No event says where job 1 let the others run, but while they compute it does not.
    expect(drawn(pass, 2)).toEqual(['computing 1 2-4', 'idle 1 4-5', 'computing 1 5-7', 'idle 1 7-8']);
    expect(pass.rows.every((row) => row.ended?.reason === 'returned')).toBe(true);
  });

  it('lanes: a slot is named for its job, and numbered from 1 in a pool', () => {
    const start: [number, Fact][] = [
      [1, jobStarted(0, 3)],
      [2, waitStarted(0, 3, 'sleep', '1 s')],
      [2, jobStarted(0, 1)],
    ];
    const names = (...more: [number, Fact][]) =>
      passOf('event-loop', [...start, ...more]).rows.map(({ name }) => name);
    expect(names()).toEqual(['main', 'job 3', 'job 1']);
    expect(names([3, waitStarted(0, 2, 'worker', 'a free lane')])).toEqual(['main', 'slot 1', 'slot 2']);
  });
});

describe('lanes: jobs that wait for a worker', () => {
  it('lanes: a job without a lane draws no bar, and is counted as waiting', () => {
    const begun: TimedFact[] = [
      [1, waitStarted(0, 4, 'worker', 'a free lane')],
      [1, waitStarted(0, 5, 'worker', 'a free lane')],
    ];
    expect(passOf('threads', begun).waiting).toEqual(new Set([4, 5]));
    const pass = passOf('threads', [...begun, [6, waitEnded(0, 4, 'worker', 'a free lane')]]);
    expect(pass.waiting).toEqual(new Set([5]));
    expect(drawn(pass, 0)).toEqual(['running - 0-']);
  });

  it('lanes: a job no longer waits if its start is reported first', () => {
    const begun: TimedFact[] = [
      [1, waitStarted(0, 4, 'worker', 'a free lane')],
      [3, jobStarted(0, 4)],
    ];
    expect(passOf('event-loop', begun).waiting.size).toBe(0);
    const pass = passOf('event-loop', [
      ...begun,
      [3, waitEnded(0, 4, 'worker', 'a free lane')],
      [5, jobEnded(0, 4)],
    ]);
    expect(pass.waiting.size).toBe(0);
    expect(drawn(pass, 1)).toEqual(['computing 4 3-5']);
  });
});

describe('lanes: ends', () => {
  it('lanes: only the last bar of a failed job is marked as failed', () => {
    const pass = passOf('sequential', [
      [1, jobStarted(0, 0)],
      [2, waitStarted(0, 0, 'queue', 'queue')],
      [3, waitEnded(0, 0, 'queue', 'queue')],
      [3, jobEnded(0, 0, 'failed', 'Error: no')],
      [5, laneEnded(0)],
    ]);
    expect(drawn(pass, 0)).toEqual([
      'running - 0-1',
      'computing 0 1-2',
      'queue 0 2-3 queue (failed)',
      'running - 3-5',
    ]);
    expect(pass.jobs.get(0)).toMatchObject({ status: 'failed', error: 'Error: no' });
  });

  it('lanes: a job that failed at once keeps a bar that shows it', () => {
    const pass = passOf('sequential', [
      [1, jobStarted(0, 0)],
      [1, jobEnded(0, 0, 'failed', 'Error: no')],
      [2, laneEnded(0)],
    ]);
    expect(drawn(pass, 0)).toEqual(['running - 0-1', 'computing 0 1-1 (failed)', 'running - 1-2']);
  });

  it('lanes: a report about a dead lane with a slightly early time makes no bar go back', () => {
    const pass = passOf('processes', [
      [1, laneStarted(1, 'processes')],
      [2, laneReady(1)],
      [2, jobStarted(1, 0)],
      [5, waitStarted(1, 0, 'sleep', '1 s')],
      [4.9, jobEnded(1, 0, 'failed', 'killed')],
      [4.8, laneEnded(1)],
    ]);
    expect(drawn(pass, 1)).toEqual(['starting - 1-2', 'computing 0 2-5 (failed)']);
    expect(pass.jobs.get(0)).toMatchObject({ startMs: 2, endMs: 5 });
  });

  it('lanes: the server may report how a job ended after the end of its lane', () => {
    const facts: TimedFact[] = [
      [1, laneStarted(1, 'processes')],
      [2, laneReady(1)],
      [2, jobStarted(1, 0)],
      [5, laneEnded(1)],
    ];
    expect(passOf('processes', facts).jobs.get(0)).toMatchObject({ endMs: 5, status: 'cut-off' });
    const pass = passOf('processes', [...facts, [5, jobEnded(1, 0, 'failed', 'killed')]]);
    expect(pass.jobs.get(0)).toMatchObject({ endMs: 5, status: 'failed', error: 'killed' });
    expect(drawn(pass, 1)).toEqual(['starting - 1-2', 'computing 0 2-5 (failed)']);
  });

  it('lanes: the end of a pass cuts off what is open, at its latest time', () => {
    const pass = passOf('event-loop', [
      [1, jobStarted(0, 0)],
      [2, waitStarted(0, null, 'join', 'job 0')],
      [9, passEnded(8, 'timed-out')],
    ]);
    expect(drawn(pass, 0)).toEqual(['running - 0-1', 'idle - 1-2', 'join - 2-9 job 0 (cut-off)']);
    expect(drawn(pass, 1)).toEqual(['computing 0 1-9 (cut-off)']);
    expect(pass.jobs.get(0)).toMatchObject({ endMs: 9, status: 'cut-off' });
    expect(pass.rows.map((row) => row.ended?.reason)).toEqual(['cut-off', 'cut-off']);
    expect(pass.ended).toEqual({ status: 'timed-out', error: null, wallMs: 8, cpuMs: 8, peakRssBytes: 1000 });
  });

  it('lanes: a late report about one job leaves the other jobs of its lane unchanged', () => {
    const pass = passOf('event-loop', [
      [1, jobStarted(0, 0)],
      [1, jobStarted(0, 1)],
      [5, laneEnded(0)],
      [5, jobEnded(0, 0, 'failed', 'killed')],
    ]);
    expect(drawn(pass, 1)).toEqual(['idle 0 1-5 (failed)']);
    expect(drawn(pass, 2)).toEqual(['computing 1 1-5 (cut-off)']);
  });

  it('lanes: an idle lane that is cut off shows no cut', () => {
    const pass = passOf('threads', [
      [1, laneStarted(1, 'threads')],
      [2, laneReady(1)],
      [9, passEnded(9)],
    ]);
    expect(drawn(pass, 1)).toEqual(['starting - 1-2', 'idle - 2-9']);
    expect(pass.rows[1]?.ended?.reason).toBe('cut-off');
  });

  it.each([
    ['killed', null, ['running - 0-9 (cut-off)']],
    ['killed', 'join', ['running - 0-2', 'join - 2-9 job 0 (cut-off)']],
    ['exited', null, ['running - 0-9']],
    ['exited', 'join', ['running - 0-2', 'join - 2-9 job 0 (cut-off)']],
    ['returned', null, ['running - 0-9']],
    // The end of the wait may have been cut from the log.
    ['returned', 'join', ['running - 0-2', 'join - 2-9 job 0']],
    ['threw', 'join', ['running - 0-2', 'join - 2-9 job 0']],
  ] as const)('lanes: of a main that %s in %s, the bar it stops in says so', (reason, wait, drawnAs) => {
    const pass = passOf('threads', [
      ...(wait === null ? [] : ([[2, waitStarted(0, null, wait, 'job 0')]] satisfies TimedFact[])),
      [9, laneEnded(0, reason)],
      [9, passEnded(9, 'failed')],
    ]);
    expect(drawn(pass, 0)).toEqual(drawnAs);
    expect(pass.rows[0]?.ended?.reason).toBe(reason);
  });

  it('lanes: if main is killed at the moment a wait began, the bar before it is marked as cut off', () => {
    const pass = passOf('threads', [
      [9, waitStarted(0, null, 'join', 'job 0')],
      [9, laneEnded(0, 'killed')],
    ]);
    expect(drawn(pass, 0)).toEqual(['running - 0-9 (cut-off)']);
  });

  it('lanes: a thread that ends with its process is cut off while it starts or works, but not while idle', () => {
    const pass = passOf('threads', [
      [1, laneStarted(1, 'threads')],
      [1, laneStarted(2, 'threads')],
      [2, laneReady(2)],
      [9, laneEnded(2, 'killed')],
      [9, laneEnded(1, 'killed')],
    ]);
    expect(drawn(pass, 1)).toEqual(['starting - 1-9 (cut-off)']);
    expect(drawn(pass, 2)).toEqual(['starting - 1-2', 'idle - 2-9']);
  });

  it('lanes: one by one, the job that main was running when it died is marked, once', () => {
    const pass = passOf('sequential', [
      [1, jobStarted(0, 0)],
      [9, jobEnded(0, 0, 'failed', 'killed')],
      [9, laneEnded(0, 'killed')],
    ]);
    expect(drawn(pass, 0)).toEqual(['running - 0-1', 'computing 0 1-9 (failed)']);
  });

  it('lanes: a run killed with its server is cut off at the last event of its pass', () => {
    const log = events(0, [
      [0, passStarted('sequential')],
      [0, laneStarted(0, 'sequential')],
      [1, laneReady(0)],
      [2, jobStarted(0, 0)],
      [6, { type: 'sample', rssBytes: 5, cpuMs: 4 }],
    ]);
    const end: TimedFact[] = [[86_400_000, { type: 'run-ended', status: 'interrupted', error: null }]];
    const timeline = timelineOf([...log, ...events(null, end, log.length)]);
    expect(timeline).toMatchObject({ state: 'ended', status: 'interrupted', error: null });
    expect(drawn(timeline.passes[0]!, 0)).toEqual([
      'starting - 0-1',
      'running - 1-2',
      'computing 0 2-6 (cut-off)',
    ]);
    expect(timeline.passes[0]).toMatchObject({ ended: null, latestMs: 6 });
  });
});

describe('lanes: a log that makes no sense', () => {
  it('lanes: a job started twice in one lane takes one slot', () => {
    const pass = passOf('event-loop', [
      [1, jobStarted(0, 0)],
      [2, jobStarted(0, 0)],
      [3, jobEnded(0, 0)],
    ]);
    expect(drawn(pass, 1)).toEqual(['computing 0 1-3']);
    expect(pass.rows).toHaveLength(2);
    expect(pass.jobs.get(0)).toMatchObject({ startMs: 1, endMs: 3 });
  });

  it('lanes: a job in two lanes has the times of the newer one', () => {
    const pass = passOf('threads', [
      [1, laneStarted(1, 'threads')],
      [1, laneStarted(2, 'threads')],
      [1, jobStarted(1, 0)],
      [5, jobStarted(2, 0)],
      [7, jobEnded(2, 0)],
      [2, jobEnded(1, 0, 'failed')],
    ]);
    expect(pass.jobs.get(0)).toMatchObject({ lane: 2, startMs: 5, endMs: 7, status: 'done' });
  });
});
