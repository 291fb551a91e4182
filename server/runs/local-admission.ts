/**
 * The admission of one server alone, in its memory. Counts cores and memory, and is fair between people: they take turns,
 * a run each in every round, and within a round the run that came first goes first (start-time fair queueing, Goyal et
 * al. 1996). Runs that have ended count too while any run waits: else a person with many waiting runs would be first
 * again as soon as one of them has ended.
 */
import { type Admission, BusyError, type Cost, type Load, type Ticket } from './admission.ts';

type Entry = {
  person: string;
  cost: Cost;
  position: number;
  admit: () => void;
  onPosition: (position: number) => void;
};

export class LocalAdmission implements Admission {
  #capacity: Cost;
  #maxWaiting: number;
  #waiting: Entry[] = [];
  #active = new Set<Entry>();
  /** The round of the run that was admitted last. */
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

  load(): Load {
    return { active: this.active, waiting: this.waiting };
  }

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
    this.#reportPositions();
    return { admitted: promise, leave: () => this.#leave(entry) };
  }

  #leave(entry: Entry): void {
    if (!this.#active.delete(entry) && !this.#remove(entry)) return;
    this.#admit();
    this.#reportPositions();
  }

  #remove(entry: Entry): boolean {
    const at = this.#waiting.indexOf(entry);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }

  /** Admits the first in line while it fits. A small run never overtakes a large one, or the large one would never go. */
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

  /** When no run waits, no person is owed a turn: only those with a run under way are remembered. */
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

  /** The waiting runs in the order in which they will go, each with its round, none before the present one. */
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
