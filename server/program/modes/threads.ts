/** In worker threads of main's process. */
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { emit } from '../emit.ts';
import type { Starter } from '../main.ts';
import { type Lane, Pool } from '../pool.ts';
import type { JobOutcome, PassSettings } from '../protocol.ts';
import { describe } from '../run-job.ts';

/** What a new thread is given. */
export type ThreadData = { settings: PassSettings; lane: number; job: number };
/** What main tells a thread of a pool: the next job, or null to end. */
export type ThreadOrder = { job: number | null };
/** What a thread tells main when a job has ended. */
export type ThreadReport = { job: number } & JobOutcome;

export function threads(_program: unknown, settings: PassSettings, parentPid: number): Starter {
  const open = async (lane: number, firstJob: number, daemon: boolean): Promise<Lane> => {
    const data: ThreadData = { settings, lane, job: firstJob };
    const worker = new Worker(new URL(import.meta.url), { workerData: data, name: `#${lane}` });
    emit({
      type: 'lane-started',
      lane,
      kind: 'thread',
      name: `#${lane}`,
      pid: process.pid,
      threadId: worker.threadId,
      parentPid,
      daemon,
    });

    let alive = true;
    let running: { job: number; settle: (outcome: JobOutcome) => void } | null = null;
    let thrown: string | null = null;
    const settle = (outcome: JobOutcome) => {
      running?.settle(outcome);
      running = null;
    };
    worker.on('message', (report: ThreadReport) => {
      if (report.job === running?.job) settle({ status: report.status, error: report.error });
    });
    worker.on('error', (error) => {
      thrown = describe(error);
    });
    const ended = new Promise<void>((resolve) => {
      worker.on('exit', (exitCode) => {
        alive = false;
        if (running) {
          // It ended with a job in hand: it said nothing itself, so main says it.
          const error = thrown ?? `The thread exited with code ${exitCode}.`;
          emit({ type: 'job-ended', lane, job: running.job, status: 'failed', error });
          emit({ type: 'lane-ended', lane, reason: thrown ? 'threw' : 'exited', exitCode, signal: null });
          settle({ status: 'failed', error });
        }
        resolve();
      });
    });

    let isFirst = true;
    return {
      lane,
      get alive() {
        return alive;
      },
      run: (job) =>
        new Promise((resolve) => {
          running = { job, settle: resolve };
          const order: ThreadOrder = { job };
          if (!isFirst) worker.postMessage(order);
          isFirst = false;
        }),
      close() {
        const order: ThreadOrder = { job: null };
        worker.postMessage(order);
      },
      ended,
    };
  };
  return new Pool(open, settings.slots ?? Number.POSITIVE_INFINITY, settings.reuse);
}
