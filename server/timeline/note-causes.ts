/** Notes what let lanes, jobs and waits begin or go on, as the events of a pass come. Looked up in causes.ts. */
import type { LaneFact } from '../protocol/facts.ts';
import { interleaves, MODE_TRAITS } from '../spec/modes.ts';
import { addCause, dueMs } from './causes.ts';
import type { Bar, Computed, Flow, LaneState, PassTimeline, Point, Row } from './model.ts';

/**
 * What a timer may be late by, and what a thread may take from one thing to the next, with nobody in its way: timers
 * count in whole ms, and the clock of an event loop, which they go by, may be one behind.
 */
const LATE_MS = 2;
/** On a machine that has much else to do it is more; beside what was computed it is nothing up to this share of it. */
const LATE = 0.02;

/** A lane has started: main called for it. */
export function noteLane(pass: PassTimeline, { lane, name }: Row, atMs: number): void {
  const to = { lane, slot: null, job: null, atMs };
  if (lane !== 0) noteStart(pass, to, name);
}

/** A job has started in `lane`, of which `lane.ended` is the job before. */
export function noteJob(pass: PassTimeline, lane: LaneState, to: Point & { job: number }): void {
  const { waiters, freed } = pass.causes.book;
  const waiter = waiters.get(to.job);
  waiters.delete(to.job);
  // One by one, a job runs where main stands.
  if (!MODE_TRAITS[pass.mode].overlaps) return;
  // On the event loop there are no workers, but places, and which of them is free nobody tells.
  const before = interleaves(pass.mode) ? null : lane.ended;
  if (waiter) {
    const { startMs } = waiter;
    const from = before && before.atMs >= startMs ? before : (waiter.from ?? freed.shift());
    const wait = { startMs, endMs: to.atMs };
    if (from) addCause(pass.causes, { kind: 'worker', from, to, on: 'a free lane', wait });
  } else if (before || to.slot !== null) noteStart(pass, to, `job ${to.job}`);
}

function noteStart(pass: PassTimeline, to: Point, on: string): void {
  const main = pass.lanes.get(0);
  if (!main || main.tracks[0].row.ended) return;
  const from = { lane: 0, slot: null, job: null, atMs: to.atMs };
  addCause(pass.causes, { kind: 'start', from, to, on, wait: null });
}

/** A job begins to wait for a worker at `startMs`, or (null) waits no longer: workers are given in order. */
export function noteWorkerWait({ causes }: PassTimeline, job: number, startMs: number | null): void {
  const { waiters, freed } = causes.book;
  const waiter = waiters.get(job);
  if (startMs !== null) waiters.set(job, { startMs, from: null });
  else if (waiter) waiter.from = freed.shift() ?? null;
}

/** `flow.waited` has ended: a join, a wait for a lock, or a sleep. What a wait for the queue was for, its message will tell. */
export function noteWait(pass: PassTimeline, { job, track, waited }: Flow, on: string): void {
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
  } else if (kind === 'sleep') {
    const from = keptFrom(pass, lane, dueMs(wait.startMs, on), wait.endMs);
    if (from) addCause(pass.causes, { kind: 'thread', from, to, on, wait });
  }
}

/** The end of what a lane computed when the time of a sleep was up, and until just before the sleep ended. */
function keptFrom({ causes }: PassTimeline, lane: number, upMs: number, endMs: number): Point | null {
  const last = causes.book.computed.get(lane);
  if (!last || !(endMs - upMs > LATE_MS) || endMs - last.busyMs > besideMs(last)) return null;
  // What the sleeper itself computed ended before it slept.
  return last.from.atMs - Math.max(last.startMs, upMs) >= LATE_MS ? last.from : null;
}

/** How long what comes after may take, and be nothing beside what was computed. */
function besideMs({ startMs, from }: Computed): number {
  return Math.max(LATE_MS, LATE * (from.atMs - startMs));
}

/**
 * `bar`, in which a job computed, has ended. What took a moment only makes nobody late: of many who are let go one after
 * the other, each was kept waiting by what was computed before them all.
 */
export function noteComputed({ causes }: PassTimeline, { lane, slot }: Row, bar: Bar, endMs: number): void {
  const { computed } = causes.book;
  const { startMs, job } = bar;
  const last = computed.get(lane);
  const shortMs = last ? besideMs(last) : LATE_MS;
  // One that began before the last, and ends just after it, awaited something that nobody tells of.
  const isAround = last !== undefined && startMs < last.startMs && endMs - last.busyMs <= shortMs;
  const isNext = last !== undefined && startMs - last.busyMs <= shortMs;
  if (!isAround && endMs - startMs >= (isNext ? shortMs : LATE_MS)) {
    computed.set(lane, { startMs, from: { lane, slot, job, atMs: endMs }, busyMs: endMs });
  } else if (isNext) last.busyMs = endMs;
}

/** A lock was let go. */
export function noteRelease(
  pass: PassTimeline,
  fact: Extract<LaneFact, { type: 'lock-released' }>,
  atMs: number,
): void {
  const { place } = placeOf(pass, fact, atMs);
  if (place) pass.causes.book.released.set(fact.on, place);
}

/** A message was put or got. Of messages between processes, either may be heard of first. */
export function noteMessage(
  pass: PassTimeline,
  fact: Extract<LaneFact, { type: 'message-sent' | 'message-received' }>,
  atMs: number,
): void {
  const { id } = fact;
  const { sent, received } = pass.causes.book;
  const { place, flow } = placeOf(pass, fact, atMs);
  if (!place) return;
  const waited = flow?.waited?.for === 'queue' ? flow.waited : null;
  const wait = waited && { startMs: waited.startMs, endMs: waited.endMs };
  if (flow) flow.waited = null;
  if (fact.type === 'message-sent') {
    const other = received.get(id);
    if (other) addCause(pass.causes, { kind: 'message', from: place, ...other, on: id });
    else sent.set(id, place);
    received.delete(id);
    const takenMs = other?.wait?.startMs ?? Number.POSITIVE_INFINITY;
    if (wait) notePut(pass, { id, to: { ...place, atMs: wait.endMs }, wait, takenMs });
  } else {
    const from = sent.get(id);
    if (from) addCause(pass.causes, { kind: 'message', from, to: place, on: id, wait });
    else received.set(id, { to: place, wait });
    sent.delete(id);
    if (wait) noteGet(pass, { id, from: { ...place, atMs: wait.endMs }, askedMs: wait.startMs });
  }
}

type Get = PassTimeline['causes']['book']['gets'][number];
type Put = PassTimeline['causes']['book']['puts'][number];

/**
 * Which get made room for a put no event tells. It is taken to be the latest that was asked for while the put waited
 * and made room for no other. Gets are answered in the order they were asked for, so it came before the one that took
 * the very message. Where the queue had room, there is seldom such a get.
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

/** The answers to a get and to the put that it lets through go out together: either may be heard of first. */
function noteGet(pass: PassTimeline, get: Get): void {
  const { gets, puts } = pass.causes.book;
  // Gets are answered in the order they were asked for: these had room.
  const taken = puts.find(({ id }) => id === get.id);
  if (taken) taken.takenMs = get.askedMs;
  const late = puts.findIndex(({ wait }) => wait.endMs >= get.askedMs);
  puts.splice(0, late < 0 ? puts.length : late);
  const i = puts.findIndex((put) => madeRoom(get, put));
  const [put] = i < 0 ? [] : puts.splice(i, 1);
  if (put) noteRoom(pass, get, put);
  else gets.push(get);
}

function noteRoom(pass: PassTimeline, { from }: Get, { to, wait }: Put): void {
  addCause(pass.causes, { kind: 'room', from, to, on: 'room in the queue', wait });
}

function placeOf(
  { lanes }: PassTimeline,
  { lane: number, job }: { lane: number; job: number | null },
  atMs: number,
): { place: Point | null; flow: Flow | undefined } {
  const lane = lanes.get(number);
  if (!lane) return { place: null, flow: undefined };
  const flow = job === null ? lane.tracks[0].flows[0] : lane.jobs.get(job);
  return { place: { lane: number, slot: flow?.track.row.slot ?? null, job, atMs }, flow };
}
