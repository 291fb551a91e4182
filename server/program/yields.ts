/** When the parties of a thread, its jobs and main, yielded it to one another in a turn of its event loop. */
import type { Owner } from './console.ts';

/** Longest that code has run which has only been resumed, in ms. */
const RESUMED_MS = 1;

export class Yields {
  /** The party that is running; undefined if unknown. */
  #running: Owner | undefined;
  #yieldedAt = new Map<Owner, number>();
  /** When the code that runs was resumed, and how long it had yielded by then, in ms. */
  #resumedAt = 0;
  #yieldedMs = 0;

  /** Notes that code of `owner` runs now. Cheap if it did before. */
  note(owner: Owner | undefined): void {
    if (owner === this.#running) return;
    const nowMs = performance.now();
    if (this.#running !== undefined) this.#yieldedAt.set(this.#running, nowMs);
    this.#running = owner;
    this.#resumedAt = nowMs;
    this.#yieldedMs = owner === undefined ? 0 : nowMs - (this.#yieldedAt.get(owner) ?? nowMs);
    if (owner !== undefined) this.#yieldedAt.delete(owner);
  }

  /** Returns for how long `owner` has yielded in this turn, or had when it was resumed just now; 0 if it has not. */
  lastedMs(owner: Owner): number {
    const nowMs = performance.now();
    if (owner === this.#running) return nowMs - this.#resumedAt < RESUMED_MS ? this.#yieldedMs : 0;
    return nowMs - (this.#yieldedAt.get(owner) ?? nowMs);
  }

  /** Forgets that `owner` has yielded. */
  forget(owner: Owner): void {
    this.#yieldedAt.delete(owner);
    if (owner === this.#running) this.#yieldedMs = 0;
  }

  /** Notes that the turn has ended. */
  end(): void {
    this.#running = undefined;
    this.#yieldedAt.clear();
  }
}
