/** What a run in the queue of several servers asks for. */
import type { QueuedRun } from '../../store/cluster.ts';
import { sharing } from '../pass/pass-demand.ts';

/** Returns a run with what it asks for now: less if it may share cores. */
export function demandOf<R extends QueuedRun>(run: R): R {
  return run.shares ? sharing(run) : run;
}
