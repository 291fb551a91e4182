import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Trace, type TraceEvent, traceOf } from '../../server/exports/trace.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
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
} from '../timeline/made-events.ts';
import { garbage, madeLog } from '../timeline/made-logs.ts';

type Slice = Extract<TraceEvent, { ph: 'X' }>;
const slicesOf = ({ traceEvents }: Trace): Slice[] => traceEvents.filter((one) => one.ph === 'X');

/** Returns the trace as a viewer parses it. */
function read(log: RunEvent[]): Trace {
  return JSON.parse(JSON.stringify(traceOf(timelineOf(log), { run: 'http://here/runs/1' })));
}

/** Asserts the rules of the Trace Event Format. */
function expectValid(trace: Trace): void {
  const named = new Set(
    trace.traceEvents.flatMap((one) => (one.ph === 'M' && one.name === 'thread_name' ? [one.tid] : [])),
  );
  for (const one of trace.traceEvents) {
    expect(one.pid).toBeGreaterThan(0);
    expect(Number.isInteger(one.ts) && one.ts >= 0, `${one.name} at ${one.ts} µs`).toBe(true);
    if (one.ph === 'C') for (const value of Object.values(one.args)) expect(value).toBeTypeOf('number');
    if (one.ph === 'X') expect(Number.isInteger(one.dur) && one.dur >= 0).toBe(true);
    if (one.ph !== 'M' && one.ph !== 'C') expect(named).toContain(one.tid);
  }
  const slices = Map.groupBy(slicesOf(trace), ({ tid }) => tid);
  for (const own of slices.values()) expectNested(own);

  const flows = Map.groupBy(
    trace.traceEvents.filter((one) => one.ph === 's' || one.ph === 'f'),
    ({ id }) => id,
  );
  for (const [id, ends] of flows) {
    expect(
      ends.map(({ ph }) => ph),
      `flow ${id}`,
    ).toEqual(['s', 'f']);
    expect(ends[0]!.ts).toBeLessThanOrEqual(ends[1]!.ts);
    for (const end of ends) {
      const held = slices.get(end.tid)?.some(({ ts, dur }) => ts <= end.ts && end.ts <= ts + dur);
      expect(held, `flow ${id} ends in a slice`).toBe(true);
    }
  }
}

/** Asserts that two slices of a thread are nested or disjoint; the outer one comes first. */
function expectNested(slices: Slice[]): void {
  const open: number[] = [];
  let before = 0;
  for (const { ts, dur, name } of slices) {
    expect(ts, `${name} stands in order`).toBeGreaterThanOrEqual(before);
    while (open.length > 0 && open.at(-1)! <= ts) open.pop();
    if (open.length > 0) expect(ts + dur, `${name} is held`).toBeLessThanOrEqual(open.at(-1)!);
    if (dur > 0) open.push(ts + dur);
    before = ts;
  }
}

describe('traceOf', () => {
  it('traceOf: slices nest, flows have both ends in slices, times are whole microseconds', () => {
    // Times as clocks report them: 1.005 ms are not exactly 1005 µs in floating point.
    const uneven = (log: RunEvent[]) =>
      log.map((event) => ({ ...event, atMs: Math.round(event.atMs * 1005.1) / 1000 }));
    fc.assert(fc.property(madeLog, ({ events }) => expectValid(read(uneven(events)))));
    fc.assert(fc.property(garbage, (log) => expectValid(read(log))));
  });

  it('traceOf: each job is a slice from its start to its end, and its states fill it', () => {
    const check = (log: RunEvent[]) => {
      const timeline = timelineOf(log);
      const slices = slicesOf(read(log));
      for (const { job, startMs, endMs } of timeline.passes[0]?.jobs.values() ?? []) {
        const [start, end] = [startMs, endMs ?? startMs].map((ms) => Math.round(ms * 1000)) as [
          number,
          number,
        ];
        if (end === start) continue;
        const own = slices.filter(({ cat, args }) => cat === 'job' && args.job === job);
        expect(own, `job ${job}`).toHaveLength(1);
        expect([own[0]?.ts, own[0]?.dur]).toEqual([start, end - start]);
        const states = slices.filter(({ cat, args }) => cat === 'state' && args.job === job);
        expect(states.reduce((sum, { dur }) => sum + dur, 0)).toBe(end - start);
      }
    };
    fc.assert(
      fc.property(
        madeLog.filter(({ mode }) => mode !== 'sequential'),
        ({ events }) => check(events),
      ),
    );
  });

  const facts: TimedFact[] = [
    [0, passStarted('threads')],
    [0.5, laneStarted(0, 'threads')],
    [1, laneReady(0)],
    [1.25, laneStarted(1, 'threads', { daemon: true })],
    [2, laneReady(1)],
    [2.001, jobStarted(1, 0)],
    [2.5, waitStarted(0, null, 'join', 'job 0')],
    [3, { type: 'sample', rssBytes: 1000, cpuMs: 1 }],
    [5, { type: 'sample', rssBytes: 3000, cpuMs: 5 }],
    [6, jobEnded(1, 0, 'failed', 'Error: <b>no</b>')],
    [6, laneEnded(1)],
    [6.5, waitEnded(0, null, 'join', 'job 0')],
    [7, laneEnded(0)],
    [7, passEnded(7)],
  ];

  it('traceOf: passes and lanes are named in order; a failed job has its error', () => {
    const { traceEvents } = read(events(0, facts));
    const meta = traceEvents.flatMap((one) =>
      one.ph === 'M' ? [[one.tid, one.name, ...Object.values(one.args)]] : [],
    );
    expect(meta).toEqual([
      [0, 'process_name', '1. In threads'],
      [0, 'process_sort_index', 1],
      [10001, 'thread_name', 'main (pid 100)'],
      [10001, 'thread_sort_index', 0],
      [10002, 'thread_name', 'job 0 (thread 1, daemon)'],
      [10002, 'thread_sort_index', 1],
    ]);
    const job = traceEvents.find((one) => one.name === 'job 0');
    expect(job).toMatchObject({ ts: 2001, dur: 3999, args: { ended: 'failed', error: 'Error: <b>no</b>' } });
  });

  it('traceOf: the end of a joined job is an arrow to the end of the wait', () => {
    const { traceEvents } = read(events(0, facts));
    const join = traceEvents.filter((one) => (one.ph === 's' || one.ph === 'f') && one.name === 'join');
    expect(join).toMatchObject([
      { ph: 's', tid: 10002, ts: 6000 },
      { ph: 'f', bp: 'e', tid: 10001, ts: 6500 },
    ]);
  });

  it('traceOf: the end of the work that kept a thread busy is an arrow to the end of the late sleep', () => {
    const log: TimedFact[] = [
      [0, passStarted('event-loop')],
      [0, laneStarted(0, 'event-loop')],
      [1, laneReady(0)],
      [2, jobStarted(0, 0)],
      [2, waitStarted(0, 0, 'sleep', '0.01 s')],
      [3, jobStarted(0, 1)],
      [40, jobEnded(0, 1)],
      [41, waitEnded(0, 0, 'sleep', '0.01 s')],
      [42, jobEnded(0, 0)],
    ];
    const trace = read(events(0, log));
    expectValid(trace);
    expect(trace.traceEvents.filter(({ name }) => name === 'thread')).toMatchObject([
      { ph: 's', tid: 10003, ts: 40_000 },
      { ph: 'f', bp: 'e', tid: 10002, ts: 41_000 },
    ]);
  });

  it('traceOf: a message is an arrow, also if its get is reported slightly before its put', () => {
    const message = { id: '1', channel: 'queue', bytes: 1, value: 1 } as const;
    const lanes: TimedFact[] = [
      [0, passStarted('threads')],
      [0, laneStarted(0, 'threads')],
      [1, laneReady(0)],
      [1, laneStarted(1, 'threads')],
      [2, laneReady(1)],
      [2, jobStarted(1, 0)],
    ];
    const arrow = (sentMs: number, receivedMs: number) => {
      const facts: TimedFact[] = [
        [sentMs, { type: 'message-sent', lane: 1, job: 0, ...message }],
        [receivedMs, { type: 'message-received', lane: 0, job: null, ...message }],
        [9, jobEnded(1, 0)],
        [9, laneEnded(1)],
        [10, laneEnded(0)],
        [10, passEnded(10)],
      ];
      const trace = read(events(0, [...lanes, ...facts]));
      expectValid(trace);
      return trace.traceEvents.flatMap((one) =>
        (one.ph === 's' || one.ph === 'f') && one.name === 'message' ? [[one.ph, one.tid, one.ts]] : [],
      );
    };
    expect(arrow(4, 5)).toEqual([
      ['s', 10002, 4000],
      ['f', 10001, 5000],
    ]);
    expect(arrow(5.001, 5)).toEqual([
      ['s', 10002, 5000],
      ['f', 10001, 5000],
    ]);
  });

  it('traceOf: counts running jobs, memory, and busy cores', () => {
    // Processor time is reported only for stretches long enough to measure.
    const long: TimedFact[] = facts.map(([atMs, fact]) => [
      fact.type === 'sample' || fact.type === 'pass-ended' ? atMs * 100 : atMs,
      fact.type === 'sample' ? { ...fact, cpuMs: fact.cpuMs * 100 } : fact,
    ]);
    const { traceEvents } = read(events(0, long));
    const counted = traceEvents.flatMap((one) =>
      one.ph === 'C' ? [[one.name, one.ts, one.args.value]] : [],
    );
    expect(counted).toEqual([
      ['running jobs', 0, 0],
      ['running jobs', 2001, 1],
      ['running jobs', 6000, 0],
      ['memory, bytes', 300_000, 1000],
      ['memory, bytes', 500_000, 3000],
      ['cores busy', 500_000, 2],
    ]);
  });
});
