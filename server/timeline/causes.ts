/**
 * The causes of a pass: for each start and each end of a wait, the event that made it possible. note-causes.ts records
 * them as events arrive; this file stores them and looks them up.
 */
import type { WaitKind } from '../protocol/wait-kinds.ts';
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
      given: new Map(),
      gets: [],
      puts: [],
      freed: [],
      waiters: new Map(),
      computed: new Map(),
    },
  };
}

/** Returns all causes of a pass, in order of `to`. */
export function causesOf(pass: PassTimeline): readonly Cause[] {
  return pass.causes.all;
}

/** Reports whether `from` happened while `to` waited, so that `to` could not have continued without it. */
export function isRelease({ from, wait }: Cause): boolean {
  return wait !== null && from.atMs > wait.startMs;
}

/**
 * Reports whether a cause is drawn as an arrow. Messages and starts always are. A join of a job that had already ended,
 * or an acquire of a free lock, released nothing and is not.
 */
export function isArrow(cause: Cause): boolean {
  const { kind } = cause;
  return kind === 'message' || kind === 'start' || kind === 'worker' || isRelease(cause);
}

/** The kind of wait that each kind of cause ends. */
const WAIT_KIND_OF: Record<Cause['kind'], WaitKind | null> = {
  message: 'queue',
  room: 'queue',
  join: 'join',
  lock: 'lock',
  semaphore: 'semaphore',
  condition: 'condition',
  worker: 'worker',
  thread: 'sleep',
  start: null,
};

/**
 * Returns the cause that ended a wait. Returns null for any other bar, for a wait that is open or was cut off, and if
 * no cause is known.
 */
export function releaseOf(pass: PassTimeline, row: Row, bar: Bar): Cause | null {
  if (bar.endMs === null) return null;
  for (const cause of endingAt(pass, row, bar.endMs)) {
    const { kind, to } = cause;
    if (WAIT_KIND_OF[kind] === bar.state && to.job === bar.job && isRelease(cause)) return cause;
  }
  return null;
}

/** Returns when a sleep that began at `startMs` was due; NaN if `on` does not contain its length. */
export function dueMs(startMs: number, on: string): number {
  // `on` is `0.3 s`: see `sleep` in program/api.ts.
  return startMs + 1000 * Number.parseFloat(on);
}

/**
 * Returns the cause that started a lane, for the lane's first bar, or a job, for the job's first bar; null for any
 * other bar.
 */
export function beginningOf(pass: PassTimeline, row: Row, bar: Bar): Cause | null {
  for (const cause of endingAt(pass, row, bar.startMs)) {
    const { kind, to } = cause;
    if ((kind === 'start' || kind === 'worker') && to.job === bar.job) return cause;
  }
  return null;
}

/** Returns the causes that come out of a bar, its end included, in order of time. */
export function releasedBy(pass: PassTimeline, row: Row, bar: Bar): Cause[] {
  const endMs = bar.endMs ?? Number.POSITIVE_INFINITY;
  const all = pass.causes.outOf.get(rowKey(row)) ?? [];
  return all
    .filter(({ from }) => from.job === bar.job && from.atMs > bar.startMs && from.atMs <= endMs)
    .sort((a, b) => a.from.atMs - b.from.atMs);
}

/** Returns the row that a point lies in. */
export function rowOf({ lanes }: PassTimeline, { lane, slot }: Point): Row | undefined {
  const tracks = lanes.get(lane)?.tracks;
  return slot === null ? tracks?.[0].row : tracks?.[slot + 1]?.row;
}

/** Adds a cause. The lists are sorted, and a new cause nearly always goes last. */
export function addCause({ all, into, outOf }: Causes, cause: Cause): void {
  insert(all, cause, ({ to }) => to.atMs);
  insert(listOf(into, cause.to), cause, endOf);
  listOf(outOf, cause.from).push(cause);
}

function listOf(lists: Map<number, Cause[]>, point: Point): Cause[] {
  const key = rowKey(point);
  const list = lists.get(key) ?? [];
  if (list.length === 0) lists.set(key, list);
  return list;
}

function insert(list: Cause[], cause: Cause, timeOf: (cause: Cause) => number): void {
  const at = timeOf(cause);
  let i = list.length;
  for (let before = list[i - 1]; before && timeOf(before) > at; before = list[i - 1]) i--;
  if (i === list.length) list.push(cause);
  else list.splice(i, 0, cause);
}

/** Yields the causes of a row that ended a wait at `atMs`, or, if there was no wait, took effect at `atMs`. */
function* endingAt({ causes }: PassTimeline, row: Row, atMs: number): Generator<Cause> {
  const list = causes.into.get(rowKey(row)) ?? [];
  let i = firstWhere(list.length, (index) => {
    const cause = list[index];
    return !cause || endOf(cause) >= atMs;
  });
  for (let cause = list[i]; cause && endOf(cause) === atMs; cause = list[++i]) yield cause;
}

function endOf({ wait, to }: Cause): number {
  return wait?.endMs ?? to.atMs;
}

/** Lane and slot numbers are at most 1,000. */
function rowKey({ lane, slot }: { lane: number; slot: number | null }): number {
  return lane * 2048 + (slot ?? -1) + 1;
}
