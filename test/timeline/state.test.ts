/** What the lanes hold, from the events: memories, messages, locks, and lost updates of the counter. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import type { LostUpdate, PassState } from '../../server/timeline/state-model.ts';
import { lostUpdates } from '../../server/timeline/updates.ts';
import { events, laneStarted, passStarted, type TimedFact, timelineOf, waitEnded } from './made-events.ts';

/** A lane as in made-events, in the single process of a pass or in its own. */
function lane(number: number, mode: Mode): Fact {
  const started = laneStarted(number, mode);
  return mode === 'processes' ? started : ({ ...started, pid: 100 } as Fact);
}

/** What a pass with four lanes beside main holds after `facts`, one per millisecond. */
function stateOf(
  facts: Fact[],
  mode: Mode = 'threads',
): Omit<PassState, 'queue'> & { queue: string[]; lostUpdates: readonly LostUpdate[] } {
  const begun = [passStarted(mode), ...[0, 1, 2, 3, 4].map((number) => lane(number, mode))];
  const timed = [...begun, ...facts].map((fact, atMs): TimedFact => [atMs, fact]);
  const [pass] = timelineOf(events(0, timed)).passes;
  if (!pass) throw new Error('There is no pass.');
  const { state } = pass;
  return { ...state, queue: [...state.queue], lostUpdates: lostUpdates(state) };
}

const by = (n: number) => ({ lane: n, job: n });
const read = (n: number, value: number): Fact => ({ type: 'shared-read', ...by(n), key: 'counter', value });
const write = (n: number, value: number): Fact => ({
  type: 'shared-written',
  ...by(n),
  key: 'counter',
  value,
  length: null,
});
const add = (n: number, value: number): Fact => ({ ...write(n, value), atomic: true }) as Fact;
const push = (n: number, value: string, length: number): Fact => ({
  type: 'shared-written',
  ...by(n),
  key: 'list',
  value,
  length,
});
const message = (id: string) => ({ id, channel: 'queue' as const, bytes: 3, value: id });
const sent = (n: number, id: string): Fact => ({ type: 'message-sent', ...by(n), ...message(id) });
const received = (n: number, id: string): Fact => ({ type: 'message-received', ...by(n), ...message(id) });

/** Steps of four jobs, each of which reads the counter and writes its value plus 1, in the order of `picks`. */
function adding(picks: number[]): { facts: Fact[]; counter: number; adds: number } {
  const seen = new Map<number, number>();
  const facts: Fact[] = [];
  let counter = 0;
  let adds = 0;
  for (const n of picks) {
    const before = seen.get(n);
    if (before === undefined) {
      seen.set(n, counter);
      facts.push(read(n, counter));
    } else {
      seen.delete(n);
      counter = before + 1;
      adds++;
      facts.push(write(n, counter));
    }
  }
  return { facts, counter, adds };
}
const job = fc.integer({ min: 1, max: 4 });

describe('PassState: memories', () => {
  it('memories: threads share the list and the counter of their process', () => {
    const { memories } = stateOf([push(1, 'a', 1), push(2, 'b', 2), add(3, 1), add(1, 2)]);
    expect([...memories.values()]).toEqual([
      { pid: 100, lanes: [0, 1, 2, 3, 4], list: ['a', 'b'], counter: 2 },
    ]);
  });

  it('memories: each process has its own', () => {
    const { memories } = stateOf([push(1, 'a', 1), push(2, 'b', 1), write(2, 5)], 'processes');
    expect([...memories.values()].map(({ lanes, list, counter }) => ({ lanes, list, counter }))).toEqual([
      { lanes: [0], list: [], counter: 0 },
      { lanes: [1], list: ['a'], counter: 0 },
      { lanes: [2], list: ['b'], counter: 5 },
      { lanes: [3], list: [], counter: 0 },
      { lanes: [4], list: [], counter: 0 },
    ]);
  });

  it('memories: reports of a lane that never started are ignored', () => {
    const { memories, accesses } = stateOf([push(9, 'a', 1), write(9, 1), read(9, 1)]);
    expect([...memories.values()]).toMatchObject([{ list: [], counter: 0 }]);
    expect(accesses).toEqual([]);
  });
});

describe('PassState: lost updates', () => {
  it('lostUpdates: if all jobs read before any wrote, all updates but the last are lost', () => {
    const group = fc.uniqueArray(job, { minLength: 1, maxLength: 4 });
    const rounds = fc.array(
      group.chain((reads) =>
        fc.tuple(fc.constant(reads), fc.shuffledSubarray(reads, { minLength: reads.length })),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(rounds, (all) => {
        const { facts, counter, adds } = adding(all.flat(2));
        const state = stateOf(facts);
        expect(state.memories.get(100)?.counter).toBe(counter);
        expect(state.lostUpdates).toHaveLength(adds - counter);
      }),
    );
  });

  it('lostUpdates: as many as the counter is short of, in any order of the steps', () => {
    fc.assert(
      fc.property(fc.array(job, { maxLength: 30 }), (picks) => {
        const { facts, counter, adds } = adding(picks);
        const { lostUpdates } = stateOf(facts);
        expect(lostUpdates).toHaveLength(adds - counter);
        for (const { lost, by: loser } of lostUpdates) {
          expect(lost.job).not.toBe(loser.job);
          // The two overlap: each read before the other wrote.
          expect(loser.readAtMs).toBeLessThan(lost.writtenAtMs);
          expect(lost.readAtMs).toBeLessThan(loser.writtenAtMs);
          expect(lost.writtenAtMs).toBeLessThan(loser.writtenAtMs);
        }
        const written = lostUpdates.map(({ lost }) => lost.writtenAtMs);
        expect(new Set(written).size).toBe(written.length);
      }),
    );
  });

  it('lostUpdates: reports the two overlapping updates with their times', () => {
    const { lostUpdates } = stateOf([read(1, 0), read(2, 0), write(2, 1), write(1, 1)]);
    expect(lostUpdates).toEqual([
      {
        lost: { job: 2, readAtMs: 7, writtenAtMs: 8 },
        by: { job: 1, readAtMs: 6, writtenAtMs: 9 },
      },
    ]);
  });

  it('lostUpdates: an update is not lost after all if a job that has read it writes last', () => {
    const overwritten = [read(1, 0), read(2, 0), write(2, 1), read(3, 1), write(1, 1)];
    expect(stateOf(overwritten).lostUpdates.map(({ lost }) => lost.job)).toEqual([2]);
    const found = stateOf([...overwritten, write(3, 2)]);
    expect(found.lostUpdates.map(({ lost, by: loser }) => [lost.job, loser.job])).toEqual([[1, 3]]);
  });

  it('lostUpdates: adding in one step loses none, even by a job that has read before', () => {
    const step = fc.record({ n: job, look: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let counter = 0;
        const facts = steps.map(({ n, look }) => (look ? read(n, counter) : add(n, ++counter)));
        expect(stateOf(facts).lostUpdates).toEqual([]);
      }),
    );
  });

  it('lostUpdates: an addition in one step is lost to a job that writes what it read before', () => {
    const { lostUpdates } = stateOf([read(1, 0), add(2, 1), write(1, 1)]);
    expect(lostUpdates.map(({ lost, by: loser }) => [lost.job, loser.job])).toEqual([[2, 1]]);
  });

  it('lostUpdates: there are none between processes, which share nothing', () => {
    fc.assert(
      fc.property(fc.array(job, { maxLength: 30 }), (picks) => {
        const own = new Map<number, { counter: number; isRead: boolean }>();
        const facts = picks.map((n) => {
          const mine = own.get(n) ?? { counter: 0, isRead: false };
          own.set(n, mine);
          mine.isRead = !mine.isRead;
          return mine.isRead ? read(n, mine.counter) : write(n, ++mine.counter);
        });
        expect(stateOf(facts, 'processes').lostUpdates).toEqual([]);
      }),
    );
  });

  it('lostUpdates: a write that is not based on a read loses nothing', () => {
    expect(stateOf([write(1, 5), write(2, 0), read(1, 0), write(1, 1)]).lostUpdates).toEqual([]);
  });
});

describe('PassState: messages', () => {
  it('messages: a message is in the queue from its put until it is received', () => {
    const before = stateOf([sent(1, 'a'), sent(2, 'b')]);
    expect(before.queue).toEqual(['a', 'b']);
    expect(before.messages.get('a')).toMatchObject({ sent: { lane: 1, atMs: 6 }, received: null });
    const after = stateOf([sent(1, 'a'), sent(2, 'b'), received(3, 'a')]);
    expect(after.queue).toEqual(['b']);
    expect(after.messages.get('a')).toMatchObject({
      sent: { lane: 1, atMs: 6 },
      received: { lane: 3, atMs: 8 },
    });
  });

  it('messages: a message reported as received first counts as sent, and is not in the queue', () => {
    const state = stateOf([received(3, 'a'), sent(1, 'a')]);
    expect(state.queue).toEqual([]);
    expect(state.messages.get('a')).toMatchObject({ sent: { lane: 1 }, received: { lane: 3 } });
  });
});

describe('PassState: locks', () => {
  it('locks: a lock is held by the job that waited for it last, until it is released', () => {
    const held = [waitEnded(1, 1, 'lock', 'A'), waitEnded(2, 2, 'lock', 'B')];
    expect([...stateOf(held).locks].map(([name, { job: holder }]) => [name, holder])).toEqual([
      ['A', 1],
      ['B', 2],
    ]);
    const release = (n: number, on: string): Fact => ({ type: 'lock-released', ...by(n), on });
    expect([...stateOf([...held, release(1, 'A'), release(1, 'B')]).locks.keys()]).toEqual(['B']);
  });
});
