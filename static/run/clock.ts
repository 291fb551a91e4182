/** Estimates the time of a live pass between its events. */

/** How far the drawing lags behind the estimate, in ms, so that an event in transit rarely contradicts it. */
const LAG_MS = 60;

/** The clock of one pass. It never runs backwards, and never lags behind an event. */
export class PassClock {
  /** Page time minus pass time, from the event with the shortest delay. */
  #offsetMs = Number.POSITIVE_INFINITY;
  #shownMs = 0;

  /** Records that an event of pass time `atMs` arrived at page time `pageMs`. */
  observe(atMs: number, pageMs: number): void {
    this.#offsetMs = Math.min(this.#offsetMs, pageMs - atMs);
  }

  /** Returns the pass time at page time `pageMs`; at least `latestMs`. */
  now(latestMs: number, pageMs: number): number {
    const guessMs = pageMs - this.#offsetMs - LAG_MS;
    this.#shownMs = Math.max(this.#shownMs, latestMs, guessMs);
    return this.#shownMs;
  }
}
