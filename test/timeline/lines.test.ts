/** Lines of the program and bars: from one to the other, at any moment. */
import { expect, it } from 'vitest';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { addLinesSeen, barsAtLine, linesOfBar, positions } from '../../server/timeline/lines.ts';
import type { PassTimeline } from '../../server/timeline/model.ts';
import { Replay } from '../../server/timeline/replay.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneReady,
  laneStarted,
  passEnded,
  passStarted,
  type TimedFact,
  timelineOf,
  waitEnded,
  waitStarted,
} from './made-events.ts';

const computes = (lane: number, job: number | null, line: number): Fact => ({
  type: 'compute-started',
  lane,
  job,
  line,
});
const reads = (lane: number, job: number, line?: number): Fact => ({
  type: 'shared-read',
  lane,
  job,
  key: 'counter',
  value: 0,
  line,
});
const waits = (line: number, ...of: Parameters<typeof waitStarted>): Fact =>
  Object.assign(waitStarted(...of), { line });

/** Main joins job 0 in a thread, which reads (line 2), sleeps (3), computes (4), reads (5) and fails (6). */
const THREAD: TimedFact[] = [
  [0, passStarted('threads')],
  [0, laneStarted(0, 'threads')],
  [10, laneReady(0)],
  [10, laneStarted(1, 'threads')],
  [20, waits(9, 0, null, 'join', 'job 0')],
  [30, laneReady(1)],
  [30, jobStarted(1, 0)],
  [31, reads(1, 0, 2)],
  [40, waits(3, 1, 0, 'sleep', '0.1 s')],
  [140, waitEnded(1, 0, 'sleep', '0.1 s')],
  [141, computes(1, 0, 4)],
  [200, reads(1, 0, 5)],
  [210, Object.assign(jobEnded(1, 0, 'failed', 'Error: no'), { line: 6 })],
  [220, waitEnded(0, null, 'join', 'job 0')],
  [230, passEnded(230)],
];

const passAt = (facts: TimedFact[], ms: number) => new Replay(events(0, facts)).at(ms).passes[0]!;
const at = (pass: PassTimeline) => positions(pass).map(({ row, job, line }) => [row.name, job, line]);

it('positions: at any moment, where each lane waits or was last seen', () => {
  const found = (ms: number) => at(passAt(THREAD, ms));
  expect(found(15)).toEqual([]);
  expect(found(30)).toEqual([['main', null, 9]]);
  expect(found(35)).toContainEqual(['job 0', 0, 2]);
  expect(found(139)).toContainEqual(['job 0', 0, 3]);
  // The wait is over, and nothing says where the job went.
  expect(found(140.5)).toEqual([['main', null, 9]]);
  expect(found(199)).toContainEqual(['job 0', 0, 4]);
  expect(found(215)).toEqual([['main', null, 9]]);
  expect(found(230)).toEqual([]);
});

it('linesOfBar, barsAtLine: a bar has the lines that it was seen at, and a line those bars', () => {
  const pass = timelineOf(events(0, THREAD)).passes[0]!;
  const lines = pass.rows.map((row) =>
    row.bars.map((bar) => [bar.state, ...linesOfBar(pass, row, bar)] as const),
  );
  expect(lines).toEqual([
    [['starting'], ['running'], ['join', 9], ['running']],
    [['starting'], ['computing', 2], ['sleep', 3], ['computing', 4, 5, 6], ['idle']],
  ]);
  const bars = (line: number) =>
    barsAtLine(pass, line).map(({ row, bar }) => `${row.name} ${row.bars.indexOf(bar)}`);
  const seen = new Set<number>();
  addLinesSeen(pass, seen);
  expect([...seen].sort()).toEqual([2, 3, 4, 5, 6, 9]);
  expect([1, 2, 3, 4, 5, 6, 9].map(bars)).toEqual([
    [],
    ['job 0 1'],
    ['job 0 2'],
    ['job 0 3'],
    ['job 0 3'],
    ['job 0 3'],
    ['main 2'],
  ]);
});

it.each<Mode>(['sequential', 'event-loop'])('positions: on one thread, of %s, what its rows draw', (mode) => {
  const facts: TimedFact[] = [
    [0, passStarted(mode)],
    [0, laneStarted(0, mode)],
    [1, laneReady(0)],
    [2, computes(0, null, 1)],
    [5, jobStarted(0, 0)],
    [6, computes(0, 0, 4)],
    [7, computes(0, 0, 5)],
  ];
  expect(at(passAt(facts, 3))).toEqual([['main', null, 1]]);
  expect(at(passAt(facts, 5.5))).toEqual([]);
  expect(positions(passAt(facts, 8)).map(({ job, line }) => [job, line])).toEqual([[0, 5]]);
});

it('positions: of several waits at once, the one that began last and has not ended', () => {
  const facts: TimedFact[] = [
    ...THREAD.slice(0, 7),
    [40, waits(3, 1, 0, 'sleep', '1 s')],
    [41, waits(4, 1, 0, 'queue', 'a message')],
    [50, waitEnded(1, 0, 'queue', 'a message')],
  ];
  const lineAt = (ms: number) => positions(passAt(facts, ms)).find(({ job }) => job === 0)?.line;
  expect(lineAt(45)).toBe(4);
  expect(lineAt(60)).toBe(3);
});

it('lines: a log of a time without them has the waits that it names, and no position elsewhere', () => {
  const old = THREAD.filter(([, { type }]) => type !== 'compute-started').map(([ms, fact]): TimedFact => {
    const { line, ...rest } = fact as Fact & { line?: number };
    return [ms, fact.type === 'shared-read' ? (rest as Fact) : fact];
  });
  expect(at(passAt(old, 139))).toContainEqual(['job 0', 0, 3]);
  expect(at(passAt(old, 205))).toEqual([['main', null, 9]]);
  expect([2, 3, 4, 6, 9].filter((line) => barsAtLine(passAt(old, 230), line).length > 0)).toEqual([3, 6, 9]);
});
