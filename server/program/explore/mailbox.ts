/**
 * How the scheduler and a lane hand the turn to each other. One of the two has it, and the other is blocked. What the
 * one says when it gives the turn away is in shared memory, as JSON.
 */
import type { LaneOrder, LaneReport } from './messages.ts';

// The words at the start of the memory: which side has the turn, and the length of the message in UTF-16 units.
const TURN = 0;
const LENGTH = 1;
const HEADER_BYTES = 8;
const SCHEDULER = 0;
const LANE = 1;

/** Longest message, in UTF-16 units: more than all that a lane may log between two steps. */
const MAX_UNITS = 512 * 1024;
/** Most units that are decoded in one call: they are its arguments. */
const CHUNK = 8192;

/**
 * How often the scheduler looks for the answer before it sleeps, some 50 to 100 µs: most lanes answer within the time
 * that it takes to fall asleep and be woken. Not where they share a core, which the lane needs for that.
 */
const SPINS = 10_000;

/** How long and how many the messages are that are kept for the next time. */
const MAX_KNOWN_UNITS = 500;
const MAX_KNOWN = 2000;

const { fromCharCode } = globalThis.String;
const { apply } = globalThis.Reflect;

/** Returns the memory of a mailbox. */
export function newMailbox(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + MAX_UNITS * 2);
}

/** One side's view of a mailbox. */
export class Mailbox {
  #words: Int32Array;
  #units: Uint16Array;
  /** Messages by text: most recur from one execution to the next. */
  readonly #known = new Map<string, unknown>();
  readonly #spins: number;

  constructor(memory: SharedArrayBuffer, sharesCore = false) {
    this.#spins = sharesCore ? 0 : SPINS;
    this.#words = new Int32Array(memory, 0, 2);
    this.#units = new Uint16Array(memory, HEADER_BYTES);
  }

  /** The lane gives the turn to the scheduler, and waits until it has it again. */
  give(report: LaneReport): LaneOrder {
    this.#pass(report, SCHEDULER);
    return this.await();
  }

  /** The lane waits for its first turn. */
  await(): LaneOrder {
    while (Atomics.load(this.#words, TURN) !== LANE) Atomics.wait(this.#words, TURN, SCHEDULER);
    return this.#read();
  }

  /** The lane leaves: it gives the turn away for good. */
  leave(report: LaneReport): void {
    this.#pass(report, SCHEDULER);
  }

  /** The lane leaves, and does nothing more until its thread is ended. */
  leaveForGood(report: LaneReport): never {
    this.leave(report);
    for (;;) Atomics.wait(this.#words, TURN, SCHEDULER);
  }

  /** The scheduler gives the turn to the lane. Returns what it reports, or null if it keeps the turn for longer. */
  hand(order: LaneOrder, withinMs: number): LaneReport | null {
    this.post(order);
    return this.collect(withinMs);
  }

  /** The scheduler gives the turn to the lane. */
  post(order: LaneOrder): void {
    this.#pass(order, LANE);
  }

  /** The scheduler waits for what the lane reports; null if it keeps the turn for longer. */
  collect(withinMs: number): LaneReport | null {
    const words = this.#words;
    for (let spins = 0; spins < this.#spins && Atomics.load(words, TURN) !== SCHEDULER; spins++);
    while (Atomics.load(words, TURN) !== SCHEDULER)
      if (Atomics.wait(words, TURN, LANE, withinMs) === 'timed-out') return null;
    return this.#read();
  }

  #pass(message: LaneOrder | LaneReport, to: number): void {
    const text = JSON.stringify(message);
    const { length } = text;
    if (length > MAX_UNITS) throw new RangeError('A message between a lane and the scheduler is too long.');
    for (let at = 0; at < length; at++) this.#units[at] = text.charCodeAt(at);
    this.#words[LENGTH] = length;
    Atomics.store(this.#words, TURN, to);
    Atomics.notify(this.#words, TURN);
  }

  /** Reads the other side's message. It must not be modified, since it may be returned again. */
  // biome-ignore lint/suspicious/noExplicitAny: what the other side of the same program wrote
  #read(): any {
    const length = this.#words[LENGTH] ?? 0;
    let text = '';
    for (let from = 0; from < length; from += CHUNK) {
      // Several times as fast as spreading a part of shared memory.
      const codes: number[] = [];
      for (let at = from; at < length && at < from + CHUNK; at++) codes.push(this.#units[at] ?? 0);
      text += apply(fromCharCode, null, codes);
    }
    if (length > MAX_KNOWN_UNITS) return JSON.parse(text);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const message = JSON.parse(text);
    if (this.#known.size < MAX_KNOWN) this.#known.set(text, message);
    return message;
  }
}
