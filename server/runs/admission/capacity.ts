/** Which passes fit on the machine at once, and how long those that do not will wait. Pure. */
import type { Cost, Demand } from './admission.ts';

/** From so many cores on a pass disturbs others: less is the start of a process, or a program that mostly waits. */
const BUSY_CORES = 0.5;
/** Cores beyond the capacity that count as none. The floating-point sum of small parts can be slightly too large. */
const SLACK_CORES = 1e-6;
/** For how long a pass that only waits takes cores, to start its lanes, in ms. */
const START_MS = 1000;

/** Reports whether a pass keeps cores busy. */
export function isBusy({ needs }: Demand): boolean {
  return needs >= BUSY_CORES;
}

/**
 * Reports whether passes under way would keep more cores busy than there are, and so share some: more than `slack` cores
 * beyond them.
 */
export function isCrowded(active: readonly Demand[], capacity: Cost, slack = SLACK_CORES): boolean {
  const needs = active.filter(isBusy).reduce((sum, one) => sum + one.needs, 0);
  return needs > capacity.cores + slack;
}

/**
 * Reports whether a pass fits beside those under way. Those that keep cores busy share them out among themselves, and
 * one whose time matters never shares any; those that mostly wait share out as many again, since they hardly use them: a
 * class that waits need not stand behind one that computes.
 */
export function fits(demand: Demand, active: readonly Demand[], capacity: Cost): boolean {
  const all = [...active, demand];
  if (sumOf(all, 'memoryMib') > capacity.memoryMib) return false;
  const alike = all.filter((one) => isBusy(one) === isBusy(demand));
  if (sumOf(alike, 'cores') > capacity.cores + SLACK_CORES) return false;
  return !isBusy(demand) || !alike.some(({ isExclusive }) => isExclusive) || !isCrowded(alike, capacity);
}

/**
 * Reports whether a pass may go before `blocked`, who are in line before it and do not fit: if none of them wait for what
 * it takes, and their memory is left.
 */
export function mayOvertake(
  demand: Demand,
  blocked: readonly Demand[],
  active: readonly Demand[],
  capacity: Cost,
): boolean {
  if (blocked.length === 0) return true;
  if (isBusy(demand) || !blocked.every(isBusy)) return false;
  return sumOf([...active, ...blocked, demand], 'memoryMib') <= capacity.memoryMib;
}

function sumOf(demands: readonly Demand[], key: 'cores' | 'memoryMib'): number {
  return demands.reduce((sum, one) => sum + one[key], 0);
}

/** A part of the machine that is taken until a moment. */
type Taken = { demand: Demand; untilMs: number };

/**
 * Estimates how long each of `waiting`, in the order in which they go, will wait, in ms. `active`: passes under way, and
 * how long each has been. The next passes of the runs come after these, so they are left out. `isOneLine`: whether those that mostly wait stand behind those that
 * compute, too.
 */
export function expectedWaits(
  waiting: readonly Demand[],
  active: readonly { demand: Demand; ageMs: number }[],
  capacity: Cost,
  isOneLine = false,
): number[] {
  const taken = active.flatMap(({ demand, ageMs }) => partsOf(demand, leftMs(demand, ageMs)));
  const lines = [new Line(taken, capacity), new Line(taken, capacity)] as const;
  // Those that mostly wait do not stand behind those that compute.
  return waiting.map((demand) => lines[isOneLine || isBusy(demand) ? 0 : 1].enter(demand));
}

/** Passes that go one after the other, as soon as they fit. */
class Line {
  #taken: readonly Taken[];
  #capacity: Cost;
  #nowMs = 0;

  constructor(taken: readonly Taken[], capacity: Cost) {
    this.#taken = taken;
    this.#capacity = capacity;
  }

  /** Returns how long the next pass will wait, in ms. */
  enter(demand: Demand): number {
    const isFull = () =>
      !fits(
        demand,
        this.#taken.map((one) => one.demand),
        this.#capacity,
      );
    while (this.#taken.length > 0 && isFull()) {
      this.#nowMs = Math.max(this.#nowMs, Math.min(...this.#taken.map(({ untilMs }) => untilMs)));
      this.#taken = this.#taken.filter(({ untilMs }) => untilMs > this.#nowMs);
    }
    const parts = partsOf(demand, demand.lastsMs);
    const later = parts.map((one) => ({ ...one, untilMs: this.#nowMs + one.untilMs }));
    this.#taken = [...this.#taken, ...later];
    return this.#nowMs;
  }
}

/** Returns what a pass takes: memory until its end, and cores too if it keeps them busy. */
function partsOf(demand: Demand, lastsMs: number): Taken[] {
  if (isBusy(demand)) return [{ demand, untilMs: lastsMs }];
  return [
    { demand: { ...demand, cores: 0 }, untilMs: lastsMs },
    { demand: { ...demand, memoryMib: 0 }, untilMs: Math.min(START_MS, lastsMs) },
  ];
}

/** How much longer a pass takes: as expected, and if it is late, in proportion to how long it has taken. */
function leftMs({ lastsMs }: Demand, ageMs: number): number {
  return ageMs < lastsMs ? lastsMs - ageMs : ageMs / 4;
}
