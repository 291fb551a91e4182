/** One by one: `start` runs the job on main's own thread, to its end, before it returns. */
import process from 'node:process';
import type { LaneContext } from '../api.ts';
import type { Starter } from '../main.ts';
import { runJob } from '../run-job.ts';

export function sequential(context: LaneContext): Starter {
  return {
    async start(job) {
      const outcome = await runJob(job, context);
      const { name } = context;
      return { job, name, pid: process.pid, running: false, exitCode: null, ended: Promise.resolve(outcome) };
    },
    drain: async () => {},
  };
}
