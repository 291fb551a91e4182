/**
 * Counts wrong guesses at something short, for all servers that share a database together. With 1,000 rooms, so many
 * random codes would find about five. Only failures count, so that a class behind one address never shuts itself out.
 * Past a bound, codes open nothing for a while, but the keys in the links still do.
 */
import type { Allowances, Draw } from '../store/allowances.ts';

/** Most failures within `PERIOD_MS`, by default: from one address, and from all. */
const MOST = { address: 30, all: 300 };
const PERIOD_MS = 10 * 60_000;

/** Its promises reject with `StoreError` if guesses cannot be counted now. */
export class Guesses {
  #allowances: Allowances;
  #kind: string;
  readonly #most: typeof MOST;

  /** `kind`: what is guessed at. */
  constructor(allowances: Allowances, kind: string, most: typeof MOST = MOST) {
    this.#allowances = allowances;
    this.#kind = `wrong ${kind}`;
    this.#most = most;
  }

  /** Reports whether a guess from this network that is right may be used. */
  async mayTry(network: string | null): Promise<boolean> {
    const draws = this.#draws(network).map((draw) => ({ ...draw, isOnlyChecked: true }));
    return (await this.#allowances.take(draws)) === null;
  }

  /** Counts a wrong guess. Returns false if it may not even be said that it is wrong, because there were too many. */
  async failed(network: string | null): Promise<boolean> {
    return (await this.#allowances.take(this.#draws(network))) === null;
  }

  /** Takes back a guess that was counted as wrong before it was tried. */
  succeeded(network: string | null): void {
    for (const { from, amount } of this.#draws(network)) this.#allowances.use(from, -amount);
  }

  #draws(network: string | null): Draw[] {
    const { address, all } = this.#most;
    const draw = (key: string, most: number) => ({
      from: { kind: this.#kind, key, most, periodMs: PERIOD_MS },
      amount: 1,
    });
    return [draw(`at ${network ?? 'unknown'}`, address), draw('all', all)];
  }
}

/**
 * The guesses at codes of rooms, at codes for another device, and at ROOM_KEY. Each kind has its own count: whoever guesses
 * at one does not keep others from using another. Strangers cannot keep all teachers from opening rooms by guessing.
 */
export class AllGuesses {
  readonly rooms: Guesses;
  readonly devices: Guesses;
  readonly keys: Guesses;

  constructor(allowances: Allowances) {
    this.rooms = new Guesses(allowances, 'room code');
    this.devices = new Guesses(allowances, 'device code');
    this.keys = new Guesses(allowances, 'room key', { address: 30, all: 3000 });
  }
}
