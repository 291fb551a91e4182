/** How many lanes the jobs of a pass get beside main, how they are named, and what memory their runtime takes. */
import { MODE_TRAITS, type Mode } from './modes.ts';
import type { Spec } from './spec.ts';

/** What limits the lanes of every pass: see `MAX_PROCESSES` and `MEMORY_MIB` in settings.ts. */
export type LaneLimits = { maxProcesses: number; memoryMib: number };

/** Returns the limits that a server's settings set. */
export function limitsOf(settings: { MAX_PROCESSES: number; MEMORY_MIB: number }): LaneLimits {
  return { maxProcesses: settings.MAX_PROCESSES, memoryMib: settings.MEMORY_MIB };
}

/**
 * Returns the name of a lane beside main. A lane that runs a single job is named after it, `job 0`; in a pool, where a
 * lane runs several jobs, it is `worker 1`. `lane` counts from 1.
 */
export function nameOfLane(lane: number, job: number, isPool: boolean): string {
  return isPool ? `worker ${lane}` : `job ${job}`;
}

/** A pool that jobs share although the spec asks for more lanes: `memoryMib`, the server's limit, fits no more. */
export type MemoryPool = { lanes: number; memoryMib: number };

/** Memory of a program process without jobs, and of a thread in it, in MiB; measured on both runtimes, rounded up. */
export const PROCESS_MIB = 56;
const THREAD_MIB = 12;

const LANE_MIB = { main: 0, thread: THREAD_MIB, process: PROCESS_MIB };

/** Returns the memory that the runtime itself takes in a pass with that many lanes beside main, in MiB. */
export function passMib(mode: Mode, lanes: number): number {
  return PROCESS_MIB + lanes * LANE_MIB[MODE_TRAITS[mode].lane];
}

/**
 * Memory of a thread whose steps a scheduler of ours puts in order, in MiB: it executes the program thousands of times.
 * Measured with five and six threads on both runtimes, rounded up.
 */
const ORDERED_MIB = 36;

/** Returns what a pass takes whose steps are put in order, with that many lanes beside main, which then is a thread, too. */
export function orderedMib(lanes: number): number {
  return PROCESS_MIB + (1 + lanes) * ORDERED_MIB;
}

/** Returns how many lanes fit beside main; infinite if the mode has none. Less than 1 if a pass does not fit at all. */
export function lanesThatFit(mode: Mode, memoryMib: number): number {
  const laneMib = LANE_MIB[MODE_TRAITS[mode].lane];
  return laneMib === 0 ? Number.POSITIVE_INFINITY : Math.floor((memoryMib - PROCESS_MIB) / laneMib);
}

/** Returns the most lanes that a pass has at once beside main; 0 if the mode has none. */
export function lanesOf(
  mode: Mode,
  { jobs, workers }: Pick<Spec, 'jobs' | 'workers'>,
  limits: LaneLimits,
): number {
  const { lane } = MODE_TRAITS[mode];
  if (lane === 'main') return 0;
  const most = lane === 'process' ? limits.maxProcesses : Number.POSITIVE_INFINITY;
  return Math.min(jobs, workers ?? jobs, most, lanesThatFit(mode, limits.memoryMib));
}

/** Returns the pool that the jobs of a pass share if memory is short; null if memory is not what limits its lanes. */
export function memoryPool(
  mode: Mode,
  spec: Pick<Spec, 'jobs' | 'workers'>,
  limits: LaneLimits,
): MemoryPool | null {
  const lanes = lanesOf(mode, spec, limits);
  const isLimited = lanes < lanesOf(mode, spec, { ...limits, memoryMib: Number.POSITIVE_INFINITY });
  return isLimited ? { lanes, memoryMib: limits.memoryMib } : null;
}
