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

/** Reports whether passes under way would keep more cores busy than there are, and so share some. */
export function isCrowded(active: readonly Demand[], capacity: Cost): boolean {
  const needs = active.filter(isBusy).reduce((sum, one) => sum + one.needs, 0);
  return needs > capacity.cores + SLACK_CORES;
}

/** Reports whether a pass fits beside those under way. One whose time matters never shares cores, nor has to. */
export function fits(demand: Demand, active: readonly Demand[], capacity: Cost): boolean {
  let { cores, memoryMib } = demand;
  for (const one of active) {
    cores += one.cores;
    memoryMib += one.memoryMib;
  }
  if (cores > capacity.cores + SLACK_CORES || memoryMib > capacity.memoryMib) return false;
  const all = [...active, demand];
  return !all.some(({ isExclusive }) => isExclusive) || !isBusy(demand) || !isCrowded(all, capacity);
}

/** A part of the machine that is taken until a moment. */
type Taken = { demand: Demand; untilMs: number };

/**
 * Estimates how long each of `waiting`, in the order in which they go, will wait, in ms. `active`: passes under way, and
 * how long each has been. The next passes of the runs come after these, so they are left out.
 */
export function expectedWaits(
  waiting: readonly Demand[],
  active: readonly { demand: Demand; ageMs: number }[],
  capacity: Cost,
): number[] {
  let taken: Taken[] = active.flatMap(({ demand, ageMs }) => partsOf(demand, leftMs(demand, ageMs)));
  let nowMs = 0;
  return waiting.map((demand) => {
    while (
      taken.length > 0 &&
      !fits(
        demand,
        taken.map((one) => one.demand),
        capacity,
      )
    ) {
      nowMs = Math.max(nowMs, Math.min(...taken.map(({ untilMs }) => untilMs)));
      taken = taken.filter(({ untilMs }) => untilMs > nowMs);
    }
    taken.push(...partsOf(demand, demand.lastsMs).map((one) => ({ ...one, untilMs: nowMs + one.untilMs })));
    return nowMs;
  });
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
