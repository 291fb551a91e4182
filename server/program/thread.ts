/** A worker thread: runs its job, and in a pool those that follow. */
import process from 'node:process';
import type { MessagePort } from 'node:worker_threads';
import { redirectConsole } from './console.ts';
import { emit } from './emit.ts';
import type { ThreadData, ThreadOrder, ThreadReport } from './modes/threads.ts';
import { loadProgram, runJob } from './run-job.ts';

/** Begins the lane that `data` describes; `port` leads to main. */
export async function beginThread(port: MessagePort, { settings, lane }: ThreadData): Promise<void> {
  redirectConsole(lane, settings.logBytes);
  const program = await loadProgram(settings.program);
  let isReady = false;

  async function run(n: number): Promise<void> {
    const report: ThreadReport = { job: n, ...(await runJob(program, n, lane, settings)) };
    port.postMessage(report);
    if (!settings.reuse) end();
  }
  function end(): never {
    emit({ type: 'lane-ended', lane, reason: 'returned', exitCode: null, signal: null });
    // Whatever timers or handles the job left behind do not keep its thread.
    process.exit(0);
  }

  port.on('message', (order: ThreadOrder) => {
    // Main has told of this lane before it sends an order: nothing is heard of a lane that nobody knows.
    if (!isReady) emit({ type: 'lane-ready', lane });
    isReady = true;
    if (order.job === null) end();
    else void run(order.job);
  });
}
