/** What nobody catches in a lane: told in the console, with its job and line, before it ends the process or thread. */
import process from 'node:process';
import type { LaneContext } from './api.ts';
import { currentJob, writeLog } from './console.ts';
import { emit } from './emit.ts';
import { describe } from './run-job.ts';

/** Watches the lane; `end` is told what was thrown, once the job that threw it, if it is known, has failed. */
export function watchUncaught(context: LaneContext, end: (error: string) => void): void {
  const { lane, running, lines } = context;
  process.on('uncaughtException', (thrown) => {
    // A program that listens itself has caught it.
    if (process.listenerCount('uncaughtException') > 1) return;
    // Beside main, a lane has one job at a time. On main's, what a timer throws may have lost its job on Deno.
    const [first] = running;
    const job = (lane === 0 ? currentJob.getStore() : first) ?? null;
    const error = describe(thrown);
    const line = lines.of(thrown);
    const who = job !== null ? `Job ${job}` : lane === 0 ? 'Main' : `Lane ${context.name}`;
    writeLog(lane, job, 'stderr', `${who} failed: ${error}`, line);
    if (job !== null && running.delete(job))
      emit({ type: 'job-ended', lane, job, status: 'failed', error, line });
    end(error);
  });
}
