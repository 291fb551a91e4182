/**
 * What let each lane, job and wait of a pass begin or go on. Noted as the events come (note-causes.ts); here it is
 * kept and looked up.
 */
import type { WaitKind } from '../protocol/facts.ts';
import { firstWhere } from './first-where.ts';
import type { Bar, PassTimeline, Row } from './timeline.ts';

/** A moment in a row: of a job, or (`job` null) of the lane itself. `slot` as in {@link Row}. */
export type Place = { lane: number; slot: number | null; job: number | null; atMs: number };

/**
 * What happened at `from` let `to` begin or go on:
 * - `message`: a put, the get that received it;
 * - `room`: a get, the put that waited for room in the queue;
 * - `join`: the end of a job, the end of a join of it;
 * - `lock`: a release, the acquire that it let through;
 * - `worker`: the end of a job, the start of the one that waited for its lane;
 * - `thread`: the end of a job's computing, the end of a sleep that came late because its thread was busy with that;
 * - `start`: main's call, the start of a lane, or of a job for which no lane was opened.
 * Times are as they were told. A put that waited for room is told when it is through, so a `message` may be told as
 * received a hair before it was sent.
 */
export type Cause = {
  kind: 'message' | 'room' | 'join' | 'lock' | 'worker' | 'thread' | 'start';
  from: Place;
  to: Place;
  /** Of a message its id; else what was waited for, as in `wait-started`, or what was started: `#1`, `job 3`. */
  on: string;
  /** The wait of `to` that ended with it; null where nothing was told to wait. */
  wait: { startMs: number; endMs: number } | null;
};

/** What a thread computed last. `busyMs` is until when it was busy: what took a moment only may have come after. */
export type Computed = { startMs: number; from: Place; busyMs: number };

/** What is needed to find the next cause. */
export type CauseBook = {
  /** Ends of messages whose other end has not been heard of, by id. */
  sent: Map<string, Place>;
  received: Map<string, { to: Place; wait: Cause['wait'] }>;
  /** Last release of each lock. */
  released: Map<string, Place>;
  /** Gets that made room for no put yet, and puts that waited for room which no get is known to have made. */
  gets: { id: string; from: Place; askedMs: number }[];
  /** `takenMs`: when the get that took the message was asked for, as far as it is known. */
  puts: { id: string; to: Place; wait: { startMs: number; endMs: number }; takenMs: number }[];
  /** Ends of jobs that freed a worker for which another job waited, oldest first. */
  freed: Place[];
  /** Jobs that wait for a worker, or have just been given one: since when, and whose end freed it. */
  waiters: Map<number, { startMs: number; from: Place | null }>;
  /** By lane. */
  computed: Map<number, Computed>;
};

export type Causes = {
  /** In order of `to`. */
  all: Cause[];
  /** By row: those that end in it, in order of the end of their waits; and those that come out of it, in no order. */
  into: Map<number, Cause[]>;
  outOf: Map<number, Cause[]>;
  book: CauseBook;
};

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
export function rowOf({ lanes }: PassTimeline, { lane, slot }: Place): Row | undefined {
  const tracks = lanes.get(lane)?.tracks;
  return slot === null ? tracks?.[0].row : tracks?.[slot + 1]?.row;
}

/** Adds a cause. New ones are nearly always the latest. */
export function addCause({ all, into, outOf }: Causes, cause: Cause): void {
  insert(all, cause, ({ to }) => to.atMs);
  insert(listOf(into, cause.to), cause, endOf);
  listOf(outOf, cause.from).push(cause);
}

function listOf(lists: Map<number, Cause[]>, place: Place): Cause[] {
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
