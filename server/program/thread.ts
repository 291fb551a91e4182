/** A worker thread: runs its job, and in a pool those that follow. */
import process from 'node:process';
import type { MessagePort } from 'node:worker_threads';
import type { LaneContext } from './api.ts';
import { Asker } from './asker.ts';
import { redirectConsole } from './console.ts';
import { emit } from './emit.ts';
import { watchExit } from './exits.ts';
import { reportLeftovers } from './leftovers.ts';
import { linesOf } from './line.ts';
import type { ThreadData, ThreadOrder, ThreadReport } from './modes/threads.ts';
import { loadProgram, runJob } from './run-job.ts';
import { describe } from './shown.ts';
import { watchTimers } from './timers.ts';
import { watchUncaught } from './uncaught.ts';

/** Begins the lane that `data` describes; `port` leads to main. */
export async function beginThread(
  port: MessagePort,
  { settings, lane, memory, queue }: ThreadData,
): Promise<void> {
  const lines = linesOf(settings.program);
  redirectConsole(lane, settings.logBytes, lines);
  const tell = (report: ThreadReport) => port.postMessage(report);
  const asker = new Asker(lane, (ask) => tell({ ask }), lines);
  asker.heard(queue);
  /** Main tells of it: of a thread that never ran a job nobody may know yet. */
  function fail(error: unknown): never {
    tell({ thrown: describe(error), line: lines.of(error) });
    process.exit(1);
  }
  const program = await loadProgram(settings.program).catch(fail);
  const running = new Set<number>();
  const context: LaneContext = { lane, name: `#${lane}`, settings, program, memory, asker, lines, running };
  const timers = watchTimers(lines);
  watchExit(context);
  watchUncaught(context, timers, () => {
    emit({ type: 'lane-ended', lane, reason: 'threw', exitCode: 1, signal: null });
    process.exit(1);
  });
  let isReady = false;

  async function run(n: number): Promise<void> {
    const outcome = await runJob(n, context);
    tell({ job: n, ...outcome });
    if (!settings.reuse) end(outcome.status === 'failed' ? 'threw' : 'returned');
  }
  function end(reason: 'returned' | 'threw'): never {
    reportLeftovers(context, timers);
    emit({ type: 'lane-ended', lane, reason, exitCode: null, signal: null });
    process.exit(0);
  }

  port.on('message', (order: ThreadOrder) => {
    if ('answer' in order) {
      asker.answered(order.answer);
      return;
    }
    if ('queue' in order) {
      asker.heard(order.queue);
      return;
    }
    // Main has told of this lane before it sends an order: nothing is heard of a lane that nobody knows.
    if (!isReady) emit({ type: 'lane-ready', lane });
    isReady = true;
    if (order.job === null) end('returned');
    else void run(order.job);
  });
}
