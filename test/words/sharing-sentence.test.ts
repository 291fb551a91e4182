/** The sentence about shared data, daemons and deadlocks, from runs made by hand. */
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { sentence } from '../../server/words/sentence.ts';
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

const read = (lane: number, value: number): Fact => ({
  type: 'shared-read',
  lane,
  job: lane - 1,
  key: 'counter',
  value,
});
const wrote = (lane: number, value: number, atomic?: true): Fact => ({
  type: 'shared-written',
  lane,
  job: lane - 1,
  key: 'counter',
  value,
  length: null,
  ...(atomic && { atomic }),
});
const pushed = (lane: number): Fact => ({
  type: 'shared-written',
  lane,
  job: lane - 1,
  key: 'list',
  value: `#${lane}`,
  length: 1,
});

type Made = { mode: Mode; facts: TimedFact[]; jobs?: number; daemons?: number[]; end?: TimedFact[] };

/** Makes a pass with jobs 0, 1, … in lanes 1, 2, …. Threads share one memory, processes do not. */
function made({ mode, facts, jobs = 2, daemons = [], end = [[100, passEnded(100)]] }: Made): TimedFact[] {
  const lane = (n: number): TimedFact[] => {
    const started = laneStarted(n, mode, { daemon: daemons.includes(n) });
    const pid = mode === 'threads' ? 100 : 100 + n;
    return [
      [0, { ...started, pid } as Fact],
      [0, laneReady(n)],
    ];
  };
  const lanes = Array.from({ length: jobs }, (_, n) => n + 1);
  const out: TimedFact[] = [[0, passStarted(mode)], ...lane(0), ...lanes.flatMap(lane)];
  for (const n of lanes) out.push([0, jobStarted(n, n - 1)]);
  out.push(...facts);
  if (end[0]?.[1].type === 'pass-ended')
    for (const n of lanes) out.push([90, jobEnded(n, n - 1)], [90, laneEnded(n)]);
  return [...out, ...end];
}

function sentenceOf(passes: Made[], status: 'completed' | 'failed' = 'completed'): string {
  const log = events(null, [[0, { type: 'run-started' }]]);
  for (const [i, pass] of passes.entries()) log.push(...events(i, made(pass), log.length));
  log.push(...events(null, [[0, { type: 'run-ended', status, error: null }]], log.length));
  return sentence(timelineOf(log));
}

const OVERLAPPED: TimedFact[] = [
  [1, read(1, 0)],
  [2, read(2, 0)],
  [3, wrote(1, 1)],
  [4, wrote(2, 1)],
];
const IN_TURN: TimedFact[] = [
  [1, read(1, 0)],
  [2, wrote(1, 1)],
  [3, read(2, 1)],
  [4, wrote(2, 2)],
];

describe('sentence: updates', () => {
  it('sentence: updates that overlapped were lost', () => {
    expect(sentenceOf([{ mode: 'threads', facts: OVERLAPPED }])).toBe('1 of 2 updates was lost.');
  });

  it('sentence: updates made in one step are separate, and so are passes that lost none', () => {
    const added: TimedFact[] = [
      [5, wrote(3, 2, true)],
      [6, wrote(4, 3, true)],
    ];
    const lossy: Made = { mode: 'threads', facts: [...OVERLAPPED, ...added], jobs: 4 };
    expect(sentenceOf([lossy])).toBe('1 of 2 updates was lost; of 2 made in one step, none.');
    expect(sentenceOf([lossy, { ...lossy, mode: 'processes' }])).toBe(
      'In threads 1 of 2 updates was lost; of 2 made in one step, none.',
    );
  });

  it('sentence: says if none was lost, and why if there was a lock', () => {
    expect(sentenceOf([{ mode: 'threads', facts: IN_TURN }])).toBe('No update was lost.');
    const locked: TimedFact[] = [
      [1, waitStarted(2, 1, 'lock', 'A')],
      [2, waitEnded(2, 1, 'lock', 'A')],
    ];
    expect(sentenceOf([{ mode: 'threads', facts: [...locked, ...IN_TURN] }])).toBe(
      'No update was lost: only one job at a time held the lock.',
    );
  });

  it('sentence: says what the counter is where each process has its own', () => {
    const locked: TimedFact[] = [
      [1, waitStarted(2, 1, 'lock', 'A')],
      [2, waitEnded(2, 1, 'lock', 'A')],
    ];
    const threads: Made = { mode: 'threads', facts: [...locked, ...IN_TURN] };
    const apart: TimedFact[] = [
      [1, read(1, 0)],
      [2, wrote(1, 1)],
      [3, read(2, 0)],
      [4, wrote(2, 1)],
    ];
    const processes: Made = { mode: 'processes', facts: apart };
    expect(sentenceOf([threads, processes])).toBe(
      'In threads no update was lost: only one job at a time held the lock; in processes each process changed a counter of its own, and main’s is 0.',
    );
    expect(sentenceOf([processes])).toBe('Each process changed a counter of its own, and main’s is 0.');
  });

  it('sentence: counters of processes are not shared', () => {
    expect(sentenceOf([{ mode: 'processes', facts: OVERLAPPED }])).toBe(
      'Each process changed a counter of its own, and main’s is 0.',
    );
  });
});

describe('sentence: lists', () => {
  const pushes: TimedFact[] = [
    [1, pushed(1)],
    [2, pushed(2)],
  ];

  it('sentence: one list for all, or a list for each process', () => {
    const threads: Made = { mode: 'threads', facts: pushes };
    const processes: Made = { mode: 'processes', facts: pushes };
    expect(sentenceOf([threads])).toBe('Main’s list has 2 entries: there is one list for all.');
    expect(sentenceOf([processes])).toBe(
      'Main’s list is empty: each process has its own list, with 1 entry.',
    );
    expect(sentenceOf([threads, processes])).toBe(
      'In threads main’s list has 2 entries: there is one list for all; in processes main’s list is empty: each process has its own list, with 1 entry.',
    );
  });
});

describe('sentence: daemons and deadlocks', () => {
  it('sentence: a daemon that main joined was not cut off', () => {
    const joins: TimedFact[] = [
      [1, waitStarted(0, null, 'join', 'job 1')],
      [80, waitEnded(0, null, 'join', 'job 1')],
    ];
    const joined: Made = { mode: 'threads', facts: joins, daemons: [2] };
    expect(sentenceOf([joined])).toBe('The daemon was not cut off: main waited for it.');
    expect(sentenceOf([joined, { ...joined, mode: 'processes' }])).toBe(
      'The daemon was not cut off: main waited for it, in threads and processes.',
    );
  });

  it('sentence: a deadlock names the circle', () => {
    const circle = [
      { lane: 1, job: 0, for: 'lock', on: 'B' },
      { lane: 2, job: 1, for: 'lock', on: 'A' },
    ] as const;
    const found: TimedFact[] = [[50, { type: 'deadlock', circle: [...circle] }]];
    const end: TimedFact[] = [[60, passEnded(60, 'failed', 'Deadlock: it is.')]];
    expect(sentenceOf([{ mode: 'threads', facts: found, end }], 'failed')).toBe(
      'Deadlock: job 0 waits for lock B, which job 1 holds; job 1 waits for lock A, which job 0 holds.',
    );
    const joined = [{ lane: 0, job: null, for: 'join', on: 'job 0' } as const, circle[0]];
    const other: TimedFact[] = [[50, { type: 'deadlock', circle: [...joined] }]];
    expect(sentenceOf([{ mode: 'threads', facts: other, end }], 'failed')).toBe(
      'Deadlock: main waits for job 0; job 0 waits for lock B, which main holds.',
    );
  });
});
