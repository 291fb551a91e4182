/**
 * Admission for a single server, in memory. Counts cores and memory, and is fair between people: they take turns, one
 * run each per round, and within a round the run that entered first starts first (start-time fair queueing, Goyal et
 * al. 1996). Within a round networks take turns in the same way, because anybody gets as many cookies as they like: a
 * round's first runs of many people at one address are spread among those from elsewhere. Ended runs count too while
 * any run waits; otherwise a person with many waiting runs would be first again as soon as one of them ended.
 */
import type { Admission, Cost, Load, Ticket, WaitingListener } from './admission.ts';
import { type Applicant, type PlaceLimits, placeFor } from './places.ts';

type Entry = {
  applicant: Applicant;
  cost: Cost;
  position: number;
  admit: () => void;
  listener: WaitingListener;
};

/** The admission of a single server. */
export class LocalAdmission implements Admission {
  #capacity: Cost;
  #places: PlaceLimits;
  /** In the order in which they entered. */
  #waiting: Entry[] = [];
  #active = new Set<Entry>();
  /** The current round: that of the run that was admitted last. */
  #round = 0;
  /** The round of each person's next run; the current round for people without an entry. */
  #rounds = new Map<string, number>();
  /** The turn of the networks within the current round, and the turn in it of each network's next run. */
  #turn = 0;
  #turns = new Map<string, number>();

  constructor(capacity: Cost, places: PlaceLimits) {
    this.#capacity = capacity;
    this.#places = places;
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

  enter(applicant: Applicant, cost: Cost, listener: WaitingListener): Ticket {
    const { cores, memoryMib } = this.#capacity;
    if (cost.cores > cores || cost.memoryMib > memoryMib)
      throw new RangeError(`A run of ${cost.cores} cores and ${cost.memoryMib} MiB will never fit.`);
    const { promise, resolve } = Promise.withResolvers<void>();
    const entry: Entry = { applicant, cost, position: 0, admit: resolve, listener };
    const isFirst = ![...this.#waiting, ...this.#active].some(
      (other) => other.applicant.person === applicant.person,
    );
    const others = [...this.#waiting];
    this.#waiting.push(entry);
    this.#admit();
    if (this.#waiting.includes(entry)) this.#findPlace(entry, isFirst, others);
    this.#reportPositions();
    return {
      admitted: promise,
      charge: (measured) => this.#charge(entry, measured),
      leave: () => this.#leave(entry),
    };
  }

  /** Lets a run wait that has just entered. If it needs the place of another run, displaces that. */
  #findPlace(entry: Entry, isFirst: boolean, others: readonly Entry[]): void {
    try {
      const displaced = placeFor(entry.applicant, isFirst, others, this.#places);
      if (!displaced) return;
      this.#remove(displaced);
      displaced.listener.displaced();
    } catch (error) {
      this.#remove(entry);
      throw error;
    }
  }

  #charge(entry: Entry, cost: Cost): void {
    if (!this.#active.has(entry)) return;
    entry.cost = cost;
    this.#admit();
    this.#reportPositions();
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
      const { entry, round, turn } = first;
      this.#remove(entry);
      this.#active.add(entry);
      // Turns begin again with each round.
      if (round !== this.#round) this.#turns.clear();
      this.#round = round;
      this.#rounds.set(entry.applicant.person, round + 1);
      this.#turn = turn;
      this.#turns.set(networkKey(entry), turn + 1);
      entry.admit();
    }
    this.#removeIdle();
  }

  /** When no run waits, no turns are owed: forgets people and networks without a run under way. */
  #removeIdle(): void {
    if (this.#waiting.length > 0) return;
    const active = [...this.#active];
    const people = new Set(active.map(({ applicant }) => applicant.person));
    for (const person of this.#rounds.keys()) if (!people.has(person)) this.#rounds.delete(person);
    const networks = new Set(active.map(networkKey));
    for (const network of this.#turns.keys()) if (!networks.has(network)) this.#turns.delete(network);
  }

  #fits({ cores, memoryMib }: Cost): boolean {
    for (const { cost } of this.#active) {
      cores += cost.cores;
      memoryMib += cost.memoryMib;
    }
    // The floating-point sum of tenths of cores can be slightly too large.
    return cores <= this.#capacity.cores + 1e-6 && memoryMib <= this.#capacity.memoryMib;
  }

  /** Returns the waiting runs in the order in which they will start, with round and turn, at least the current ones. */
  #inOrder(): { entry: Entry; round: number; turn: number }[] {
    const rounds = new Map<string, number>();
    const turns = new Map<string, number>();
    const ranked = this.#waiting.map((entry) => {
      const { person } = entry.applicant;
      const round = rounds.get(person) ?? Math.max(this.#round, this.#rounds.get(person) ?? 0);
      rounds.set(person, round + 1);
      return { entry, round };
    });
    return ranked
      .sort((a, b) => a.round - b.round)
      .map(({ entry, round }) => {
        const network = networkKey(entry);
        const inRound = `${round} ${network}`;
        const first = round === this.#round ? Math.max(this.#turn, this.#turns.get(network) ?? 0) : 0;
        const turn = turns.get(inRound) ?? first;
        turns.set(inRound, turn + 1);
        return { entry, round, turn };
      })
      .sort((a, b) => a.round - b.round || a.turn - b.turn);
  }

  #reportPositions(): void {
    for (const [index, { entry }] of this.#inOrder().entries()) {
      if (entry.position === index + 1) continue;
      entry.position = index + 1;
      entry.listener.moved(entry.position);
    }
  }
}

/** Returns the network that takes turns with the others. All unknown networks count as one. */
function networkKey({ applicant }: Entry): string {
  return applicant.network ?? '';
}
