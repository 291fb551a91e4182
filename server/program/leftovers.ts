/**
 * What is left on a lane when it ends: timers, and waits that nobody awaited. A runtime would stay for them; here the
 * program is its main and its jobs, and each of those is its function. So they are cut off, and the console says so.
 */
import type { LaneContext } from './api.ts';
import { writeLog } from './console.ts';
import type { Timers } from './timers.ts';
import { waitsUnderWay } from './waiting.ts';

/** Tells what main and the jobs of the lane have left, once for a line. Of a job that has not ended, its own end tells. */
export function reportLeftovers({ lane, running }: LaneContext, timers: Timers): void {
  const told = new Set<string>();
  const tell = (job: number | null, what: string, line: number | undefined, text: string) => {
    const key = `${job} ${what} ${line}`;
    if ((job !== null && running.has(job)) || told.has(key)) return;
    told.add(key);
    const who = job === null ? 'Main' : `Job ${job}`;
    writeLog(lane, job, 'stdout', `${who} has ended; its ${text} is cut off.`, line);
  };
  for (const { job, line } of timers.left()) tell(job, 'timer', line, 'timer');
  for (const [wait, line] of waitsUnderWay()) {
    const on = wait.for === 'lock' ? `lock ${wait.on}` : wait.on;
    // Of main's waits the server tells, in whose log they are.
    if (wait.job !== null) tell(wait.job, wait.for, line, `wait for ${on}`);
  }
}
