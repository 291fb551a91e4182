/**
 * What let each lane, job and wait of a pass begin or go on. Noted as the events come (note-causes.ts); here it is
 * kept and looked up.
 */
import type { WaitKind } from '../protocol/facts.ts';
import { firstWhere } from './first-where.ts';
import type { Bar, Cause, Causes, PassTimeline, Point, Row } from './model.ts';

export function newCauses(): Causes {
  return {
    all: [],
    into: new Map(),
    outOf: new Map(),
    book: {
      sent: new Map(),
      received: new Map(),
      released: new Map(),
      gets: [],
      puts: [],
      freed: [],
      waiters: new Map(),
      computed: new Map(),
    },
  };
}

/** All causes of a pass, in order of `to`. */
export function causesOf(pass: PassTimeline): readonly Cause[] {
  return pass.causes.all;
}

/** Whether it came while `to` waited for it, so that without it `to` would have waited on. */
export function isRelease({ from, wait }: Cause): boolean {
  return wait !== null && from.atMs > wait.startMs;
}

/**
 * Whether it is worth an arrow: a message always has a way to go, and every start comes from somewhere; but a join of
 * a job that had ended before, or a lock that was free, let nothing go on.
 */
export function isArrow(cause: Cause): boolean {
  const { kind } = cause;
  return kind === 'message' || kind === 'start' || kind === 'worker' || isRelease(cause);
}

/** The wait that a cause of each kind ends. */
const WAITED_AS: Record<Cause['kind'], WaitKind | null> = {
  message: 'queue',
  room: 'queue',
  join: 'join',
  lock: 'lock',
  worker: 'worker',
  thread: 'sleep',
  start: null,
};

/** What ended a wait; null for any other bar, for one still open or cut off, and where nobody let it go on. */
export function releaseOf(pass: PassTimeline, row: Row, bar: Bar): Cause | null {
  if (bar.endMs === null) return null;
  for (const cause of endingAt(pass, row, bar.endMs)) {
    const { kind, to } = cause;
    if (WAITED_AS[kind] === bar.state && to.job === bar.job && isRelease(cause)) return cause;
  }
  return null;
}

/** When the time of a sleep was up that began at `startMs`; NaN where `on` does not tell how long it was to be. */
export function dueMs(startMs: number, on: string): number {
  // `0.3 s`: see `sleep` in program/api.ts.
  return startMs + 1000 * Number.parseFloat(on);
}

/** What let a lane's first bar, or a job's, begin; null for any other. */
export function beginningOf(pass: PassTimeline, row: Row, bar: Bar): Cause | null {
  for (const cause of endingAt(pass, row, bar.startMs)) {
    const { kind, to } = cause;
    if ((kind === 'start' || kind === 'worker') && to.job === bar.job) return cause;
  }
  return null;
}

/** What came out of a bar, its end included, and let others begin or go on; in order of time. */
export function releasedBy(pass: PassTimeline, row: Row, bar: Bar): Cause[] {
  const endMs = bar.endMs ?? Number.POSITIVE_INFINITY;
  const all = pass.causes.outOf.get(rowKey(row)) ?? [];
  return all
    .filter(({ from }) => from.job === bar.job && from.atMs > bar.startMs && from.atMs <= endMs)
    .sort((one, other) => one.from.atMs - other.from.atMs);
}

/** The row that a place is in. */
export function rowOf({ lanes }: PassTimeline, { lane, slot }: Point): Row | undefined {
  const tracks = lanes.get(lane)?.tracks;
  return slot === null ? tracks?.[0].row : tracks?.[slot + 1]?.row;
}

/** Adds a cause. New ones are nearly always the latest. */
export function addCause({ all, into, outOf }: Causes, cause: Cause): void {
  insert(all, cause, ({ to }) => to.atMs);
  insert(listOf(into, cause.to), cause, endOf);
  listOf(outOf, cause.from).push(cause);
}

function listOf(lists: Map<number, Cause[]>, place: Point): Cause[] {
  const key = rowKey(place);
  const list = lists.get(key) ?? [];
  if (list.length === 0) lists.set(key, list);
  return list;
}

function insert(list: Cause[], cause: Cause, timeOf: (one: Cause) => number): void {
  const at = timeOf(cause);
  let i = list.length;
  for (let before = list[i - 1]; before && timeOf(before) > at; before = list[i - 1]) i--;
  if (i === list.length) list.push(cause);
  else list.splice(i, 0, cause);
}

/** Those into a row whose wait ended, or that began, at `atMs`. */
function* endingAt({ causes }: PassTimeline, row: Row, atMs: number): Generator<Cause> {
  const list = causes.into.get(rowKey(row)) ?? [];
  let i = firstWhere(list.length, (one) => {
    const cause = list[one];
    return !cause || endOf(cause) >= atMs;
  });
  for (let cause = list[i]; cause && endOf(cause) === atMs; cause = list[++i]) yield cause;
}

function endOf({ wait, to }: Cause): number {
  return wait?.endMs ?? to.atMs;
}

/** Lanes and slots are numbered to 1,000. */
function rowKey({ lane, slot }: { lane: number; slot: number | null }): number {
  return lane * 2048 + (slot ?? -1) + 1;
}
