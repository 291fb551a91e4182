/**
 * The entry point of every process and thread of a pass. A process says hello and waits for its first order; a thread
 * is started with its order. Compiled once, when the server starts.
 */
import type { Order, PassSettings } from '../protocol/orders.ts';
import { nameOfLane } from '../spec/lanes.ts';
import type { LaneContext } from './api.ts';
import { Asker } from './asker.ts';
import { watchBlocking } from './blocking.ts';
import { isMainThread, parentPort, process, workerData } from './builtins.ts';
import { calibrate } from './compute.ts';
import { hearOutput, redirectConsole } from './console.ts';
import { emit } from './emit.ts';
import { exit } from './exit.ts';
import { watchExit } from './exits.ts';
import { ORDERED_FILE } from './files.ts';
import './graphics.ts';
import { reportLeftovers } from './leftovers.ts';
import { type Lines, linesOf } from './line.ts';
import { beginMain } from './main.ts';
import { newMemory } from './memory.ts';
import { lineReader } from './order-lines.ts';
import { rehearse } from './rehearsal.ts';
import { loadProgram, runJob } from './run-job.ts';
import { describe, outside } from './shown.ts';
import { beginThread } from './thread.ts';
import { watchTimers } from './timers.ts';
import { watchUncaught } from './uncaught.ts';

if (isMainThread || !parentPort) beginProcess();
else await beginThread(parentPort, workerData);

function beginProcess(): void {
  let listener: (order: Order) => void = begin;
  process.stdin.on(
    'data',
    lineReader((line) => listener(JSON.parse(line))),
  );
  // The server is gone, or wants this process to end.
  for (const end of ['end', 'error']) process.stdin.on(end, () => exit(1));
  process.on('beforeExit', () =>
    end(
      'threw',
      'Nothing keeps it running: the program has closed or paused its standard input, from which its orders come.',
    ),
  );
  emit({ type: 'hello' });

  function begin(order: Order): void {
    if (order.type === 'ping') emit({ type: 'hello' });
    if (order.type === 'rehearse') {
      const early: Order[] = [];
      listener = (order) => early.push(order);
      rehearse()
        .catch((error) => process.stderr.write(`${describe(error)}\n`))
        .finally(() => {
          emit({ type: 'hello' });
          listener = begin;
          for (const order of early) listener(order);
        });
    }
    if (order.type === 'calibrate') {
      emit({ type: 'calibrated', blocksPerSecond: calibrate() });
      exit(0);
    }
    if (order.type === 'begin-main') {
      listener = () => {};
      const orders = (listen: (order: Order) => void) => {
        listener = listen;
      };
      const ordered = order.settings.order;
      if (ordered) {
        // What is ordered while that is loaded must not be lost.
        const early: string[] = [];
        orders((order) => order.type === 'play' && early.push(order.schedule));
        const hear = (listen: (schedule: string) => void) => {
          orders((order) => order.type === 'play' && listen(order.schedule));
          for (const schedule of early) listen(schedule);
        };
        loadOrdered()
          .then(({ beginOrdered }) => beginOrdered(order, ordered, hear))
          .then(
            (error) => end(error === null ? 'returned' : 'threw', error),
            (error) => end('threw', failure(error, order.settings)),
          );
        return;
      }
      beginMain(order, orders, (error) => end('threw', error)).then(
        () => end('returned', null),
        (error) => end('threw', failure(error, order.settings)),
      );
    }
    if (order.type === 'begin-lane') {
      const lines = linesOf(order.settings.program);
      beginLane(order, lines).catch((error) => end('threw', describe(error), lines.of(error)));
    }
  }

  async function beginLane(
    { settings, pid, lane, job, queue }: Order & { type: 'begin-lane' },
    lines: Lines,
  ): Promise<void> {
    redirectConsole(lane, settings.logBytes, lines);
    const asker = new Asker(lane, (ask) => emit({ type: 'ask', ask }), lines);
    asker.receiveState(queue);
    listener = (order) => {
      if (order.type === 'answer') asker.receiveAnswer(order.answer);
      if (order.type === 'queue-state') asker.receiveState(order.state);
      if (order.type === 'run-job') void runJob(order.job, context);
      if (order.type === 'close-lane') close('returned');
    };
    const running = new Set<number>();
    const timers = watchTimers(lane, lines, running);
    watchBlocking(lane, settings.mode, lines);
    const program = await loadProgram(settings.program);
    const memory = newMemory();
    const name = nameOfLane(lane, job, settings.reuse);
    const gather: LaneContext['gather'] = program.check
      ? (evidence) => emit({ type: 'evidence', lane, evidence })
      : undefined;
    if (gather) hearOutput((job, text) => gather({ what: 'line', job, text }));
    const context: LaneContext = {
      ...{ lane, name, pid, settings, program },
      ...{ memory, asker, lines, running, gather },
    };
    const close = (reason: 'returned' | 'threw') => {
      reportLeftovers(context, timers);
      end(reason, null);
    };
    watchExit(context);
    watchUncaught(context, timers, () => end('threw', null));
    emit({ type: 'lane-ready', lane });
    const { status } = await runJob(job, context);
    if (!settings.reuse) close(status === 'failed' ? 'threw' : 'returned');
  }
}

/** Describes what main threw, or our code in its place. */
function failure(error: unknown, { program }: PassSettings): string {
  return `${describe(error)}${outside(error, linesOf(program).of(error))}`;
}

/** Loads what a scheduler of ours executes. */
function loadOrdered(): Promise<typeof import('./explore/begin.ts')> {
  return import(new URL(ORDERED_FILE, import.meta.url).href);
}

/**
 * Reports how the lane ended and what the system counted for this process, and exits. `line` is the line of the program
 * that `error` comes from.
 */
function end(reason: 'returned' | 'threw', error: string | null, line?: number): never {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  emit({
    type: 'bye',
    reason,
    error,
    line,
    cpuMs: (userCPUTime + systemCPUTime) / 1000,
    peakRssBytes: maxRSS * 1024,
  });
  exit(reason === 'returned' ? 0 : 1);
}
