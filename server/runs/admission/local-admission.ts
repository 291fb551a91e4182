/**
 * Admission for a single server, in memory. Counts cores and memory (capacity.ts), and is fair between people, who take
 * turns pass by pass (turns.ts).
 */
import type { Admission, Cost, Demand, Load, Ticket, WaitingListener } from './admission.ts';
import { expectedWaits, fits, isBusy, isCrowded, mayOvertake } from './capacity.ts';
import { type Applicant, type PlaceLimits, placeFor } from './places.ts';
import { Turns } from './turns.ts';

/** How often expected waits are updated while nothing else happens, in ms. */
const UPDATE_MS = 1000;

/** Cores by which measured passes may seem to need more than there are: a runtime’s own threads compute, too. */
const MEASURED_SLACK = 0.25;

type Entry = {
  /** Counts the runs in the order in which they entered. */
  number: number;
  applicant: Applicant;
  demand: Demand;
  /** Whether a pass of it has been under way. */
  hasBegun: boolean;
  /** When its pass was admitted, in ms of performance.now. */
  startedAt: number;
  sharedWith: number;
  hasLeft: boolean;
  /** Its turn as it was last reported, as text. */
  reported: string;
  admit: () => void;
  listener: WaitingListener;
};

/** The admission of a single server. */
export class LocalAdmission implements Admission {
  #capacity: Cost;
  #places: PlaceLimits;
  #turns = new Turns();
  #entered = 0;
  /** In the order in which the runs entered. */
  #waiting: Entry[] = [];
  #active = new Set<Entry>();
  #updating: NodeJS.Timeout | null = null;
  #changed: () => void = () => {};
  #giveWay: ((person: string) => Promise<void>) | null = null;

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

  /** Reports whether a run that asks for this would start at once. */
  hasRoom(demand: Demand): boolean {
    return this.#waiting.length === 0 && fits(demand, this.#demands, this.#capacity);
  }

  /** Calls `changed` whenever there may be more room than before. There is one listener. */
  onRoom(changed: () => void): void {
    this.#changed = changed;
  }

  /**
   * Sets what is called between two passes of a person’s run, while its place is free: it may enter another person’s run,
   * of those that wait elsewhere. Must not reject.
   */
  onBetween(giveWay: (person: string) => Promise<void>): void {
    this.#giveWay = giveWay;
  }

  enter(applicant: Applicant, demand: Demand, listener: WaitingListener): Ticket {
    this.#check(demand);
    const { promise, resolve } = Promise.withResolvers<void>();
    const entry: Entry = {
      number: ++this.#entered,
      ...{ applicant, demand, listener, admit: resolve },
      ...{ hasBegun: false, startedAt: 0, sharedWith: 0, hasLeft: false, reported: '' },
    };
    const others = [...this.#waiting];
    const isFirst = ![...others, ...this.#active].some(
      (other) => other.applicant.person === applicant.person,
    );
    this.#waiting.push(entry);
    this.#admit();
    if (this.#waiting.includes(entry)) this.#findPlace(entry, isFirst, others);
    this.#reportTurns();
    return {
      admitted: promise,
      get sharedWith() {
        return entry.sharedWith;
      },
      next: (demand) => this.#next(entry, demand),
      charge: (cost) => this.#charge(entry, cost),
      leave: () => this.#leave(entry),
    };
  }

  #check({ cores, memoryMib }: Demand): void {
    if (cores > this.#capacity.cores || memoryMib > this.#capacity.memoryMib)
      throw new RangeError(`A pass of ${cores} cores and ${memoryMib} MiB will never fit.`);
  }

  /** Lets a run wait that has just entered. If it needs the place of another run, displaces that. */
  #findPlace(entry: Entry, isFirst: boolean, others: readonly Entry[]): void {
    const holders = others.filter(({ hasBegun }) => !hasBegun);
    const begun = others.length - holders.length;
    try {
      const displaced = placeFor(entry.applicant, isFirst, holders, this.#places, begun);
      if (!displaced) return;
      this.#remove(displaced);
      displaced.listener.displaced();
    } catch (error) {
      this.#remove(entry);
      throw error;
    }
  }

  async #next(entry: Entry, demand: Demand): Promise<void> {
    this.#check(demand);
    if (!this.#active.delete(entry)) return new Promise(() => {});
    if (this.#giveWay) await this.#giveWay(entry.applicant.person);
    if (entry.hasLeft) return new Promise(() => {});
    const { promise, resolve } = Promise.withResolvers<void>();
    Object.assign(entry, { demand, admit: resolve, reported: '' });
    // A person's older run goes on before a newer one begins.
    const at = this.#waiting.findIndex(({ number }) => number > entry.number);
    this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, entry);
    this.#admit();
    this.#reportTurns();
    this.#changed();
    return promise;
  }

  #charge(entry: Entry, cost: Partial<Demand>): void {
    if (!this.#active.has(entry) && !this.#waiting.includes(entry)) return;
    entry.demand = { ...entry.demand, ...cost };
    this.#noteSharing();
    this.#admit();
    this.#reportTurns();
    this.#changed();
  }

  #leave(entry: Entry): void {
    entry.hasLeft = true;
    if (!this.#active.delete(entry) && !this.#remove(entry)) return;
    this.#admit();
    this.#reportTurns();
    this.#changed();
  }

  #remove(entry: Entry): boolean {
    const index = this.#waiting.indexOf(entry);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  /** Admits those who fit, in line. Small passes never overtake a large one that needs the same, or it might never start. */
  #admit(): void {
    while (this.#admitNext());
    if (this.#waiting.length === 0) this.#turns.forgetIdle([...this.#active]);
  }

  /** Reports whether somebody has been admitted. */
  #admitNext(): boolean {
    const blocked: Demand[] = [];
    for (const next of this.#turns.order(this.#waiting)) {
      const { entry } = next;
      const mayGo = mayOvertake(entry.demand, blocked, this.#demands, this.#capacity);
      if (!mayGo || !fits(entry.demand, this.#demands, this.#capacity)) {
        blocked.push(entry.demand);
        continue;
      }
      this.#remove(entry);
      this.#turns.took(next, blocked.length > 0);
      Object.assign(entry, { hasBegun: true, startedAt: performance.now(), sharedWith: 0 });
      this.#active.add(entry);
      this.#noteSharing();
      entry.admit();
      return true;
    }
    return false;
  }

  get #demands(): Demand[] {
    return [...this.#active].map(({ demand }) => demand);
  }

  /** Notes for each pass that keeps cores busy how many others it shares them with. */
  #noteSharing(): void {
    if (!isCrowded(this.#demands, this.#capacity, MEASURED_SLACK)) return;
    const busy = [...this.#active].filter(({ demand }) => isBusy(demand));
    for (const entry of busy) entry.sharedWith = Math.max(entry.sharedWith, busy.length - 1);
  }

  /** Reports turns that have changed, now and, while any run waits, once a second. */
  #reportTurns(): void {
    if (this.#waiting.length > 0)
      this.#updating ??= setInterval(() => this.#reportTurns(), UPDATE_MS).unref();
    else if (this.#updating !== null) {
      clearInterval(this.#updating);
      this.#updating = null;
    }
    const order = this.#turns.order(this.#waiting).map(({ entry }) => entry);
    const now = performance.now();
    const waits = expectedWaits(
      order.map(({ demand }) => demand),
      [...this.#active].map(({ demand, startedAt }) => ({ demand, ageMs: now - startedAt })),
      this.#capacity,
    );
    for (const [index, entry] of order.entries()) {
      const waitMs = 1000 * Math.ceil((waits[index] ?? 0) / 1000);
      const turn = { position: index + 1, waitMs };
      const text = JSON.stringify(turn);
      if (entry.reported === text) continue;
      entry.reported = text;
      entry.listener.moved(turn);
    }
  }
}
