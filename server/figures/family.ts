/**
 * The figures of a family of runs, by mode: derived from the runs' results, for the page, its sentence and its JSON.
 * Pure.
 */
import type { Status } from '../protocol/facts.ts';
import { MODES, type Mode } from '../spec/modes.ts';
import type { FamilyPlan, Spec } from '../spec/spec.ts';
import { fitSerial } from './fit.ts';
import type { RunResult } from './result.ts';
import { countOrders, type Order, type Spread, spreadOf } from './spread.ts';

/**
 * A run of a family. `number` counts from 1; in a sweep it is the number of workers. `createdAt` is when the run was
 * submitted, in ms since 1970.
 */
export type FamilyRun = { id: string; number: number; createdAt: number; result: RunResult };

/** A family so far. `status` is null until it has ended. `runs` are those submitted so far, of `count` in all. */
export type Family = FamilyPlan & {
  id: string;
  person: string;
  spec: Spec;
  createdAt: number;
  status: Status | null;
  runs: FamilyRun[];
};

/** A pass of a sweep: its speed-up over one worker, and that speed-up per worker. */
export type SweepPoint = {
  workers: number;
  wallMs: number;
  factor: number | null;
  efficiency: number | null;
};

/** The figures of one mode, from its completed passes. `missed` passes ended in another way and are not included. */
export type ModeFigures = {
  mode: Mode;
  times: { number: number; wallMs: number }[];
  missed: number;
  wall: Spread | null;
  /** Of the passes whose log is whole. */
  orders: Order[];
  /** For a sweep: a point for each of `times`, and the serial share that fits them best; null if none can be fitted. */
  points: SweepPoint[];
  serial: number | null;
};

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
    const completed = passes.flatMap(({ status, wallMs, number, order }) =>
      status === 'completed' && wallMs !== null ? [{ number, wallMs, order }] : [],
    );
    const times = completed.map(({ number, wallMs }) => ({ number, wallMs }));
    const ended = passes.filter(({ status }) => status !== null).length;
    return {
      mode,
      times,
      missed: ended - times.length,
      wall: spreadOf(times.map(({ wallMs }) => wallMs)),
      orders: countOrders(completed.map(({ order }) => order).filter((order) => order !== null)),
      ...(kind === 'sweep' ? sweepOf(times, spec.jobs) : { points: [], serial: null }),
    };
  });
}

function sweepOf(times: ModeFigures['times'], jobs: number): Pick<ModeFigures, 'points' | 'serial'> {
  const aloneMs = times.find(({ number }) => number === 1)?.wallMs ?? 0;
  const points = times.map(({ number: workers, wallMs }) => {
    const factor = aloneMs > 0 && wallMs > 0 ? aloneMs / wallMs : null;
    return { workers, wallMs, factor, efficiency: factor === null ? null : factor / workers };
  });
  // Workers beyond the number of jobs have nothing to do; that does not make any of the work serial.
  const serial = fitSerial(times.map(({ number, wallMs }) => ({ workers: Math.min(number, jobs), wallMs })));
  return { points, serial };
}
