/** How long the runs of a family should take, before anything is measured. An estimate, to be told as one. Pure. */
import { MODE_TRAITS, type Mode } from '../spec/modes.ts';
import type { FamilyPlan, Spec } from '../spec/spec.ts';
import { type ExpectedPass, expectedMs } from './expect.ts';

/** What a pass takes beside its jobs' time, in ms: starting its program and its lanes. Measured with five lanes on two cores. */
const START_MS = 200;

/** What a family runs on: the server's limits, and how its program takes its time (`expectedMs`). */
export type Ground = {
  cores: number;
  maxProcesses: number;
  passSeconds: number;
  runSeconds: number;
  planOf?: ((plan: ExpectedPass) => number) | undefined;
};

/** About how many ms each run takes, in their order; `isCut` where one is planned to take longer than it may. */
export type PlannedTimes = { runsMs: number[]; isCut: boolean };

/** The spec of a family's run numbered `number`, from 1: in a sweep that is how many workers it has. */
export function specAt({ kind }: FamilyPlan, spec: Spec, number: number): Spec {
  return kind === 'sweep' ? { ...spec, workers: number } : spec;
}

/** The times of all runs of a family. Each pass, and each run, ends at its limit if not before. */
export function plannedTimes(family: FamilyPlan, spec: Spec, ground: Ground): PlannedTimes {
  const { passSeconds, runSeconds } = ground;
  let isCut = false;
  const upTo = (limitSeconds: number, ms: number) => {
    if (ms > limitSeconds * 1000) isCut = true;
    return Math.min(limitSeconds * 1000, ms);
  };
  const runMs = (own: Spec) =>
    upTo(runSeconds, sum(own.modes.map((mode) => START_MS + upTo(passSeconds, passMs(own, mode, ground)))));
  const runsMs =
    family.kind === 'sweep'
      ? Array.from({ length: family.count }, (_, i) => runMs(specAt(family, spec, i + 1)))
      : Array<number>(family.count).fill(runMs(spec));
  return { runsMs, isCut };
}

/** The mean of several plans of one family, with other seeds; cut where any is. */
export function meanTimes(all: readonly PlannedTimes[]): PlannedTimes {
  const count = all[0]?.runsMs.length ?? 0;
  const mean = (i: number) => sum(all.map(({ runsMs }) => runsMs[i] ?? 0)) / all.length;
  return { runsMs: Array.from({ length: count }, (_, i) => mean(i)), isCut: all.some(({ isCut }) => isCut) };
}

function passMs(spec: Spec, mode: Mode, { cores, maxProcesses, planOf }: Ground): number {
  const { workers, jobs } = spec;
  const lanes = MODE_TRAITS[mode].lane === 'process' ? Math.min(workers ?? jobs, maxProcesses) : workers;
  return expectedMs({ ...spec, modes: [mode], workers: lanes }, cores, planOf);
}

/** All of some figures together. */
export function sum(figures: readonly number[]): number {
  return figures.reduce((all, one) => all + one, 0);
}
