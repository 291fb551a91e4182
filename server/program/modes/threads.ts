/** In worker threads of main's process. */
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { emit, now } from '../emit.ts';
import type { Starter } from '../main.ts';
import { type Lane, Pool } from '../pool.ts';
import type { JobOutcome, PassSettings } from '../protocol.ts';
import { describe } from '../run-job.ts';

/** What a new thread is given. */
export type ThreadData = { settings: PassSettings; lane: number };
/** What main tells a thread: the next job, or null to end. */
export type ThreadOrder = { job: number | null };
/** What a thread tells main when a job has ended. */
export type ThreadReport = { job: number } & JobOutcome;

export function threads(_program: unknown, settings: PassSettings, parentPid: number): Starter {
  const open = async (lane: number, _job: number, daemon: boolean): Promise<Lane> => {
    const data: ThreadData = { settings, lane };
    const name = `#${lane}`;
    // Deno's constructor takes its time, and that is part of what a thread costs.
    const startedAt = now();
    const worker = new Worker(new URL(import.meta.url), { workerData: data, name });
    const { threadId } = worker;
    const { pid } = process;
    emit({ type: 'lane-started', lane, kind: 'thread', name, pid, threadId, parentPid, daemon }, startedAt);

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
        const error = thrown ?? `The thread exited with code ${exitCode}.`;
        if (running) emit({ type: 'job-ended', lane, job: running.job, status: 'failed', error });
        // Of a thread that said so itself as it returned, the server takes no second end.
        emit({ type: 'lane-ended', lane, reason: thrown ? 'threw' : 'exited', exitCode, signal: null });
        settle({ status: 'failed', error });
        resolve();
      });
    });

    return {
      lane,
      get alive() {
        return alive;
      },
      run: (job) =>
        new Promise((resolve) => {
          running = { job, settle: resolve };
          const order: ThreadOrder = { job };
          worker.postMessage(order);
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
