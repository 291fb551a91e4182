/**
 * Renders what is expensive and the same for all clients: one rendering at a time, shared between requests, and cached
 * while it is fresh. The cache and the queue are bounded.
 */
import { BoundedMap } from '../runs/bounded-map.ts';

/** Thrown when too many renderings are waiting. */
export class RenderingsBusyError extends Error {}

/** `maxKept`: most renderings that are kept. `maxWaiting`: most that may be under way and waiting. */
type RenderingLimits = { maxKept: number; maxWaiting: number };

export class Renderings<T> {
  #kept: BoundedMap<string, { value: T; untilMs: number }>;
  #pending = new Map<string, Promise<T>>();
  #last: Promise<unknown> = Promise.resolve();
  #maxWaiting: number;

  constructor({ maxKept, maxWaiting }: RenderingLimits) {
    this.#kept = new BoundedMap(maxKept);
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Returns the rendering for `key`: one that is under way, or one that ended less than `freshMs` ago, or what `render`
   * resolves with. Rejects with `RenderingsBusyError` if too many wait, and if `render` does.
   */
  async get(key: string, freshMs: number, render: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept && performance.now() < kept.untilMs) {
      // A hit makes it the most recent entry.
      this.#kept.set(key, kept);
      return kept.value;
    }
    const pending = this.#pending.get(key);
    if (pending) return pending;
    if (this.#pending.size >= this.#maxWaiting) throw new RenderingsBusyError();
    const rendering = this.#last.then(render);
    this.#last = rendering.catch(() => {});
    this.#pending.set(key, rendering);
    const isWanted = () => this.#pending.get(key) === rendering;
    try {
      const value = await rendering;
      if (isWanted()) this.#kept.set(key, { value, untilMs: performance.now() + freshMs });
      return value;
    } finally {
      if (isWanted()) this.#pending.delete(key);
    }
  }

  /** Drops the renderings whose key `matches`. Those under way are still returned, but not kept. */
  forget(matches: (key: string) => boolean): void {
    for (const map of [this.#kept, this.#pending])
      for (const key of map.keys()) if (matches(key)) map.delete(key);
  }
}
