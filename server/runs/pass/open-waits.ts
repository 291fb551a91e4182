/** The waits of a pass that have begun and not ended, as its processes report them. */
import type { LaneFact } from '../../protocol/facts.ts';
import { isName } from '../../protocol/names.ts';

/** A report that a wait has begun or has ended. */
export type WaitFact = LaneFact & { type: 'wait-started' | 'wait-ended' };

/** Most waits of a pass at once, and most names: as many as a run has events, if nothing else is set. */
const MOST = 10_000;

/** Checks reports of waits: only what has begun can end. */
export class OpenWaits {
  /** By lane, and in it by job, kind and name: how many. */
  #lanes = new Map<number, Map<string, number>>();
  #count = 0;
  /** All names of locks, semaphores and conditions so far. */
  #names = new Set<string>();

  /** What there is too much of for the server to follow, in a sentence; null if nothing is. */
  get excess(): string | null {
    if (this.#count > MOST) return tooMany('waits at once');
    return this.#names.size > MOST ? tooMany('locks, semaphores and conditions') : null;
  }

  /** Counts a name. Returns false if it cannot be one. */
  knows(kind: 'lock' | 'semaphore' | 'condition', name: string): boolean {
    if (!isName(name)) return false;
    this.#names.add(`${kind} ${name}`);
    return true;
  }

  /** Notes a wait that begins. Returns false if nothing can be waited for in that way. */
  start(fact: WaitFact): boolean {
    if (!this.#canBe(fact)) return false;
    const lane = this.#lanes.get(fact.lane) ?? new Map<string, number>();
    this.#lanes.set(fact.lane, lane);
    const key = keyOf(fact);
    lane.set(key, (lane.get(key) ?? 0) + 1);
    this.#count++;
    return true;
  }

  /** Notes a wait that ends. Returns false if it has not begun. */
  end(fact: WaitFact): boolean {
    const lane = this.#lanes.get(fact.lane);
    const key = keyOf(fact);
    const count = lane?.get(key);
    if (!lane || count === undefined) return false;
    if (count === 1) lane.delete(key);
    else lane.set(key, count - 1);
    this.#count--;
    return true;
  }

  /** Drops the waits of a lane that has ended. */
  leave(lane: number): void {
    for (const count of this.#lanes.get(lane)?.values() ?? []) this.#count -= count;
    this.#lanes.delete(lane);
  }

  /** Reports whether `on` is what a wait of its kind can be for, as program/api.ts and its like say it. */
  #canBe(fact: WaitFact): boolean {
    const { for: kind, on } = fact;
    switch (kind) {
      case 'join':
        return /^job \d{1,4}$/.test(on);
      case 'sleep':
        return /^\d[\d.]*(e[+-]?\d+)? s$/.test(on);
      case 'queue':
        return on === 'a message' || on === 'room in the queue';
      case 'worker':
        return on === 'a free lane';
      case 'lock':
      case 'semaphore':
      case 'condition':
        return this.knows(kind, on);
    }
  }
}

function tooMany(what: string): string {
  return `There are more than ${MOST.toLocaleString('en')} ${what}, more than the server can follow.`;
}

function keyOf({ job, for: kind, on }: WaitFact): string {
  return `${job} ${kind} ${on}`;
}
