/** On the event loop: jobs share main's thread, and each runs on until it waits. */
import type { Program } from '../api.ts';
import type { Starter } from '../main.ts';
import { type Lane, Pool } from '../pool.ts';
import type { PassSettings } from '../protocol.ts';
import { runJob } from '../run-job.ts';

export function eventLoop(program: Program, settings: PassSettings): Starter {
  /** A place on the loop, which holds a slot as a lane does. */
  const open = async (): Promise<Lane> => {
    const { promise: ended, resolve: close } = Promise.withResolvers<void>();
    return {
      lane: 0,
      alive: true,
      async run(job) {
        const outcome = await runJob(program, job, 0, settings);
        if (!settings.reuse) close();
        return outcome;
      },
      close,
      ended,
    };
  };
  return new Pool(open, settings.slots ?? Number.POSITIVE_INFINITY, settings.reuse);
}
