/** One by one: `start` runs the job on main's own thread, to its end, before it returns. */
import type { Program } from '../api.ts';
import type { Starter } from '../main.ts';
import type { PassSettings } from '../protocol.ts';
import { runJob } from '../run-job.ts';

export function sequential(program: Program, settings: PassSettings): Starter {
  return {
    async start(job) {
      const outcome = await runJob(program, job, 0, settings);
      return { job, lane: 0, running: false, ended: Promise.resolve(outcome) };
    },
    drain: async () => {},
  };
}
