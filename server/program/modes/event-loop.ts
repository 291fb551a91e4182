/** On the event loop: jobs share main's thread, and each runs until it waits. */
import type { LaneContext } from '../api.ts';
import { Pool, type WorkerLane } from '../pool.ts';
import { runJob } from '../run-job.ts';
import { later, type Starter } from '../starter.ts';

export function eventLoop(context: LaneContext): Starter {
  const { settings, name, pid } = context;
  /** Opens a place on the loop, which takes a slot of the pool as a lane does. */
  const open = async (): Promise<WorkerLane> => {
    const { promise: ended, resolve: close } = later<void>();
    return {
      name,
      pid,
      exitCode: null,
      alive: true,
      async run(job) {
        const outcome = await runJob(job, context);
        if (!settings.reuse) close();
        return outcome;
      },
      close,
      ended,
    };
  };
  return new Pool(open, settings.maxLanes ?? Number.POSITIVE_INFINITY, settings.reuse);
}
