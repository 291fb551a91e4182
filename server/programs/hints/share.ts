/** Shares the one checker between people: checks run one at a time, and nobody gets more of its time than a part. */

/** Most people who wait at once. */
const MAX_WAITING = 50;
/** How much checking one person may have at once, in ms, and how much of it comes back in each ms. */
const BUDGET_MS = 10_000;
const REFILL = 0.3;
/** People that are remembered; those who have not checked anything for long are forgotten first. */
const MAX_PEOPLE = 10_000;

type Waiting = { run(): Promise<void>; refuse(): void };

export class Share {
  #waiting = new Map<string, Waiting>();
  #spent = new Map<string, { ms: number; atMs: number }>();
  #isBusy = false;

  /**
   * Runs `check` when it is the person's turn. Resolves with null if it is refused: when they have used up their
   * share, too many wait, or another check of theirs came before this one began.
   */
  async turn<T>(person: string, check: () => Promise<T>): Promise<T | null> {
    if (this.#spentBy(person) >= BUDGET_MS) return null;
    const before = this.#waiting.get(person);
    if (!before && this.#waiting.size >= MAX_WAITING) return null;
    before?.refuse();
    const result = Promise.withResolvers<T | null>();
    const run = async () => {
      const startMs = performance.now();
      await check().then(result.resolve, result.reject);
      this.#charge(person, performance.now() - startMs);
    };
    // Takes the place of the one before.
    this.#waiting.set(person, { run, refuse: () => result.resolve(null) });
    this.#work();
    return result.promise;
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (const [person, { run }] of this.#waiting) {
      this.#waiting.delete(person);
      await run();
    }
    this.#isBusy = false;
  }

  #spentBy(person: string): number {
    const { ms, atMs } = this.#spent.get(person) ?? { ms: 0, atMs: 0 };
    return Math.max(0, ms - (performance.now() - atMs) * REFILL);
  }

  #charge(person: string, ms: number): void {
    const entry = { ms: this.#spentBy(person) + ms, atMs: performance.now() };
    this.#spent.delete(person);
    this.#spent.set(person, entry);
    const [oldest] = this.#spent.keys();
    if (this.#spent.size > MAX_PEOPLE && oldest !== undefined) this.#spent.delete(oldest);
  }
}
