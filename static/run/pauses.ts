/** Pauses between attempts. */

/** Pauses that double from `first` up to `last`, in ms. */
export class Backoff {
  readonly #limits: { first: number; last: number };
  #nextMs: number;

  constructor(limits: { first: number; last: number }) {
    this.#limits = limits;
    this.#nextMs = limits.first;
  }

  next(): number {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(this.#limits.last, ms * 2);
    return ms;
  }

  reset(): void {
    this.#nextMs = this.#limits.first;
  }
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
