/** A worker thread: runs its job and, in a pool, those that follow. */
import type { MessagePort } from 'node:worker_threads';
import type { LaneContext } from './api.ts';
import { Asker } from './asker.ts';
import { watchBlocking } from './blocking.ts';
import { hearOutput, redirectConsole } from './console.ts';
import { emit } from './emit.ts';
import { exit } from './exit.ts';
import { watchExit } from './exits.ts';
import { reportLeftovers } from './leftovers.ts';
import { linesOf } from './line.ts';
import type { ThreadData, ThreadOrder, ThreadReport } from './modes/threads.ts';
import { hasOwn } from './own.ts';
import { loadProgram, runJob } from './run-job.ts';
import { describe } from './shown.ts';
import { watchTimers } from './timers.ts';
import { watchUncaught } from './uncaught.ts';

/** Begins the lane described by `data`; `port` leads to main. */
export async function beginThread(
  port: MessagePort,
  { settings, lane, name, pid, memory, queue }: ThreadData,
): Promise<void> {
  const lines = linesOf(settings.program);
  redirectConsole(lane, settings.logBytes, lines);
  const post = port.postMessage.bind(port);
  const send = (report: ThreadReport) => post(report);
  const asker = new Asker(lane, (ask) => send({ ask }), lines);
  asker.receiveState(queue);
  /** Main reports the failure, because it also reports the lane's start, which the server may not have received yet. */
  function fail(error: unknown): never {
    send({ thrown: describe(error), line: lines.of(error) });
    exit(1);
  }
  const running = new Set<number>();
  const timers = watchTimers(lane, lines, running);
  watchBlocking(lane, settings.mode, lines);
  // On Deno, what arrives before somebody listens is lost: the order to run the job, if the program awaits as it loads.
  const early: ThreadOrder[] = [];
  let listener = (order: ThreadOrder): void => {
    early.push(order);
  };
  port.on('message', (order: ThreadOrder) => listener(order));
  const program = await loadProgram(settings.program).catch(fail);
  const gather: LaneContext['gather'] = program.check ? (evidence) => send({ evidence }) : undefined;
  if (gather) hearOutput((job, text) => gather({ what: 'line', job, text }));
  const context: LaneContext = { lane, name, pid, settings, program, memory, asker, lines, running, gather };
  watchExit(context);
  watchUncaught(context, timers, () => {
    emit({ type: 'lane-ended', lane, reason: 'threw', exitCode: 1, signal: null });
    exit(1);
  });
  let isReady = false;

  async function run(n: number): Promise<void> {
    const outcome = await runJob(n, context);
    send({ job: n, ...outcome });
    if (!settings.reuse) end(outcome.status === 'failed' ? 'threw' : 'returned');
  }
  function end(reason: 'returned' | 'threw'): never {
    reportLeftovers(context, timers);
    emit({ type: 'lane-ended', lane, reason, exitCode: null, signal: null });
    exit(0);
  }

  listener = (order) => {
    if (hasOwn(order, 'answer')) {
      asker.receiveAnswer(order.answer);
      return;
    }
    if (hasOwn(order, 'queue')) {
      asker.receiveState(order.queue);
      return;
    }
    // Main reports the lane before it sends the first order, so this fact cannot arrive before `lane-started`.
    if (!isReady) emit({ type: 'lane-ready', lane });
    isReady = true;
    if (order.job === null) end('returned');
    else void run(order.job);
  };
  for (const order of early) listener(order);
}
