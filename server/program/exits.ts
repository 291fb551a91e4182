/** A program that ends its own process or thread, as with `process.exit`: told in the console, with job and line, before it goes. */
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import type { LaneContext } from './api.ts';
import { currentJob, writeLog } from './console.ts';
import { emit } from './emit.ts';

/** Watches the lane. What ends it from outside, or after its last job, is not the program's doing. */
export function watchExit({ lane, running, lines }: Pick<LaneContext, 'lane' | 'running' | 'lines'>): void {
  process.on('exit', (code) => {
    const job = currentJob.getStore() ?? null;
    // Who calls `process.exit` is still on the stack; what ends the lane in order is not the program.
    const line = lines.of(new Error());
    if (job === null ? lane !== 0 || line === undefined : !running.has(job)) return;
    const error = `It called process.exit: its ${isMainThread ? 'process' : 'thread'} exited with code ${code}.`;
    writeLog(lane, job, 'stderr', `${job === null ? 'Main' : `Job ${job}`} failed: ${error}`, line);
    // Who waits for a lane of its own hears of the job's end with that of the lane: no job is to follow on it.
    if (lane === 0 && job !== null && running.delete(job))
      emit({ type: 'job-ended', lane, job, status: 'failed', error, line });
  });
}
