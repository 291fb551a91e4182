/** On the event loop: jobs share main's thread, and each runs on until it waits. */
import type { Program } from '../api.ts';
import type { Starter } from '../main.ts';
import { Pool } from '../pool.ts';
import type { PassSettings } from '../protocol.ts';
import { runJob } from '../run-job.ts';

export function eventLoop(program: Program, settings: PassSettings): Starter {
  const open = async () => ({
    lane: 0,
    alive: true,
    run: (job: number) => runJob(program, job, 0, settings),
    close: () => {},
    ended: Promise.resolve(),
  });
  return new Pool(open, settings.slots ?? Number.POSITIVE_INFINITY, settings.reuse);
}
