/** The main lane: runs the program's `main`, or the standard one, with the mode's way of starting jobs. */
import type { Order } from '../protocol/orders.ts';
import { apiFor, type LaneContext } from './api.ts';
import { Asker } from './asker.ts';
import { currentJob, redirectConsole, writeLog } from './console.ts';
import { emit } from './emit.ts';
import { watchExit } from './exits.ts';
import { Hub } from './hub.ts';
import { reportLeftovers } from './leftovers.ts';
import { linesOf, MAX_FRAMES } from './line.ts';
import { newMemory } from './memory.ts';
import { eventLoop } from './modes/event-loop.ts';
import { type Orders, processes } from './modes/processes.ts';
import { sequential } from './modes/sequential.ts';
import { threads } from './modes/threads.ts';
import { type Handle, settled } from './pool.ts';
import { loadProgram } from './run-job.ts';
import { describe, shown } from './shown.ts';
import type { Starter } from './starter.ts';
import { watchTimers } from './timers.ts';
import type { MainApi, Started } from './types.ts';
import { watchUncaught } from './uncaught.ts';
import { waiting } from './waiting.ts';

/**
 * Runs the pass. Rejects with what `main` threw. `fail` ends the process after an uncaught error, or if the program
 * cannot be loaded.
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
  const program = await loadProgram(settings.program).catch((thrown) => {
    const error = lines.plain(describe(thrown));
    log(`The program cannot be loaded: ${error}`, lines.of(thrown));
    return fail(error);
  });
  emit({ type: 'lane-ready', lane: 0 });

  const { asker, beginMode } = connect();
  const memory = newMemory();
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
  };
  const timers = watchTimers(lines);
  watchUncaught(context, timers, fail);
  const starter = beginMode(context);
  const handles = new WeakMap<Started, Handle>();
  const started = new Set<number>();
  const joined = new Set<Handle>();
  /** Jobs that keep the program alive, with the lines that started them. */
  const kept = new Map<Handle, number | undefined>();
  let hasReturned = false;

  /** Waits on main's lane until a job has ended. */
  async function waitFor({ job, ended }: Handle, line: number | undefined): Promise<void> {
    await waiting({ lane: 0, job: null, for: 'join', on: `job ${job}` }, line, () => ended);
  }

  const api: MainApi = {
    ...apiFor(null, context),
    jobs: settings.jobs,
    async start(n, options = {}) {
      const called = `start(${shown(n)})`;
      // `map(start)` passes an index as second argument.
      if (options === null || (typeof options !== 'object' && typeof options !== 'number'))
        throw new TypeError(`${called}: needs { daemon: true } or no options, not ${shown(options)}.`);
      const { daemon = false } = options;
      if (!Number.isInteger(n) || n < 0 || n > 1000)
        throw new RangeError(`${called}: needs the number of a job, from 0 to 1000.`);
      if (typeof daemon !== 'boolean')
        throw new TypeError(`${called}: daemon must be true or false, not ${shown(daemon)}.`);
      // In sequential mode it would wait for the very job that calls it; in threads and processes only main has
      // `start`.
      if (typeof currentJob.getStore() === 'number') throw new Error(`${called}: only main can start jobs.`);
      if (started.has(n)) throw new Error(`${called}: job ${n} was already started.`);
      if (hasReturned) throw new Error(`${called}: main has ended.`);
      started.add(n);
      emit({ type: 'start-job', job: n });
      const line = lines.ofCall(api.start, MAX_FRAMES);
      const handle = await starter.start(n, daemon);
      handles.set(handle, handle);
      if (!daemon) kept.set(handle, line);
      if (hasReturned) waitForKept();
      return handle;
    },
    async join(target) {
      const called = `join(${shown(target)})`;
      if (typeof currentJob.getStore() === 'number') throw new Error(`${called}: only main can join jobs.`);
      const handle = handles.get(target);
      if (!handle) throw new TypeError(`${called}: needs the result of \`await start(…)\`.`);
      const line = lines.ofCall(api.join, MAX_FRAMES);
      if (joined.has(handle)) log(`join: job ${handle.job} was already joined.`, line);
      joined.add(handle);
      await waitFor(handle, line);
    },
  };
  try {
    await currentJob.run(null, () => (program.main ?? standardMain)(api));
  } catch (error) {
    log(`Main failed: ${describe(error)}`, lines.of(error));
    throw error;
  }
  hasReturned = true;
  waitForKept();
  await starter.drain();
  reportLeftovers(context, timers);

  /** After main has ended, reports waits for the jobs that it has not joined. The starter does the actual waiting. */
  function waitForKept(): void {
    const left = [...kept].filter(([handle]) => handle.running && !joined.has(handle));
    kept.clear();
    if (left.length === 0) return;
    const jobs = `${left.length === 1 ? 'job' : 'jobs'} ${left.map(([{ job }]) => job).join(', ')}`;
    // The line is that of the first start, because a missing join has none. It may be intended, so it goes to stdout.
    log(`Main has ended; the program waits for ${jobs}.`, left[0]?.[1], 'stdout');
    // A lane that could not be opened has been reported already.
    for (const [handle] of left) void settled(waitFor(handle, undefined));
  }

  /** Connects main to the queue and the locks, and chooses how the mode starts jobs. */
  function connect(): { asker: Asker; beginMode: (context: LaneContext) => Starter } {
    switch (settings.mode) {
      case 'sequential':
        return hubHere(sequential);
      case 'event-loop':
        return hubHere(eventLoop);
      case 'threads':
        return hubHere((context, hub) => threads(context, hub, parentPid));
      case 'processes':
        return hubInServer();
    }
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
    const hub = new Hub((state) => {
      asker.receiveState(state);
      starter?.sendState?.(state);
    });
    const asker: Asker = new Asker(
      0,
      (ask) => hub.ask(0, ask, (answer) => asker.receiveAnswer(answer)),
      lines,
    );
    const beginMode = (context: LaneContext) => {
      starter = begin(context, hub);
      return starter;
    };
    return { asker, beginMode };
  }
}

/** The main of a program that has none: starts all jobs, then joins them in order. */
async function standardMain({ jobs, start, join }: MainApi): Promise<void> {
  const started = new Set<Started>();
  for (let n = 0; n < jobs; n++) started.add(await start(n));
  for (const handle of started) await join(handle);
}
