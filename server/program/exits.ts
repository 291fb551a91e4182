/** A job that ends its own process or thread, as with `process.exit`: told in the console, by its number, before it goes. */
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import type { LaneContext } from './api.ts';
import { currentJob, writeLog } from './console.ts';
import { emit } from './emit.ts';

/** Watches the lane. What ends it from outside, or after its last job, is not a job's doing. */
export function watchExit({ lane, running }: LaneContext): void {
  process.on('exit', (code) => {
    const job = currentJob.getStore();
    if (typeof job !== 'number' || !running.has(job)) return;
    const error = `It called process.exit: its ${isMainThread ? 'process' : 'thread'} exited with code ${code}.`;
    writeLog(lane, job, 'stderr', `Job ${job} failed: ${error}`, undefined);
    // Who waits for a lane of its own hears of the job's end with that of the lane: no job is to follow on it.
    if (lane === 0 && running.delete(job)) emit({ type: 'job-ended', lane, job, status: 'failed', error });
  });
}
