/**
 * Admission for a single server, in memory. Counts cores and memory, and is fair between people: they take turns, one
 * run each per round, and within a round the run that entered first starts first (start-time fair queueing, Goyal et
 * al. 1996). Ended runs count too while any run waits; otherwise a person with many waiting runs would be first again
 * as soon as one of them ended.
 */
import { type Admission, BusyError, type Cost, type Load, type Ticket } from './admission.ts';

type Entry = {
  person: string;
  cost: Cost;
  position: number;
  admit: () => void;
  onPosition: (position: number) => void;
};

/** The admission of a single server. */
export class LocalAdmission implements Admission {
  #capacity: Cost;
  #maxWaiting: number;
  #waiting: Entry[] = [];
  #active = new Set<Entry>();
  /** The current round: that of the run that was admitted last. */
  #round = 0;
  /** The round of each person's next run; the current round for people without an entry. */
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

  load(): Load {
    return { active: this.active, waiting: this.waiting };
  }

  enter(person: string, requested: Cost, onPosition: (position: number) => void): Ticket {
    const cost = {
      cores: Math.min(requested.cores, this.#capacity.cores),
      memoryMib: Math.min(requested.memoryMib, this.#capacity.memoryMib),
    };
    const { promise, resolve } = Promise.withResolvers<void>();
    const entry: Entry = { person, cost, position: 0, admit: resolve, onPosition };
    this.#waiting.push(entry);
    this.#admit();
    if (this.#waiting.length > this.#maxWaiting && this.#waiting.includes(entry)) {
      this.#remove(entry);
      throw new BusyError(this.#waiting.length, 5 + this.#waiting.length);
    }
    this.#reportPositions();
    return { admitted: promise, leave: () => this.#leave(entry) };
  }

  #leave(entry: Entry): void {
    if (!this.#active.delete(entry) && !this.#remove(entry)) return;
    this.#admit();
    this.#reportPositions();
  }

  #remove(entry: Entry): boolean {
    const index = this.#waiting.indexOf(entry);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  /** Admits the first run in line while it fits. Small runs never overtake a large one, or it might never start. */
  #admit(): void {
    for (let [first] = this.#inOrder(); first && this.#fits(first.entry.cost); [first] = this.#inOrder()) {
      const { entry, round } = first;
      this.#remove(entry);
      this.#active.add(entry);
      this.#round = round;
      this.#rounds.set(entry.person, round + 1);
      entry.admit();
    }
    this.#removeIdlePeople();
  }

  /** When no run waits, no turns are owed: forgets people without a run under way. */
  #removeIdlePeople(): void {
    if (this.#waiting.length > 0) return;
    const active = new Set([...this.#active].map(({ person }) => person));
    for (const person of this.#rounds.keys()) if (!active.has(person)) this.#rounds.delete(person);
  }

  #fits({ cores, memoryMib }: Cost): boolean {
    for (const { cost } of this.#active) {
      cores += cost.cores;
      memoryMib += cost.memoryMib;
    }
    // The floating-point sum of tenths of cores can be slightly too large.
    return cores <= this.#capacity.cores + 1e-6 && memoryMib <= this.#capacity.memoryMib;
  }

  /** Returns the waiting runs in the order in which they will start, each with its round, at least the current one. */
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

  #reportPositions(): void {
    for (const [index, { entry }] of this.#inOrder().entries()) {
      if (entry.position === index + 1) continue;
      entry.position = index + 1;
      entry.onPosition(entry.position);
    }
  }
}
