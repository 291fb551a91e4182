/**
 * What is left on a lane when it ends: timers, and waits that were not awaited. A runtime would stay alive for them.
 * Here main and each job end with their function, so the rest is cut off, and the console says so.
 */
import { wanted } from '../protocol/wanted.ts';
import type { LaneContext } from './api.ts';
import { jobOf, nameOf, type Owner, writeLog } from './console.ts';
import type { Timers } from './timers.ts';
import { eachWaitUnderWay } from './waiting.ts';

/**
 * Writes to the console what main and the jobs of the lane have left, once per line of the program. Skips jobs that
 * have not ended: their own end is reported.
 */
export function reportLeftovers({ lane, running }: LaneContext, timers: Timers): void {
  const reported = new Set<string>();
  const report = (owner: Owner, what: string, line: number | undefined, text: string) => {
    const key = `${owner} ${what} ${line}`;
    const job = jobOf(owner);
    if ((job !== null && running.has(job)) || reported.has(key)) return;
    reported.add(key);
    writeLog(lane, job, 'stdout', `${nameOf(owner)} has ended; its ${text} is cut off.`, line);
  };
  timers.eachLeft((owner, line) => report(owner, 'timer', line, 'timer'));
  eachWaitUnderWay((wait, line) => {
    // The server reports main's waits, which are in its log.
    if (wait.job !== null) report(wait.job, wait.for, line, `wait for ${wanted(wait)}`);
  });
}
