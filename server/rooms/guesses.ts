/**
 * Counts wrong codes: with 1,000 rooms, so many random guesses would find about five. Only failures count, so that a
 * class behind one address never shuts itself out. Past a bound, codes open nothing for a while, but the keys in the
 * links still do.
 */
import { BoundedMap } from '../runs/bounded-map.ts';

/** Most failures within `PERIOD_MS`: from one address, and from all. */
const MOST = { address: 30, all: 300 };
const PERIOD_MS = 10 * 60_000;
const MAX_ADDRESSES = 10_000;

/** Failures that are forgotten evenly over the period: a leaky bucket. */
type Failures = { count: number; atMs: number };

export class Guesses {
  #byAddress = new BoundedMap<string, Failures>(MAX_ADDRESSES);
  #all: Failures = { count: 0, atMs: 0 };

  /** Reports whether a code from this network may be tried at `nowMs`, by a clock that is never set: `performance.now()`. */
  mayTry(network: string | null, nowMs: number): boolean {
    const own = this.#byAddress.get(network ?? '');
    return (
      left(this.#all, MOST.all, nowMs) < MOST.all && (!own || left(own, MOST.address, nowMs) < MOST.address)
    );
  }

  /** Counts a wrong code. */
  failed(network: string | null, nowMs: number): void {
    const own = this.#byAddress.get(network ?? '') ?? { count: 0, atMs: nowMs };
    this.#byAddress.set(network ?? '', { count: left(own, MOST.address, nowMs) + 1, atMs: nowMs });
    this.#all = { count: left(this.#all, MOST.all, nowMs) + 1, atMs: nowMs };
  }
}

/** Returns how many failures still count at `nowMs`. */
function left({ count, atMs }: Failures, most: number, nowMs: number): number {
  return Math.max(0, count - ((nowMs - atMs) * most) / PERIOD_MS);
}
