/** The planned length of a run and of a family's runs, before anything is measured. An estimate, to be shown as one. */
import { type LaneLimits, lanesOf } from '../spec/lanes.ts';
import { hasWorkers, type Mode } from '../spec/modes.ts';
import type { FamilyPlan, Spec } from '../spec/spec.ts';
import { type ExpectedPass, expectedMs } from './expect.ts';

/**
 * What a pass takes besides its jobs' time, in ms: starting its program and its lanes. Measured with five lanes on two
 * cores.
 */
const START_MS = 200;

/**
 * What a family runs on: the server's cores and limits, and a model of how its program takes its time (see
 * `expectedMs`).
 */
export type Capacity = LaneLimits & {
  cores: number;
  passSeconds: number;
  runSeconds: number;
  planOf?: ((plan: ExpectedPass) => number) | undefined;
};

/** About how many ms each run takes, in order. `isCut`: a run or a pass is planned to exceed its limit. */
export type PlannedTimes = { runsMs: number[]; isCut: boolean };

/** About how long a pass would take without a limit, its start included. */
export type PlannedPass = { mode: Mode; ms: number };

/** Returns the plan of each pass of a run. */
export function plannedPasses(spec: Spec, capacity: Capacity): PlannedPass[] {
  return spec.modes.map((mode) => ({ mode, ms: START_MS + passMs(spec, mode, capacity) }));
}

/**
 * Returns the spec of run `number` of a family, counted from 1: in a sweep, the number of workers; on every runtime, the
 * place of its runtime.
 */
export function specAt({ kind }: FamilyPlan, spec: Spec, number: number): Spec {
  if (kind === 'sweep') return { ...spec, workers: number };
  const { everyRuntime = [], ...rest } = spec;
  return kind === 'runtimes' ? { ...rest, runtime: everyRuntime[number - 1] ?? spec.runtime } : spec;
}

/** Returns the planned times of all runs of a family. Each pass and each run ends at its limit at the latest. */
export function plannedTimes(family: FamilyPlan, spec: Spec, capacity: Capacity): PlannedTimes {
  const { passSeconds, runSeconds } = capacity;
  let isCut = false;
  const upTo = (limitSeconds: number, ms: number) => {
    if (ms > limitSeconds * 1000) isCut = true;
    return Math.min(limitSeconds * 1000, ms);
  };
  const runMs = (runSpec: Spec) =>
    upTo(
      runSeconds,
      sum(runSpec.modes.map((mode) => START_MS + upTo(passSeconds, passMs(runSpec, mode, capacity)))),
    );
  const runsMs =
    family.kind === 'sweep' || family.kind === 'runtimes'
      ? Array.from({ length: family.count }, (_, i) => runMs(specAt(family, spec, i + 1)))
      : Array<number>(family.count).fill(runMs(spec));
  return { runsMs, isCut };
}

/** Returns the mean of several plans of one family with different seeds; cut if any of them is. */
export function meanTimes(all: readonly PlannedTimes[]): PlannedTimes {
  const count = all[0]?.runsMs.length ?? 0;
  const mean = (i: number) => sum(all.map(({ runsMs }) => runsMs[i] ?? 0)) / all.length;
  return { runsMs: Array.from({ length: count }, (_, i) => mean(i)), isCut: all.some(({ isCut }) => isCut) };
}

function passMs(spec: Spec, mode: Mode, { cores, planOf, ...limits }: Capacity): number {
  const workers = hasWorkers(mode) ? lanesOf(mode, spec, limits) : spec.workers;
  return expectedMs({ ...spec, modes: [mode], workers }, cores, planOf);
}

/** Returns the sum of some figures. */
export function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
