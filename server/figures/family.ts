/**
 * The figures of a family of runs, by mode: derived from the runs' results, for the page, its sentence and its JSON.
 * Pure.
 */
import type { Status } from '../protocol/facts.ts';
import { MODES, type Mode } from '../spec/modes.ts';
import type { FamilyPlan, Spec } from '../spec/spec.ts';
import { fitSerial } from './fit.ts';
import type { PassResult, RunResult } from './result.ts';
import { amdahl } from './speed-up.ts';
import { countOrders, type Order, type Spread, spreadOf } from './spread.ts';

/**
 * A run of a family. `number` counts from 1; in a sweep it is the number of workers. `createdAt` is when the run was
 * submitted, in ms since 1970.
 */
export type FamilyRun = {
  id: string;
  number: number;
  createdAt: number;
  result: RunResult;
  /** Of a run of one order: its mode, and its schedule. */
  order?: { mode: Mode; schedule: string };
};

/**
 * A family so far. `status` is null until it has ended. `runs` are those submitted so far, of `count` in all. `held`: why
 * the next one cannot be submitted yet, in a sentence.
 */
export type Family = FamilyPlan & {
  id: string;
  person: string;
  spec: Spec;
  createdAt: number;
  status: Status | null;
  held?: string;
  runs: FamilyRun[];
};

/**
 * A pass of a sweep: its speed-up over one worker, and that speed-up per worker. `workers` is the number that was asked
 * for; `active` is the number that could have work, which no more than the jobs can.
 */
export type SweepPoint = {
  workers: number;
  active: number;
  wallMs: number;
  factor: number | null;
  efficiency: number | null;
};

/**
 * The figures of one mode, from its completed passes. `missed` passes ended in another way, or were held up from
 * outside, and are not included.
 */
export type ModeFigures = {
  mode: Mode;
  times: { number: number; wallMs: number }[];
  missed: number;
  wall: Spread | null;
  /** The orders in which jobs ended, from passes with a complete log. */
  orders: Order[];
  /** For a sweep: a point for each of `times`, else empty. */
  points: SweepPoint[];
  /**
   * For a sweep: the number of cores, if the jobs computed, so that more workers than cores could not help. Null if
   * they mostly waited, or if that is not known.
   */
  cores: number | null;
  /**
   * For a sweep: the serial share that fits the points best, of those up to the number of jobs and of `cores`. Null if
   * there are not enough points, or if the fit contradicts what was measured.
   */
  serial: number | null;
};

/** Fewest numbers of workers that are fitted: any two lie on a curve of Amdahl's law. */
const FEWEST_FITTED = 3;
/** How many times as fast as the fit passes with more workers than cores may be. */
const TOLERANCE = 1.05;
/** From this share of the time of one worker on, its jobs count as computing: see `ModeFigures.cores`. */
const COMPUTING_SHARE = 0.5;

/** Returns how many runs of a family have ended without being stopped. */
export function finishedRuns({ runs }: Family): number {
  return runs.filter(({ result: { status } }) => status !== null && !isStopped(status)).length;
}

/** Reports whether a run with this status was stopped from outside: by a person, or with the server. */
function isStopped(status: Status): boolean {
  return status === 'cancelled' || status === 'interrupted';
}

/** Returns the figures of a family by mode. */
export function figuresOf({ kind, spec, runs }: Family): ModeFigures[] {
  return MODES.filter((mode) => spec.modes.includes(mode)).map((mode) => {
    const passes = runs.flatMap(({ number, result }) =>
      result.passes.filter((pass) => pass.mode === mode).map((pass) => ({ ...pass, number })),
    );
    const completed = passes.flatMap(({ status, wallMs, ...pass }) =>
      status === 'completed' && wallMs !== null && !pass.isHeldUp ? [{ ...pass, wallMs }] : [],
    );
    const times = completed.map(({ number, wallMs }) => ({ number, wallMs }));
    const ended = passes.filter(({ status }) => status !== null).length;
    return {
      mode,
      times,
      missed: ended - times.length,
      wall: spreadOf(times.map(({ wallMs }) => wallMs)),
      orders: countOrders(completed.map(({ order }) => order).filter((order) => order !== null)),
      ...(kind === 'sweep' ? sweepOf(completed, spec.jobs) : { points: [], cores: null, serial: null }),
    };
  });
}

/** Returns the most workers that can be of use: as many as the jobs, and if these compute, as the cores. */
export function mostUseful(jobs: number, { cores }: Pick<ModeFigures, 'cores'>): number {
  return Math.min(jobs, cores ?? jobs);
}

/** Returns the points of a sweep that the law is fitted to; none if they are too few. */
export function fittedPoints(
  { points, cores }: Pick<ModeFigures, 'points' | 'cores'>,
  jobs: number,
): SweepPoint[] {
  const within = points.filter(({ active }) => active <= mostUseful(jobs, { cores }));
  return new Set(within.map(({ active }) => active)).size < FEWEST_FITTED ? [] : within;
}

type Completed = Pick<PassResult, 'cpuMs' | 'cores'> & { number: number; wallMs: number };

function sweepOf(completed: Completed[], jobs: number): Pick<ModeFigures, 'points' | 'cores' | 'serial'> {
  const alone = completed.find(({ number }) => number === 1);
  const aloneMs = alone?.wallMs ?? 0;
  const points = completed.map(({ number: workers, wallMs }) => {
    const active = Math.min(workers, jobs);
    const factor = aloneMs > 0 && wallMs > 0 ? aloneMs / wallMs : null;
    return { workers, active, wallMs, factor, efficiency: factor === null ? null : factor / active };
  });
  const isComputing = alone !== undefined && (alone.cpuMs ?? 0) >= COMPUTING_SHARE * aloneMs;
  const cores = isComputing ? alone.cores : null;
  // More workers than jobs, or than cores to compute on, are no faster. That does not make any of the work serial.
  const useful = mostUseful(jobs, { cores });
  const within = fittedPoints({ points, cores }, jobs);
  const fitted = fitSerial(within.map(({ active, wallMs }) => ({ workers: active, wallMs })));
  const isAbove = ({ active, factor }: SweepPoint) =>
    fitted !== null && (factor ?? 0) > (active <= useful ? 1 / fitted : TOLERANCE * amdahl(fitted, useful));
  // A limit below what was measured is none.
  return { points, cores, serial: points.some(isAbove) ? null : fitted };
}
