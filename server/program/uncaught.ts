/** What nobody catches in a lane: told in the console, with its job and line, before it ends the process or thread. */
import process from 'node:process';
import type { LaneContext } from './api.ts';
import { currentJob, writeLog } from './console.ts';
import { emit } from './emit.ts';
import { describe } from './shown.ts';
import type { Timers } from './timers.ts';

/** Watches the lane, whose timers are `timers`; `end` is told what was thrown, once the job that threw it, if it is known, has failed. */
export function watchUncaught(context: LaneContext, timers: Timers, end: (error: string) => void): void {
  const { lane, running, lines } = context;

  /** The job that threw, or null for main; undefined where nobody knows. */
  function ownerOf(thrown: unknown): number | null | undefined {
    const [only, ...others] = running;
    const guess = others.length === 0 ? only : undefined;
    return [currentJob.getStore(), timers.ownerOf(thrown), guess].find((one) => one !== undefined);
  }

  // A program that listens itself has caught it.
  process.on('uncaughtException', (thrown) => {
    if (process.listenerCount('uncaughtException') === 1) tell(thrown);
  });
  // Thrown on, it would be wrapped in an error of the runtime's where it is none.
  process.on('unhandledRejection', (reason) => {
    if (process.listenerCount('unhandledRejection') > 1) return;
    if (process.listenerCount('uncaughtException') > 1) throw reason;
    tell(reason);
  });

  function tell(thrown: unknown): void {
    const owner = ownerOf(thrown);
    const job = owner ?? null;
    const error = describe(thrown);
    const line = lines.of(thrown);
    writeLog(lane, job, 'stderr', `${prefix(owner)}: ${error}`, line);
    if (job !== null && running.delete(job))
      emit({ type: 'job-ended', lane, job, status: 'failed', error, line });
    end(error);
  }

  function prefix(owner: number | null | undefined): string {
    if (typeof owner === 'number') return `Job ${owner} failed`;
    if (lane !== 0) return `Lane ${context.name} failed`;
    return owner === null ? 'Main failed' : 'Uncaught';
  }
}
