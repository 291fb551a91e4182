/** Where a live pass is now, between its events. */

/** How far behind the newest guess the drawing stays, in ms, so that an event on its way is hardly ever contradicted. */
const LAG_MS = 60;

/** The clock of one pass. It never goes back, and never falls behind an event. */
export class PassClock {
  /** Page time minus pass time, by the event that came quickest. */
  #offsetMs = Number.POSITIVE_INFINITY;
  #shownMs = 0;

  /** An event told of `atMs` at page time `pageMs`. */
  hear(atMs: number, pageMs: number): void {
    this.#offsetMs = Math.min(this.#offsetMs, pageMs - atMs);
  }

  /** Pass time at page time `pageMs`, at least `latestMs`. */
  now(latestMs: number, pageMs: number): number {
    const guessMs = pageMs - this.#offsetMs - LAG_MS;
    this.#shownMs = Math.max(this.#shownMs, latestMs, guessMs);
    return this.#shownMs;
  }
}
