/**
 * Finds servers that are dead: those whose beat has stood still for a lease while this server could read it throughout.
 * After an outage of the database every beat has stood still, and so it has for a server that was itself stopped: both
 * begin to watch again. Times are this server's own monotonic clock, since clocks of machines differ.
 */

/** A beat, and since when it is known not to have changed, in ms. */
type Seen = { beat: number; since: number };

export class Leases {
  #leaseMs: number;
  #seen = new Map<string, Seen>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** Looks must be at most half of `leaseMs` apart, or they do not count as having watched throughout. */
  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /**
   * Takes the beats of all servers as they were read between `askedAt` and now. Returns the ids of those whose lease is
   * over.
   */
  look(beats: ReadonlyMap<string, number>, askedAt: number, now = performance.now()): string[] {
    if (now - this.#lookedAt > this.#leaseMs / 2) this.#seen.clear();
    this.#lookedAt = now;
    for (const id of this.#seen.keys()) if (!beats.has(id)) this.#seen.delete(id);
    const dead: string[] = [];
    for (const [id, beat] of beats) {
      const seen = this.#seen.get(id);
      if (seen?.beat !== beat) this.#seen.set(id, { beat, since: now });
      // It is known to have stood still until the question was asked, not until the answer came.
      else if (askedAt - seen.since >= this.#leaseMs) dead.push(id);
    }
    return dead;
  }

  /** The beats could not be read: nothing is known of the time in between. */
  failed(): void {
    this.#seen.clear();
  }
}
