/**
 * The partial order of an execution's steps: which of them had to come before which others. Executions with the same
 * partial order lead to the same outcome, whatever the order of the steps that it leaves open.
 */
import type { Footprint } from './footprint.ts';

/** Two steps, by number, that depend on each other, and were not in that order for another reason. */
export type Race = readonly [earlier: number, later: number];

export class HappensBefore {
  readonly #steps: readonly Footprint[];
  /** For each step, how many of each lane's steps come before it or are it. */
  readonly #clocks: Int32Array[] = [];
  /** The number of each step among those of its lane, counted from 1. */
  readonly #ticks: number[] = [];
  readonly races: Race[] = [];

  constructor(steps: readonly Footprint[]) {
    this.#steps = steps;
    const lanes = 1 + steps.reduce((most, { lane }) => Math.max(most, lane), 0);
    const written = new Map<string, number>();
    const readSince = new Map<string, number[]>();
    const lastOf: number[] = [];
    let wide: number | null = null;
    for (const [at, step] of steps.entries()) {
      const before = new Set<number>();
      for (const one of [...step.writes, ...step.reads]) {
        const last = written.get(one);
        if (last !== undefined) before.add(last);
      }
      for (const one of step.writes) for (const read of readSince.get(one) ?? []) before.add(read);
      if (wide !== null) before.add(wide);
      if (step.isWide) for (const last of lastOf) if (last !== undefined) before.add(last);
      const clock = new Int32Array(lanes);
      for (const earlier of [...before].sort((a, b) => b - a)) {
        if (this.#isIn(clock, earlier)) continue;
        this.#join(clock, earlier);
        if (steps[earlier]?.lane !== step.lane) this.races.push([earlier, at]);
      }
      const tick = 1 + (this.#ticks[lastOf[step.lane] ?? -1] ?? 0);
      clock[step.lane] = tick;
      this.#clocks.push(clock);
      this.#ticks.push(tick);
      for (const one of step.writes) {
        written.set(one, at);
        readSince.delete(one);
      }
      for (const one of step.reads) readSince.set(one, [...(readSince.get(one) ?? []), at]);
      lastOf[step.lane] = at;
      if (step.isWide) wide = at;
    }
  }

  /** Reports whether one step had to come before another. */
  isBefore(earlier: number, later: number): boolean {
    const clock = this.#clocks[later];
    return clock !== undefined && this.#isIn(clock, earlier);
  }

  /**
   * Returns the steps that can be the first of an execution in which the later step of a race comes before the earlier
   * one, taken where the earlier one was: those between the two that do not need it, and nothing of each other.
   */
  initials([earlier, later]: Race): number[] {
    const rest: number[] = [];
    for (let at = earlier + 1; at < later; at++) if (!this.isBefore(earlier, at)) rest.push(at);
    rest.push(later);
    return rest.filter((at, index) => !rest.slice(0, index).some((one) => this.isBefore(one, at)));
  }

  /** Reports whether a step touches an object or a lane, by its name in footprints. */
  touches(step: number, name: string): boolean {
    return this.#steps[step]?.writes.includes(name) ?? false;
  }

  /** Returns a text that two executions of the same lanes' steps share only if they have the same partial order. */
  get text(): string {
    return this.#steps
      .map(({ lane }, at) => ({ lane, clock: this.#clocks[at]?.join(' ') ?? '' }))
      .sort((a, b) => a.lane - b.lane)
      .map(({ lane, clock }) => `${lane}:${clock}`)
      .join('\n');
  }

  #isIn(clock: Int32Array, step: number): boolean {
    return (clock[this.#steps[step]?.lane ?? 0] ?? 0) >= (this.#ticks[step] ?? 0);
  }

  #join(clock: Int32Array, step: number): void {
    const other = this.#clocks[step];
    if (other) for (const [lane, tick] of other.entries()) if (tick > (clock[lane] ?? 0)) clock[lane] = tick;
  }
}
