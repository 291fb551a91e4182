/** Replays of a run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Fact } from '../../server/protocol/facts.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { Replay, replayOrder } from '../../server/timeline/replay.ts';
import {
  events,
  laneStarted,
  passStarted,
  type TimedFact,
  timelineOf,
  waitEnded,
  waitStarted,
} from './made-events.ts';
import { madeLog } from './made-logs.ts';
import { madeProgram, play } from './made-programs.ts';

const onePass = fc.oneof(
  madeProgram.map((program) => play(program).events),
  madeLog.map((log) => log.events),
);

/** Runs of one to three passes, one after the other in the log. */
const madeRun: fc.Arbitrary<RunEvent[]> = fc.array(onePass, { minLength: 1, maxLength: 3 }).map((passes) => {
  const log = events(null, [
    [0, { type: 'run-queued', position: 1 }],
    [7, { type: 'run-started' }],
  ]);
  for (const [pass, passEvents] of passes.entries()) {
    for (const event of passEvents.filter((one) => one.pass !== null))
      log.push({ ...event, pass, seq: log.length + 1 });
  }
  const end: TimedFact = [9999, { type: 'run-ended', status: 'completed', error: null }];
  return [...log, ...events(null, [end], log.length)];
});

/** Everything in a timeline except the numbers of its events and the order in which lanes were reported. */
function contentOf(timeline: RunTimeline): unknown {
  const sorted = (all: Iterable<unknown>) => [...all].map((one) => JSON.stringify(one)).sort();
  return {
    ...timeline,
    seq: 0,
    lines: sorted(timeline.lines.map((line) => ({ ...line, seq: 0 }))),
    passes: timeline.passes.map(
      ({ lanes, jobs, waiting, causes, state, jobStateMs, startupMs, ...rest }) => ({
        ...rest,
        lanes: [...lanes.keys()].sort(),
        jobs: sorted(jobs.values()),
        waiting: [...waiting].sort(),
        causes: sorted(causes.all.filter(({ kind }) => kind !== 'start')),
        state: structuredClone({
          messages: sorted(state.messages.values()),
          queue: state.queue,
          locks: state.locks,
        }),
        ms: [startupMs, ...Object.values(jobStateMs)].map((ms) => Math.round(ms * 1000)),
      }),
    ),
  };
}

describe('replayOrder', () => {
  it('replayOrder: has every event once, numbered from 1, each lane’s in the order of the log', () => {
    fc.assert(
      fc.property(madeRun, (log) => {
        const order = replayOrder(log).map(({ event }) => event);
        expect(order.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
        const lanes = (all: RunEvent[]) => {
          const byLane = new Map<string, unknown[]>();
          for (const { seq: _, ...event } of all) {
            const key = `${event.pass} ${'lane' in event ? event.lane : '-'}`;
            byLane.set(key, [...(byLane.get(key) ?? []), event]);
          }
          return byLane;
        };
        expect(lanes(order)).toEqual(lanes(log));
      }),
    );
  });

  it('replayOrder: lets all passes begin together', () => {
    const sleep = (pass: number, atMs: number): Omit<RunEvent, 'seq'> =>
      ({ type: 'wait-started', pass, atMs, lane: 0, job: null, for: 'sleep', on: 'it' }) as never;
    const all = [
      { type: 'run-started', pass: null, atMs: 70 },
      { ...passStarted('sequential'), pass: 0, atMs: 0.2 },
      sleep(0, 1),
      sleep(0, 5),
      { ...passStarted('event-loop'), pass: 1, atMs: 0.1 },
      sleep(1, 0),
      sleep(1, 3),
      sleep(1, 5),
      { type: 'run-ended', pass: null, atMs: 90, status: 'completed', error: null },
    ].map((event, i) => ({ ...event, seq: i + 1 }) as RunEvent);
    expect(replayOrder(all).map(({ event }) => [event.pass, event.atMs])).toEqual([
      [null, 70],
      [0, 0.2],
      [1, 0.1],
      [1, 0],
      [0, 1],
      [1, 3],
      [0, 5],
      [1, 5],
      [null, 90],
    ]);
  });
});

describe('Replay', () => {
  it('at: the end equals the timeline of the log in its own order', () => {
    fc.assert(
      fc.property(madeRun, (log) => {
        const replay = new Replay(log);
        expect(contentOf(replay.at(replay.endMs))).toEqual(contentOf(timelineOf(log)));
      }),
    );
  });

  it('at: what lanes share changes in the order of the log, even if times differ', () => {
    const write = (lane: number, value: number): Fact => {
      return { type: 'shared-written', lane, job: null, key: 'counter', value, length: null };
    };
    const replay = new Replay(
      events(0, [
        [0, passStarted('threads')],
        [0, laneStarted(1, 'threads')],
        [0, { ...laneStarted(2, 'threads'), pid: 101 } as Fact],
        [3, write(1, 1)],
        [2.9, write(2, 2)],
      ]),
    );
    expect(replay.at(2.95).passes[0]?.state.memories.get(101)?.counter).toBe(0);
    expect(replay.at(3).passes[0]?.state.memories.get(101)?.counter).toBe(2);
  });

  it('at: a lock is released before it is taken, as in the log', () => {
    const log = events(0, [
      [0, passStarted('threads')],
      [0, laneStarted(1, 'threads')],
      [0, laneStarted(2, 'threads')],
      [2, waitStarted(2, null, 'lock', 'A')],
      [3, { type: 'lock-released', lane: 1, job: null, on: 'A' }],
      [2.9, waitEnded(2, null, 'lock', 'A')],
    ]);
    const replay = new Replay(log);
    const kinds = replay.at(replay.endMs).passes[0]?.causes.all.map(({ kind }) => kind);
    expect(kinds).toEqual(['lock']);
  });

  it('at: going back and forth equals going there at once', () => {
    fc.assert(
      fc.property(
        madeRun,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        (log, shares) => {
          const replay = new Replay(log);
          for (const share of shares) {
            const ms = share * replay.endMs;
            expect(replay.at(ms)).toEqual(new Replay(log).at(ms));
          }
        },
      ),
    );
  });

  it('at: is one object while time goes forward, and contains nothing of the future', () => {
    fc.assert(
      fc.property(madeRun, fc.double({ min: 0, max: 1, noNaN: true }), (log, share) => {
        const replay = new Replay(log);
        const before = replay.at(0);
        expect(before.state === 'running' || replay.endMs === 0).toBe(true);
        const ms = share * replay.endMs;
        const after = replay.at(ms);
        expect(after).toBe(before);
        for (const pass of after.passes) expect(pass.latestMs).toBeLessThanOrEqual(ms);
      }),
    );
  });

  it('next, previous: step through every time at which something happens', () => {
    fc.assert(
      fc.property(madeRun, (log) => {
        const replay = new Replay(log);
        const forth: number[] = [];
        for (let ms = replay.next(-1); ms !== null; ms = replay.next(ms)) forth.push(ms);
        const back: number[] = [];
        for (let ms = replay.previous(replay.endMs + 1); ms !== null; ms = replay.previous(ms)) back.push(ms);
        expect(forth).toEqual(back.reverse());
        expect(forth.at(-1)).toBe(replay.endMs);
        const seqs = forth.map((ms) => new Replay(log).at(ms).seq);
        expect(seqs).toEqual([...new Set(seqs)]);
        expect(seqs.at(-1)).toBe(log.length);
      }),
      { numRuns: 20 },
    );
  });
});
