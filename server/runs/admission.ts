/**
 * Admission: who may run, and who waits. Counts cores and memory, and is fair between people: they take turns, a run
 * each in every round, and within a round who came first goes first (start-time fair queueing, Goyal et al. 1996).
 * Runs that have ended count too for as long as anybody waits: else whoever has many waiting would be first again as
 * soon as one of them has ended.
 */

/** What a run takes while it runs. */
export type Cost = { cores: number; memoryMib: number };

/** The queue is full. */
export class BusyError extends Error {
  /** When to try again, in seconds. */
  readonly retryAfterSeconds: number;
  constructor(waiting: number, retryAfterSeconds: number) {
    super(`${waiting} runs are waiting already.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A run's place: waiting until `admitted` resolves, then counted until `leave`. */
export type Ticket = {
  /** Resolves when the run may go. Never rejects: one that leaves while it waits is never admitted. */
  readonly admitted: Promise<void>;
  leave(): void;
};

type Entry = {
  person: string;
  cost: Cost;
  position: number;
  admit: () => void;
  onPosition: (position: number) => void;
};

export class Admission {
  #capacity: Cost;
  #maxWaiting: number;
  #waiting: Entry[] = [];
  #active = new Set<Entry>();
  /** The round of the run that was let in last. */
  #round = 0;
  /** The round that a person's next run is in, where that is not the present one. */
  #rounds = new Map<string, number>();

  constructor(capacity: Cost, maxWaiting: number) {
    this.#capacity = capacity;
    this.#maxWaiting = maxWaiting;
  }

  get active(): number {
    return this.#active.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Takes a place for a run of `person`. `onPosition` is told the place in the queue, from 1, at first and whenever it
   * changes; never for a run that goes at once. A cost over what there is counts as all there is.
   * Throws `BusyError` when too many wait.
   */
  enter(person: string, asked: Cost, onPosition: (position: number) => void): Ticket {
    const cost = {
      cores: Math.min(asked.cores, this.#capacity.cores),
      memoryMib: Math.min(asked.memoryMib, this.#capacity.memoryMib),
    };
    const { promise, resolve } = Promise.withResolvers<void>();
    const entry: Entry = { person, cost, position: 0, admit: resolve, onPosition };
    this.#waiting.push(entry);
    this.#admit();
    if (this.#waiting.length > this.#maxWaiting && this.#waiting.includes(entry)) {
      this.#remove(entry);
      throw new BusyError(this.#waiting.length, 5 + this.#waiting.length);
    }
    this.#tellPositions();
    return { admitted: promise, leave: () => this.#leave(entry) };
  }

  #leave(entry: Entry): void {
    if (!this.#active.delete(entry) && !this.#remove(entry)) return;
    this.#admit();
    this.#tellPositions();
  }

  #remove(entry: Entry): boolean {
    const at = this.#waiting.indexOf(entry);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }

  /** Lets in who is first in line, while they fit. Nobody small goes past somebody large, or the large would never go. */
  #admit(): void {
    for (let [first] = this.#inOrder(); first && this.#fits(first.entry.cost); [first] = this.#inOrder()) {
      const { entry, round } = first;
      this.#remove(entry);
      this.#active.add(entry);
      this.#round = round;
      this.#rounds.set(entry.person, round + 1);
      entry.admit();
    }
    this.#forget();
  }

  /** Nobody waits, so nobody is owed a turn: only who has a run under way is remembered. */
  #forget(): void {
    if (this.#waiting.length > 0) return;
    const here = new Set([...this.#active].map(({ person }) => person));
    for (const person of this.#rounds.keys()) if (!here.has(person)) this.#rounds.delete(person);
  }

  #fits({ cores, memoryMib }: Cost): boolean {
    for (const { cost } of this.#active) {
      cores += cost.cores;
      memoryMib += cost.memoryMib;
    }
    // Tenths of cores add up to a little more than their sum.
    return cores <= this.#capacity.cores + 1e-6 && memoryMib <= this.#capacity.memoryMib;
  }

  /** Who waits, as they will go, each with its round: nobody's run is in a round before the present one. */
  #inOrder(): { entry: Entry; round: number }[] {
    const next = new Map<string, number>();
    const ranked = this.#waiting.map((entry) => {
      const { person } = entry;
      const round = next.get(person) ?? Math.max(this.#round, this.#rounds.get(person) ?? 0);
      next.set(person, round + 1);
      return { entry, round };
    });
    return ranked.sort((a, b) => a.round - b.round);
  }

  #tellPositions(): void {
    for (const [index, { entry }] of this.#inOrder().entries()) {
      if (entry.position === index + 1) continue;
      entry.position = index + 1;
      entry.onPosition(entry.position);
    }
  }
}
