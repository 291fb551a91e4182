/** What nobody catches in a lane: told in the console, with its job and line, before it ends the process or thread. */
import process from 'node:process';
import type { LaneContext } from './api.ts';
import { currentJob, writeLog } from './console.ts';
import { emit } from './emit.ts';
import { describe } from './run-job.ts';
import type { Timers } from './timers.ts';

/**
 * Watches the lane; `end` is told what was thrown, once the job that threw it, if it is known, has failed. `timers` are
 * those of main's thread, where several jobs may be under way; any other lane has one at a time.
 */
export function watchUncaught(context: LaneContext, end: (error: string) => void, timers?: Timers): void {
  const { lane, running, lines } = context;

  /** The job that threw, or null for main; undefined where nobody knows. */
  function ownerOf(thrown: unknown): number | null | undefined {
    const [only, ...others] = running;
    if (!timers) return only;
    const guess = others.length === 0 ? only : undefined;
    return [currentJob.getStore(), timers.ownerOf(thrown), guess].find((one) => one !== undefined);
  }

  process.on('uncaughtException', (thrown) => {
    // A program that listens itself has caught it.
    if (process.listenerCount('uncaughtException') > 1) return;
    const owner = ownerOf(thrown);
    const job = owner ?? null;
    const error = describe(thrown);
    const line = lines.of(thrown);
    writeLog(lane, job, 'stderr', `${prefix(owner)}: ${error}`, line);
    if (job !== null && running.delete(job))
      emit({ type: 'job-ended', lane, job, status: 'failed', error, line });
    end(error);
  });

  function prefix(owner: number | null | undefined): string {
    if (typeof owner === 'number') return `Job ${owner} failed`;
    if (lane !== 0) return `Lane ${context.name} failed`;
    return owner === null ? 'Main failed' : 'Uncaught';
  }
}
