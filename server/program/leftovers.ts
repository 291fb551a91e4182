/**
 * What is left on a lane when it ends: timers, and waits that were not awaited. A runtime would stay alive for them.
 * Here main and each job end with their function, so the rest is cut off, and the console says so.
 */

import { wanted } from '../protocol/wanted.ts';
import type { LaneContext } from './api.ts';
import { writeLog } from './console.ts';
import type { Timers } from './timers.ts';
import { eachWaitUnderWay } from './waiting.ts';

/**
 * Writes to the console what main and the jobs of the lane have left, once per line of the program. Skips jobs that
 * have not ended: their own end is reported.
 */
export function reportLeftovers({ lane, running }: LaneContext, timers: Timers): void {
  const reported = new Set<string>();
  const report = (job: number | null, what: string, line: number | undefined, text: string) => {
    const key = `${job} ${what} ${line}`;
    if ((job !== null && running.has(job)) || reported.has(key)) return;
    reported.add(key);
    const owner = job === null ? 'Main' : `Job ${job}`;
    writeLog(lane, job, 'stdout', `${owner} has ended; its ${text} is cut off.`, line);
  };
  timers.eachLeft((job, line) => report(job, 'timer', line, 'timer'));
  eachWaitUnderWay((wait, line) => {
    // The server reports main's waits, which are in its log.
    if (wait.job !== null) report(wait.job, wait.for, line, `wait for ${wanted(wait)}`);
  });
}
