/** What a pass asks admission for: what this pass needs, by its mode and its lanes. */
import { expectedMs } from '../../figures/expect.ts';
import type { CatalogueEntry } from '../../lessons/catalogue.ts';
import type { Settings } from '../../settings.ts';
import { lanesOf, limitsOf, orderedMib, passMib } from '../../spec/lanes.ts';
import { MODE_TRAITS, type Mode } from '../../spec/modes.ts';
import type { Spec } from '../../spec/spec.ts';
import type { Demand } from '../admission/admission.ts';

/** Cores that a process, or a thread, of a pass that only waits counts as until its share is measured: it has to start. */
const START_CORES = { process: 0.05, thread: 0.02 };
/** Cores of a pass that computes, for each that it is charged if it may share them. */
const SHARED_CORES = 4;
/** From how many other runs on, for each core, a run is in a crowd; and from how many processes on a pass is one itself. */
const CROWD = { runs: 2, processes: 4 };
/** Time that a pass takes beside what its jobs do, in ms. */
const START_MS = 500;

/** Server-wide numbers that a demand depends on. */
type DemandSettings = Pick<Settings, 'CORES' | 'MAX_PROCESSES' | 'MEMORY_MIB' | 'PASS_SECONDS'>;

/**
 * Returns for how long a run has the whole machine to itself, in ms, if its passes compute: a pass on one of two cores
 * counts half. Null if they only wait, so that others run beside them.
 */
export function machineMs(
  spec: Spec,
  settings: DemandSettings,
  passSeconds?: CatalogueEntry['passSeconds'],
): number | null {
  if (spec.work === 'wait') return null;
  const passes = passDemands(spec, settings, passSeconds);
  return passes.reduce((sum, { needs, lastsMs }) => sum + (lastsMs * needs) / settings.CORES, 0);
}

/** Returns what each pass of `spec` asks for. */
export function passDemands(
  spec: Spec,
  settings: DemandSettings,
  passSeconds?: CatalogueEntry['passSeconds'],
): Demand[] {
  return spec.modes.map((mode) => passDemand(spec, mode, settings, { passSeconds }));
}

/** Returns what the pass of `spec` in `mode` asks for. `shares`: whether it may share cores although it computes. */
export function passDemand(
  spec: Spec,
  mode: Mode,
  settings: DemandSettings,
  { shares = false, passSeconds }: { shares?: boolean; passSeconds?: CatalogueEntry['passSeconds'] } = {},
): Demand {
  const lanes = lanesOf(mode, spec, limitsOf(settings));
  const plannedMs =
    START_MS +
    expectedMs({ ...spec, modes: [mode], workers: lanes || spec.workers }, settings.CORES, passSeconds);
  // A machine that has less runs it alone.
  const ordered = Math.min(orderedMib(lanes), settings.MEMORY_MIB);
  const memoryMib = spec.explore || spec.schedule ? ordered : passMib(mode, lanes);
  const mostMs = settings.PASS_SECONDS * 1000;
  // Lanes take turns, so that a search keeps one core busy, for as long as there are orders to try.
  if (spec.explore) return { cores: 1, memoryMib, needs: 0, isExclusive: false, lastsMs: mostMs };
  const lastsMs = Math.min(plannedMs, mostMs);
  if (spec.work === 'wait') {
    const { lane } = MODE_TRAITS[mode];
    const starting = START_CORES.process + (lane === 'main' ? 0 : lanes * START_CORES[lane]);
    const cores = Math.min(starting, settings.CORES);
    return { cores, memoryMib, needs: 0, isExclusive: false, lastsMs };
  }
  const needs = Math.min(Math.max(1, lanes), settings.CORES);
  const demand = { cores: needs, memoryMib, needs, isExclusive: true, lastsMs };
  return shares ? sharing(demand) : demand;
}

/** Returns what a pass asks for that may share cores although it computes. */
export function sharing<D extends Demand>(demand: D): D {
  if (demand.needs === 0) return demand;
  return { ...demand, cores: demand.needs / SHARED_CORES, isExclusive: false };
}

/** Reports whether so many other runs are under way that the server would have to wait for cores if it did not go first. */
export function isCrowd({ CORES }: Pick<Settings, 'CORES'>, otherRuns: number): boolean {
  return otherRuns >= CROWD.runs * CORES;
}

/**
 * Reports whether the processes of a pass are to give way to the server: if they only wait, and are many, with those of
 * others. How fast a pass computes is its point, so it has the usual priority.
 */
export function isOneOfMany(spec: Spec, mode: Mode, settings: DemandSettings, otherRuns: number): boolean {
  if (spec.work !== 'wait' || spec.explore) return false;
  const processes = MODE_TRAITS[mode].lane === 'process' ? lanesOf(mode, spec, limitsOf(settings)) : 1;
  return isCrowd(settings, otherRuns) || areMany(processes, settings.CORES);
}

/**
 * Reports whether so many processes of a pass are under way that they are to give way to the server if they only wait. Of
 * a program that somebody wrote, it is not known what they do.
 */
export function areMany(processes: number, cores: number, isSandboxed = false): boolean {
  return processes > (isSandboxed ? 1 : CROWD.processes) * cores;
}
