/** The timeline of a run: its state, and invariants for any log. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { apply, newTimeline, setPlace } from '../../server/timeline/timeline.ts';
import {
  events,
  jobStarted,
  laneEnded,
  laneStarted,
  passEnded,
  passStarted,
  type TimedFact,
  timelineOf,
  waitStarted,
} from './made-events.ts';
import { garbage, madeLog } from './made-logs.ts';

/** The readable part of a timeline, without the bookkeeping. */
function readable(timeline: RunTimeline): unknown {
  const passes = timeline.passes.map(({ lanes, jobs, waiting, ...rest }) => ({
    ...rest,
    lanes: [...lanes.keys()],
    jobs: [...jobs],
    waiting: [...waiting],
  }));
  return structuredClone({ ...timeline, passes });
}

describe('timeline: the run', () => {
  it('timeline: goes from its position in the queue through running to its end', () => {
    const timeline = newTimeline();
    const states = events(null, [
      [0, { type: 'run-queued', position: 3 }],
      [5, { type: 'run-queued', position: 1 }],
      [9, { type: 'run-started' }],
      [20, { type: 'run-ended', status: 'failed', error: 'no program' }],
    ]).map((event) => {
      apply(timeline, event);
      return [timeline.state, timeline.place?.position ?? null, timeline.status, timeline.error];
    });
    expect(states).toEqual([
      ['queued', 3, null, null],
      ['queued', 1, null, null],
      ['running', null, null, null],
      ['ended', null, 'failed', 'no program'],
    ]);
    expect(timeline.seq).toBe(4);
  });

  it('setPlace: a place in the queue is shown until the pass that waits begins, in whatever order they arrive', () => {
    const timeline = newTimeline();
    setPlace(timeline, { pass: 0, position: 2, waitMs: 4000 });
    const [started, first] = [
      ...events(null, [[0, { type: 'run-started' }]]),
      ...events(0, [[0, passStarted('threads', 2, 5)]], 1),
    ];
    for (const event of [started, first]) if (event) apply(timeline, event);
    expect(timeline.place).toBeNull();
    setPlace(timeline, { pass: 0, position: 1, waitMs: 0 });
    expect(timeline.place).toBeNull();
    const next = { pass: 2, position: 1, waitMs: null };
    setPlace(timeline, next);
    for (const event of events(1, [[0, passStarted('processes', 2, 5)]], 2)) apply(timeline, event);
    expect(timeline.place).toEqual(next);
    for (const event of events(2, [[0, passStarted('processes', 2, 5)]], 3)) apply(timeline, event);
    expect(timeline.place).toBeNull();
  });

  it('timeline: keeps lines, samples and what was cut', () => {
    const timeline = timelineOf(
      events(0, [
        [0, passStarted('threads', 2, 5)],
        [1, { type: 'log', lane: 1, job: 0, stream: 'stderr', text: 'hello', line: 14 }],
        [1, { type: 'log', lane: 1, job: 0, stream: 'stdout', text: 'from nowhere' }],
        [2, { type: 'sample', rssBytes: 10, cpuMs: 1 }],
        [3, { type: 'cut', what: 'log', job: 0, limit: 64 }],
      ]),
    );
    expect(timeline.lines).toEqual([
      { seq: 2, pass: 0, atMs: 1, lane: 1, job: 0, stream: 'stderr', text: 'hello', line: 14 },
      { seq: 3, pass: 0, atMs: 1, lane: 1, job: 0, stream: 'stdout', text: 'from nowhere', line: null },
    ]);
    expect(timeline.cuts).toEqual([{ what: 'log', job: 0, limit: 64 }]);
    expect(timeline.passes[0]).toMatchObject({
      cores: 2,
      otherRuns: 5,
      latestMs: 3,
      samples: [{ atMs: 2, rssBytes: 10, cpuMs: 1 }],
    });
  });

  it('timeline: a sample from after the end of its pass, by a busy server, does not make that longer', () => {
    const sample = { type: 'sample', rssBytes: 10, cpuMs: 1 } as const;
    const timeline = timelineOf(
      events(0, [
        [0, passStarted('processes', 2)],
        [100, sample],
        [426, sample],
        [197, passEnded(197, 'failed', 'It threw.')],
      ]),
    );
    expect(timeline.passes[0]).toMatchObject({ latestMs: 197, samples: [{ atMs: 100 }] });
    expect(timeline.passes[0]?.samples).toHaveLength(1);
  });
});

/** The bars of each row are in order of time, none has a negative length, and none overlap. */
function expectBarsInOrder(timeline: RunTimeline): void {
  for (const row of timeline.passes.flatMap((pass) => pass.rows)) {
    row.bars.forEach((bar, i) => {
      const next = row.bars[i + 1];
      if (bar.endMs === null) expect(next).toBeUndefined();
      else expect(bar.endMs).toBeGreaterThanOrEqual(bar.startMs);
      if (next) expect(next.startMs).toBeGreaterThanOrEqual(bar.endMs!);
    });
  }
}

describe('timeline: any valid log', () => {
  it('timeline: bars of a row are in order and never overlap', () => {
    fc.assert(
      fc.property(madeLog, (log) => {
        for (let end = 0; end <= log.events.length; end += 7) {
          expectBarsInOrder(timelineOf(log.events.slice(0, end)));
        }
        expectBarsInOrder(timelineOf(log.events));
      }),
    );
  });

  it("timeline: all of a lane's time is accounted for", () => {
    fc.assert(
      fc.property(madeLog, (log) => {
        const pass = timelineOf(log.events).passes[0]!;
        const rows = pass.rows.filter((row) => row.slot === null);
        expect(rows.map((row) => row.lane)).toEqual([...log.lanes.keys()].sort());
        for (const row of rows) {
          const { startMs, endMs } = log.lanes.get(row.lane)!;
          let at = startMs;
          for (const bar of row.bars) {
            expect(bar.startMs).toBe(at);
            at = bar.endMs!;
          }
          expect(at).toBe(endMs);
          expect(row.ended).not.toBeNull();
        }
      }),
    );
  });

  it('timeline: the bars of each job add up to its time, and to the totals of the pass', () => {
    fc.assert(
      fc.property(madeLog, (log) => {
        const pass = timelineOf(log.events).passes[0]!;
        const byJob = new Map([...log.jobs.keys()].map((job) => [job, 0]));
        const byState: Record<string, number> = {
          computing: 0,
          join: 0,
          sleep: 0,
          queue: 0,
          lock: 0,
          semaphore: 0,
          condition: 0,
          worker: 0,
        };
        for (const bar of pass.rows.flatMap((row) => row.bars)) {
          if (bar.job === null) continue;
          byJob.set(bar.job, byJob.get(bar.job)! + bar.endMs! - bar.startMs);
          // On the event loop a job that waits for its turn does nothing.
          if (bar.state !== 'idle') byState[bar.state]! += bar.endMs! - bar.startMs;
        }
        expect(pass.jobStateMs).toEqual(byState);
        expect(pass.startupMs).toBe(log.startupMs);
        const times = [...pass.jobs.values()].map(({ job, startMs, endMs }) => [job, { startMs, endMs }]);
        expect(times).toEqual([...log.jobs]);
        for (const [job, { startMs, endMs }] of log.jobs) expect(byJob.get(job)).toBe(endMs - startMs);
      }),
    );
  });

  it('timeline: on the event loop one row at most runs code at a time', () => {
    fc.assert(
      fc.property(
        madeLog.filter((log) => log.mode === 'event-loop'),
        (log) => {
          const busy = timelineOf(log.events)
            .passes[0]!.rows.flatMap(({ bars }) => bars)
            .filter(({ state }) => state === 'computing' || state === 'running')
            .toSorted((a, b) => a.startMs - b.startMs || a.endMs! - b.endMs!);
          for (const [i, { startMs }] of busy.slice(1).entries())
            expect(startMs).toBeGreaterThanOrEqual(busy[i]!.endMs!);
        },
      ),
    );
  });

  it('timeline: on the event loop a job stays in one slot, and slots are no more than needed', () => {
    fc.assert(
      fc.property(
        madeLog.filter((log) => log.mode === 'event-loop'),
        (log) => {
          const slots = timelineOf(log.events).passes[0]!.rows.filter((row) => row.slot !== null);
          const jobs = slots.flatMap((row) => [...new Set(row.bars.map((bar) => bar.job))]);
          expect(new Set(jobs).size).toBe(jobs.length);
          expect(slots.length).toBe(mostOpenJobs(log.events));
        },
      ),
    );
  });

  it('timeline: counts the looks of its bars as bars come and go', () => {
    const logs = fc.oneof(
      madeLog.map(({ events: log }) => log),
      garbage,
    );
    fc.assert(
      fc.property(logs, (log) => {
        const timeline = newTimeline();
        for (const event of log) {
          apply(timeline, event);
          for (const { rows, looks } of timeline.passes) {
            const bars = rows.flatMap((row) => row.bars);
            const counts = new Map<string, number>();
            for (const look of bars.flatMap(({ state, end }) => (end === null ? [state] : [state, end])))
              counts.set(look, (counts.get(look) ?? 0) + 1);
            expect(looks).toEqual(counts);
          }
        }
      }),
    );
  });

  it('timeline: in batches, sent again and stored in between, equals all at once', () => {
    fc.assert(
      fc.property(madeLog, fc.array(fc.tuple(fc.nat(20), fc.nat(10))), (log, batches) => {
        let timeline = newTimeline();
        let at = 0;
        for (const [more, again] of [...batches, [log.events.length, 3] as const]) {
          const from = Math.max(0, at - again);
          at += more;
          for (const event of log.events.slice(from, at)) apply(timeline, event);
          timeline = structuredClone(timeline);
        }
        expect(readable(timeline)).toEqual(readable(timelineOf(log.events)));
      }),
    );
  });

  it('timeline: an event applied twice counts once', () => {
    fc.assert(
      fc.property(madeLog, (log) => {
        const twice = timelineOf(log.events.flatMap((event) => [event, event]));
        expect(readable(twice)).toEqual(readable(timelineOf(log.events)));
      }),
    );
  });
});

/** Most jobs open after any event: a slot is free again at the moment its job ends. */
function mostOpenJobs(log: RunEvent[]): number {
  let open = 0;
  let most = 0;
  for (const { type } of log) {
    if (type === 'job-started') most = Math.max(most, ++open);
    if (type === 'job-ended') open--;
  }
  return most;
}

describe('timeline: a log that makes no sense', () => {
  it('timeline: events in any order throw nothing and make no bars overlap', () => {
    fc.assert(
      fc.property(garbage, (log) => expectBarsInOrder(timelineOf(log))),
      { numRuns: 500 },
    );
  });

  it('timeline: events of no known pass or lane draw nothing', () => {
    const log = events(0, [
      [1, jobStarted(1, 0)],
      [2, passStarted('threads')],
      [3, jobStarted(1, 0)],
      [4, waitStarted(1, 0, 'sleep', '1 s')],
      [5, laneEnded(1)],
    ]);
    const timeline = timelineOf(log);
    expect(timeline.passes).toHaveLength(1);
    expect(timeline.passes[0]).toMatchObject({ rows: [], jobs: new Map() });
  });

  it('timeline: events after an end change nothing', () => {
    const ended = events(0, [
      [0, passStarted('threads')],
      [0, laneStarted(0, 'threads')],
      [5, passEnded(5)],
    ]);
    const late: TimedFact[] = [
      [6, passStarted('processes')],
      [6, laneStarted(1, 'threads')],
      [7, passEnded(7, 'failed', 'late')],
    ];
    const ends: TimedFact[] = [
      [8, { type: 'run-ended', status: 'completed', error: null }],
      [9, { type: 'run-ended', status: 'failed', error: 'late' }],
    ];
    const pass = [...ended, ...events(0, late, ended.length)];
    const timeline = timelineOf([...pass, ...events(null, ends, pass.length)]);
    expect(timeline).toMatchObject({ status: 'completed', error: null });
    expect(timeline.passes).toHaveLength(1);
    expect(timeline.passes[0]).toMatchObject({ mode: 'threads', ended: { status: 'completed', wallMs: 5 } });
    expect(timeline.passes[0]?.rows).toHaveLength(1);
  });
});
