/** Uncaught errors of a lane: written to the console, with job and line, before they end the process or thread. */
import type { LaneContext } from './api.ts';
import { process } from './builtins.ts';
import { currentJob, jobOf, nameOf, type Owner, writeLog } from './console.ts';
import { emit } from './emit.ts';
import { describe, outside } from './shown.ts';
import type { Timers } from './timers.ts';

/**
 * Watches the lane and its `timers`. `end` is called with the error, after the job that threw it, if known, was
 * reported as failed.
 */
export function watchUncaught(context: LaneContext, timers: Timers, end: (error: string) => void): void {
  const { lane, running, lines } = context;

  /** Returns what threw; undefined if unknown. */
  function ownerOf(thrown: unknown): Owner | undefined {
    const [only, ...others] = running;
    const guess = others.length === 0 ? only : undefined;
    return [currentJob.getStore(), timers.ownerOf(thrown), guess].find((one) => one !== undefined);
  }

  // If the program listens too, it has caught the error.
  process.on('uncaughtException', (thrown) => {
    if (process.listenerCount('uncaughtException') === 1) report(thrown);
  });
  // Handled here, because the runtime would wrap a value that is not an error.
  process.on('unhandledRejection', (reason) => {
    if (process.listenerCount('unhandledRejection') > 1) return;
    if (process.listenerCount('uncaughtException') > 1) throw reason;
    report(reason);
  });

  function report(thrown: unknown): void {
    const owner = ownerOf(thrown);
    const job = jobOf(owner);
    const line = lines.of(thrown);
    const error = `${describe(thrown)}${outside(thrown, line)}`;
    writeLog(lane, job, 'stderr', `${prefix(owner)}: ${error}`, line);
    if (job !== null && running.delete(job))
      emit({ type: 'job-ended', lane, job, status: 'failed', error, line });
    end(owner === 'check' ? `${nameOf(owner)} failed: ${error}` : error);
  }

  function prefix(owner: Owner | undefined): string {
    if (typeof owner !== 'number' && lane !== 0) return `Uncaught in ${context.name}`;
    return owner === undefined ? 'Uncaught' : `${nameOf(owner)} failed`;
  }
}
