/** One by one: `start` runs the job on main's own thread, to its end, before it returns. */
import type { LaneContext } from '../api.ts';
import { runJob } from '../run-job.ts';
import type { Starter } from '../starter.ts';

export function sequential(context: LaneContext): Starter {
  /** The end of the last job that was started. No job begins before it, even if main does not await `start`. */
  let last: Promise<unknown> | null = null;
  return {
    async start(job) {
      const before = last;
      const ended = (async () => {
        await before;
        return runJob(job, context);
      })();
      last = ended;
      await ended;
      const { name, pid } = context;
      return { job, name, pid, running: false, exitCode: null, ended };
    },
    drain: async () => {
      for (let seen: unknown = null; seen !== last; await seen) seen = last;
    },
  };
}
