/** What every lane of a pass is started with: see `PassSettings`. */
import type { CompiledProgram } from '../../programs/programs.ts';
import type { Settings } from '../../settings.ts';
import type { MemoryPool } from '../../spec/lanes.ts';
import { MODE_TRAITS, type Mode } from '../../spec/modes.ts';
import type { Spec } from '../../spec/spec.ts';
import type { PassOptions } from './pass-plan.ts';

/** How much of a pass's time a search may take: the rest is for replaying what it has found. */
const SEARCH_SHARE = 0.7;

/** Returns what every lane of a pass needs, but for its program. */
export function passSettings(
  spec: Spec,
  mode: Mode,
  settings: Settings,
  blocksPerSecond: number,
  pool: MemoryPool | null,
  { hasState = true, isScript = false }: CompiledProgram,
): PassOptions['settings'] {
  const { jobs, minSeconds, maxSeconds, work, seed } = spec;
  const workers = pool?.lanes ?? spec.workers;
  const bound = MODE_TRAITS[mode].lane === 'process' ? settings.MAX_PROCESSES : null;
  const maxLanes = workers !== null && bound !== null ? Math.min(workers, bound) : (workers ?? bound);
  const reuse = workers !== null;
  const logBytes = settings.LOG_BYTES;
  const order = orderOf(spec, settings, hasState);
  return {
    mode,
    jobs,
    minSeconds,
    maxSeconds,
    work,
    seed,
    blocksPerSecond,
    ...(isScript ? { script: true, maxLanes: null, reuse: false } : { maxLanes, reuse }),
    logBytes,
    ...(order && { order }),
    ...(order && spec.sleepsInOrder && { sleepsInOrder: true }),
  };
}

/** Returns what a scheduler of ours is to execute; null if the operating system schedules. */
function orderOf(
  { explore, schedule }: Spec,
  { PASS_SECONDS }: Settings,
  reloads: boolean,
): PassOptions['settings']['order'] | null {
  const limitMs = SEARCH_SHARE * PASS_SECONDS * 1000;
  if (explore) return { kind: 'search', bounds: explore, reloads, limitMs };
  return schedule ? { kind: 'schedule', schedule, isQuiet: false } : null;
}
