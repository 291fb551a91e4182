/**
 * The main lane: runs the program's `main`, or the standard one, with the mode's way of starting jobs, and then its
 * `check`, if it has one.
 */
import { CHECK_LINE_BYTES } from '../protocol/evidence.ts';
import type { Order } from '../protocol/orders.ts';
import type { Mode } from '../spec/modes.ts';
import type { LaneContext } from './api.ts';
import { Asker } from './asker.ts';
import { watchBlocking } from './blocking.ts';
import { runCheck } from './check.ts';
import { currentJob, hearOutput, redirectConsole, writeLog } from './console.ts';
import { emit } from './emit.ts';
import { watchExit } from './exits.ts';
import { Gathered } from './gathered.ts';
import type { Hub } from './hub.ts';
import { linesOf } from './line.ts';
import { newMemory } from './memory.ts';
import { eventLoop } from './modes/event-loop.ts';
import { type Orders, processes } from './modes/processes.ts';
import { sequential } from './modes/sequential.ts';
import { threads } from './modes/threads.ts';
import { ownHub } from './own-hub.ts';
import { loadProgram } from './run-job.ts';
import { runMain } from './run-main.ts';
import { describe } from './shown.ts';
import type { Starter } from './starter.ts';
import { watchTimers } from './timers.ts';
import { watchUncaught } from './uncaught.ts';

/** Main's side of the queue and the locks, and what begins to start jobs. */
type Connected = { asker: Asker; beginMode: (context: LaneContext) => Starter };

/**
 * Runs the pass. Rejects with what `main` threw. `fail` ends the process after an uncaught error, if the program cannot
 * be loaded, or if its `check` fails.
 */
export async function beginMain(
  order: Order & { type: 'begin-main' },
  orders: Orders,
  fail: (error: string) => never,
): Promise<void> {
  const { settings, bootMs, pid, parentPid } = order;
  const lines = linesOf(settings.program);
  const log = (text: string, line: number | undefined, stream: 'stdout' | 'stderr' = 'stderr') =>
    writeLog(0, null, stream, text, line);
  redirectConsole(0, settings.logBytes, lines);
  emit({
    type: 'lane-started',
    lane: 0,
    kind: 'main',
    name: 'main',
    pid,
    threadId: 0,
    parentPid,
    daemon: false,
    bootMs,
  });
  const running = new Set<number>();
  watchExit({ lane: 0, running, lines });
  const timers = watchTimers(0, lines, running);
  watchBlocking(0, settings.mode, lines);
  const program = await loadProgram(settings.program).catch((thrown) => {
    const error = lines.plain(describe(thrown));
    log(`The program cannot be loaded: ${error}`, lines.of(thrown));
    return fail(error);
  });
  emit({ type: 'lane-ready', lane: 0 });

  const { asker, beginMode } = connect();
  const memory = newMemory();
  const gathered = program.check ? new Gathered() : null;
  if (gathered) hearOutput((job, text) => gathered.add({ what: 'line', job, text }));
  const context: LaneContext = {
    lane: 0,
    name: 'main',
    pid,
    settings,
    program,
    memory,
    asker,
    lines,
    running,
    ...(gathered && { gather: (evidence) => gathered.add(evidence) }),
  };
  watchUncaught(context, timers, fail);
  await runMain(context, beginMode(context), timers, gathered ? () => check(gathered) : undefined);

  /** Runs the program's check on main's lane. Ends the process if it fails. */
  async function check(all: Gathered): Promise<void> {
    emit({ type: 'check-started' });
    hearOutput(() => {});
    if (all.isCut)
      log(`check is given only the first ${CHECK_LINE_BYTES / 1024} KiB of what was logged.`, undefined);
    const given = all.given(settings.jobs, memory);
    const failure = await currentJob.run('check', () => runCheck(program, given));
    if (failure === null) return;
    const error = `Check failed: ${describe(failure.thrown)}`;
    log(error, lines.of(failure.thrown));
    fail(error);
  }

  /** Connects main to the queue and the locks, and chooses how the mode starts jobs. */
  function connect(): Connected {
    const modes: Record<Mode, () => Connected> = {
      sequential: () => hubHere(sequential),
      'event-loop': () => hubHere(eventLoop),
      threads: () => hubHere((context, hub) => threads(context, hub, parentPid)),
      processes: hubInServer,
    };
    return modes[settings.mode]();
  }

  /** The queue and the locks are in the server: child processes and main ask through their pipes. */
  function hubInServer() {
    const asker = new Asker(0, (ask) => emit({ type: 'ask', ask }), lines);
    const otherOrders: Orders = (listener) =>
      orders((order) => {
        if (order.type === 'answer') asker.receiveAnswer(order.answer);
        else if (order.type === 'queue-state') asker.receiveState(order.state);
        else listener(order);
      });
    return { asker, beginMode: (context: LaneContext) => processes(context, otherOrders) };
  }

  /** The queue and the locks are in this process: main asks them directly, and threads ask main. */
  function hubHere(begin: (context: LaneContext, hub: Hub) => Starter) {
    let starter: Starter | null = null;
    const { hub, asker } = ownHub(lines, (state) => starter?.sendState?.(state));
    const beginMode = (context: LaneContext) => {
      starter = begin(context, hub);
      return starter;
    };
    return { asker, beginMode };
  }
}
