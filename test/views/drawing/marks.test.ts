/** The marks of a timeline, from hand-made passes. */
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../server/protocol/facts.ts';
import { marksOf } from '../../../views/drawing/marks.ts';
import {
  events,
  jobStarted,
  laneReady,
  laneStarted,
  passStarted,
  type TimedFact,
  timelineOf,
  waitStarted,
} from '../../timeline/made-events.ts';

const read = (lane: number, job: number, value: number): Fact => ({
  type: 'shared-read',
  lane,
  job,
  key: 'counter',
  value,
});
const wrote = (lane: number, job: number, value: number): Fact => ({
  type: 'shared-written',
  lane,
  job,
  key: 'counter',
  value,
  length: null,
});
const message = { channel: 'queue', bytes: 1, value: 7 } as const;

/** Returns the marks of a pass with main and two threads of one process, each with a job. */
function marks(facts: TimedFact[]) {
  const lane = (n: number): TimedFact[] => [
    [0, { ...laneStarted(n, 'threads'), pid: 100 } as Fact],
    [0, laneReady(n)],
  ];
  const begin: TimedFact[] = [[0, passStarted('threads')], ...lane(0), ...lane(1), ...lane(2)];
  const jobs: TimedFact[] = [
    [0, jobStarted(1, 5)],
    [0, jobStarted(2, 6)],
  ];
  return marksOf(timelineOf(events(0, [...begin, ...jobs, ...facts])).passes[0]!);
}

describe('marksOf', () => {
  it('marksOf: a message goes from the row that put it to the row that got it', () => {
    const sent: TimedFact = [10, { type: 'message-sent', lane: 2, job: 6, id: 'a', ...message }];
    expect(marks([sent]).arrows).toEqual([{ fromRow: 2, fromMs: 10, toRow: null, toMs: null }]);
    const got: TimedFact = [15, { type: 'message-received', lane: 0, job: null, id: 'a', ...message }];
    expect(marks([sent, got]).arrows).toEqual([{ fromRow: 2, fromMs: 10, toRow: 0, toMs: 15 }]);
  });

  it('marksOf: two overlapping updates have a bracket each, and the first written has a cross', () => {
    const overlapped: TimedFact[] = [
      [1, read(1, 5, 0)],
      [2, read(2, 6, 0)],
      [3, wrote(1, 5, 1)],
      [4, wrote(2, 6, 1)],
    ];
    expect(marks(overlapped).brackets).toEqual([
      { row: 1, fromMs: 1, toMs: 3, isLost: true, readText: 'read 0', wroteText: 'wrote 1' },
      { row: 2, fromMs: 2, toMs: 4, isLost: false, readText: 'read 0', wroteText: 'wrote 1' },
    ]);
    const inTurn: TimedFact[] = [
      [1, read(1, 5, 0)],
      [2, wrote(1, 5, 1)],
      [3, read(2, 6, 1)],
      [4, wrote(2, 6, 2)],
    ];
    expect(marks(inTurn).brackets).toEqual([]);
  });

  it('marksOf: a deadlock is a link from each row to the next, when the last began to wait', () => {
    const waits: TimedFact[] = [
      [20, waitStarted(1, 5, 'lock', 'B')],
      [30, waitStarted(2, 6, 'lock', 'A')],
    ];
    expect(marks(waits).circle).toEqual([]);
    const circle = [
      { lane: 1, job: 5, for: 'lock', on: 'B' },
      { lane: 2, job: 6, for: 'lock', on: 'A' },
    ] as const;
    expect(marks([...waits, [900, { type: 'deadlock', circle: [...circle] }]]).circle).toEqual([
      { fromRow: 1, toRow: 2, atMs: 30 },
      { fromRow: 2, toRow: 1, atMs: 30 },
    ]);
  });
});
