/**
 * Counts wrong guesses at something short. With 1,000 rooms, so many random codes would find about five. Only failures
 * count, so that a class behind one address never shuts itself out. Past a bound, codes open nothing for a while, but
 * the keys in the links still do.
 */
import { BoundedMap } from '../runs/bounded-map.ts';

/** Most failures within `PERIOD_MS`, by default: from one address, and from all. */
const MOST = { address: 30, all: 300 };
const PERIOD_MS = 10 * 60_000;
const MAX_ADDRESSES = 10_000;

/** Failures that are forgotten evenly over the period: a leaky bucket. */
type Failures = { count: number; atMs: number };

export class Guesses {
  #byAddress = new BoundedMap<string, Failures>(MAX_ADDRESSES);
  #all: Failures = { count: 0, atMs: 0 };
  readonly #most: typeof MOST;

  constructor(most: typeof MOST = MOST) {
    this.#most = most;
  }

  /** Reports whether a guess from this network may be tried at `nowMs`, by a clock that is never set: `performance.now()`. */
  mayTry(network: string | null, nowMs: number): boolean {
    const own = this.#byAddress.get(network ?? '');
    const { address, all } = this.#most;
    return left(this.#all, all, nowMs) < all && (!own || left(own, address, nowMs) < address);
  }

  /** Counts a wrong guess. */
  failed(network: string | null, nowMs: number): void {
    const own = this.#byAddress.get(network ?? '') ?? { count: 0, atMs: nowMs };
    this.#byAddress.set(network ?? '', { count: left(own, this.#most.address, nowMs) + 1, atMs: nowMs });
    this.#all = { count: left(this.#all, this.#most.all, nowMs) + 1, atMs: nowMs };
  }
}

/**
 * The guesses at codes of rooms, at codes for another device, and at ROOM_KEY. Each kind has its own count: whoever guesses
 * at one does not keep others from using another. Strangers cannot keep all teachers from opening rooms by guessing.
 */
export class AllGuesses {
  readonly rooms: Guesses = new Guesses();
  readonly devices: Guesses = new Guesses();
  readonly keys: Guesses = new Guesses({ address: 30, all: 3000 });
}

/** Returns how many failures still count at `nowMs`. */
function left({ count, atMs }: Failures, most: number, nowMs: number): number {
  return Math.max(0, count - ((nowMs - atMs) * most) / PERIOD_MS);
}
