/** Records what started lanes and jobs and released waits, as the events of a pass arrive. causes.ts looks it up. */
import type { LaneFact } from '../protocol/facts.ts';
import { interleaves, MODE_TRAITS } from '../spec/modes.ts';
import { addCause, dueMs } from './causes.ts';
import type { Bar, Computed, Flow, LaneState, PassTimeline, Point, Row } from './model.ts';

/**
 * How late a timer may fire on an idle thread, in ms: timers count whole milliseconds, and the loop's clock may lag by
 * one.
 */
const TIMER_SLACK_MS = 2;
/** On a busy machine timers fire later than that. Delays up to this share of the computing before them are ignored. */
const BUSY_SLACK = 0.02;

/** Records the start of a lane, which main requested, or a process of a script. */
export function noteLane(pass: PassTimeline, { lane, name, parent = 0 }: Row, atMs: number): void {
  const to = { lane, slot: null, job: null, atMs };
  if (lane !== 0) noteStart(pass, to, name, parent);
}

/** Records the start of a job in `lane`; `lane.ended` is the end of the job before it. */
export function noteJob(pass: PassTimeline, lane: LaneState, to: Point & { job: number }): void {
  const { waiters, freed } = pass.causes.book;
  const waiter = waiters.get(to.job);
  waiters.delete(to.job);
  // One by one, a job runs in main's own lane.
  if (!MODE_TRAITS[pass.mode].overlaps) return;
  // The event loop has slots instead of workers, and no event says which slot was freed.
  const before = interleaves(pass.mode) ? null : lane.ended;
  if (waiter) {
    const { startMs } = waiter;
    const from = before && before.atMs >= startMs ? before : (waiter.from ?? freed.shift());
    const wait = { startMs, endMs: to.atMs };
    if (from) addCause(pass.causes, { kind: 'worker', from, to, on: 'a free lane', wait });
  } else if (before || to.slot !== null) noteStart(pass, to, `job ${to.job}`);
}

function noteStart(pass: PassTimeline, to: Point, on: string, parent = 0): void {
  const starter = pass.lanes.get(parent);
  if (!starter || starter.tracks[0].row.ended) return;
  const [job = null] = starter.jobs.keys();
  const from = { lane: parent, slot: null, job: parent === 0 ? null : job, atMs: to.atMs };
  addCause(pass.causes, { kind: 'start', from, to, on, wait: null });
}

/**
 * Records that a job began to wait for a worker at `startMs`, or (null) stopped waiting. Workers are given out in
 * order.
 */
export function noteWorkerWait({ causes }: PassTimeline, job: number, startMs: number | null): void {
  const { waiters, freed } = causes.book;
  const waiter = waiters.get(job);
  if (startMs !== null) waiters.set(job, { startMs, from: null });
  else if (waiter) waiter.from = freed.shift() ?? null;
}

/**
 * Records the cause of `flow.waited`, which has ended, unless it was a wait for the queue: there the event of the
 * message does that. `by` is the id of the event that ended the wait, if it is known.
 */
export function noteWait(
  pass: PassTimeline,
  { job, track, waited }: Flow,
  on: string,
  by: string | undefined,
): void {
  if (!waited) return;
  const { for: kind, ...wait } = waited;
  const { lane, slot } = track.row;
  const to = { lane, slot, job, atMs: wait.endMs };
  if (kind === 'join') {
    const times = on.startsWith('job ') ? pass.jobs.get(Number(on.slice(4))) : undefined;
    if (!times || times.endMs === null) return;
    const from = { lane: times.lane, slot: times.slot, job: times.job, atMs: times.endMs };
    addCause(pass.causes, { kind, from, to, on, wait });
  } else if (kind === 'lock') {
    const from = pass.causes.book.released.get(on);
    if (from && from.atMs > wait.startMs) addCause(pass.causes, { kind, from, to, on, wait });
  } else if (kind === 'semaphore' || kind === 'condition') {
    const from = by === undefined ? undefined : pass.causes.book.given.get(by);
    if (from) addCause(pass.causes, { kind, from, to, on, wait });
  } else if (kind === 'sleep') {
    const from = delayedBy(pass, lane, dueMs(wait.startMs, on), wait.endMs);
    if (from) addCause(pass.causes, { kind: 'thread', from, to, on, wait });
  }
}

/** Returns the end of what the lane computed when a sleep was due, if that lasted until just before the sleep ended. */
function delayedBy({ causes }: PassTimeline, lane: number, sleepDueMs: number, endMs: number): Point | null {
  const last = causes.book.computed.get(lane);
  if (!last || !(endMs - sleepDueMs > TIMER_SLACK_MS) || endMs - last.busyUntilMs > negligibleMs(last))
    return null;
  // Computing by the sleeping job itself ended before its sleep began.
  return last.from.atMs - Math.max(last.startMs, sleepDueMs) >= TIMER_SLACK_MS ? last.from : null;
}

/** Returns the length up to which later work is negligible beside a computation, in ms. */
function negligibleMs({ startMs, from }: Computed): number {
  return Math.max(TIMER_SLACK_MS, BUSY_SLACK * (from.atMs - startMs));
}

/**
 * Records that `bar`, in which a job computed, has ended. Short computations delay nothing: of several sleeps that end
 * one after the other, each was delayed by the long computation before them all.
 */
export function noteComputed({ causes }: PassTimeline, { lane, slot }: Row, bar: Bar, endMs: number): void {
  const { computed } = causes.book;
  const { startMs, job } = bar;
  const last = computed.get(lane);
  const thresholdMs = last ? negligibleMs(last) : TIMER_SLACK_MS;
  // A bar that began before the last computation and ends right after it was suspended in an await that no event
  // reports.
  const enclosesLast =
    last !== undefined && startMs < last.startMs && endMs - last.busyUntilMs <= thresholdMs;
  const followsLast = last !== undefined && startMs - last.busyUntilMs <= thresholdMs;
  if (!enclosesLast && endMs - startMs >= (followsLast ? thresholdMs : TIMER_SLACK_MS)) {
    computed.set(lane, { startMs, from: { lane, slot, job, atMs: endMs }, busyUntilMs: endMs });
  } else if (followsLast) last.busyUntilMs = endMs;
}

/** Records that a lock or a permit was released, or a condition notified. */
export function noteRelease(
  pass: PassTimeline,
  fact: Extract<LaneFact, { type: 'lock-released' | 'permit-released' | 'condition-notified' }>,
  atMs: number,
): void {
  const { point } = pointOf(pass, fact, atMs);
  const { released, given } = pass.causes.book;
  if (!point) return;
  if (fact.type === 'lock-released') released.set(fact.on, point);
  else given.set(fact.id, point);
}

/** Records that a message was put or received. Between processes, either may be reported first. */
export function noteMessage(
  pass: PassTimeline,
  fact: Extract<LaneFact, { type: 'message-sent' | 'message-received' }>,
  atMs: number,
): void {
  const { id } = fact;
  const { sent, received } = pass.causes.book;
  const { point, flow } = pointOf(pass, fact, atMs);
  if (!point) return;
  const waited = flow?.waited?.for === 'queue' ? flow.waited : null;
  const wait = waited && { startMs: waited.startMs, endMs: waited.endMs };
  if (flow) flow.waited = null;
  if (fact.type === 'message-sent') {
    const receipt = received.get(id);
    if (receipt) addCause(pass.causes, { kind: 'message', from: point, ...receipt, on: id });
    else sent.set(id, point);
    received.delete(id);
    const takenMs = receipt?.wait?.startMs ?? Number.POSITIVE_INFINITY;
    if (wait) notePut(pass, { id, to: { ...point, atMs: wait.endMs }, wait, takenMs });
  } else {
    const from = sent.get(id);
    if (from) addCause(pass.causes, { kind: 'message', from, to: point, on: id, wait });
    else received.set(id, { to: point, wait });
    sent.delete(id);
    if (wait) noteGet(pass, { id, from: { ...point, atMs: wait.endMs }, askedMs: wait.startMs });
  }
}

type Get = PassTimeline['causes']['book']['gets'][number];
type Put = PassTimeline['causes']['book']['puts'][number];

/**
 * Reports whether a get made room for a put. No event says so: it is taken to be the latest get that was requested
 * while the put waited and that made room for no other put. Gets are answered in the order of their requests, so it
 * precedes the get that received this very message. If the queue had room, there is seldom such a get.
 */
function madeRoom({ askedMs }: Get, { wait, takenMs }: Put): boolean {
  return askedMs > wait.startMs && askedMs <= wait.endMs && askedMs < takenMs;
}

function notePut(pass: PassTimeline, put: Put): void {
  const { gets, puts } = pass.causes.book;
  for (let i = gets.length - 1; i >= 0; i--) {
    const get = gets[i];
    if (!get || get.askedMs <= put.wait.startMs) break;
    if (!madeRoom(get, put)) continue;
    gets.splice(i, 1);
    noteRoom(pass, get, put);
    return;
  }
  puts.push(put);
}

/** A get and the put that it released are answered together: either may be reported first. */
function noteGet(pass: PassTimeline, get: Get): void {
  const { gets, puts } = pass.causes.book;
  // Gets are answered in the order of their requests, so a put that ended before this request had room without it.
  const receivedPut = puts.find(({ id }) => id === get.id);
  if (receivedPut) receivedPut.takenMs = get.askedMs;
  const firstCandidate = puts.findIndex(({ wait }) => wait.endMs >= get.askedMs);
  puts.splice(0, firstCandidate < 0 ? puts.length : firstCandidate);
  const i = puts.findIndex((put) => madeRoom(get, put));
  const [put] = i < 0 ? [] : puts.splice(i, 1);
  if (put) noteRoom(pass, get, put);
  else gets.push(get);
}

function noteRoom(pass: PassTimeline, { from }: Get, { to, wait }: Put): void {
  addCause(pass.causes, { kind: 'room', from, to, on: 'room in the queue', wait });
}

function pointOf(
  { lanes }: PassTimeline,
  { lane: number, job }: { lane: number; job: number | null },
  atMs: number,
): { point: Point | null; flow: Flow | undefined } {
  const lane = lanes.get(number);
  if (!lane) return { point: null, flow: undefined };
  const flow = job === null ? lane.tracks[0].flows[0] : lane.jobs.get(job);
  return { point: { lane: number, slot: flow?.track.row.slot ?? null, job, atMs }, flow };
}
