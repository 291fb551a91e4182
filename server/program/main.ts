/** The main lane: runs the program's `main`, or the standard one, with the mode's way to start jobs. */
import process from 'node:process';
import type { MainApi, Started } from './api.ts';
import { redirectConsole, writeLog } from './console.ts';
import { emit } from './emit.ts';
import { eventLoop } from './modes/event-loop.ts';
import { type Orders, processes } from './modes/processes.ts';
import { sequential } from './modes/sequential.ts';
import { threads } from './modes/threads.ts';
import type { Handle } from './pool.ts';
import type { Order } from './protocol.ts';
import { loadProgram } from './run-job.ts';

/** A mode's way to start jobs. */
export type Starter = {
  start(job: number, daemon: boolean): Promise<Handle>;
  /** Resolves when all that keeps the program alive has ended. */
  drain(): Promise<void>;
};

/** Runs the pass. Rejects with what `main` threw. */
export async function beginMain(order: Order & { type: 'begin-main' }, orders: Orders): Promise<void> {
  const { settings, bootMs, parentPid } = order;
  redirectConsole(0, settings.logBytes);
  emit({
    type: 'lane-started',
    lane: 0,
    kind: 'main',
    name: 'main',
    pid: process.pid,
    threadId: 0,
    parentPid,
    daemon: false,
    bootMs,
  });
  const program = await loadProgram(settings.program);
  emit({ type: 'lane-ready', lane: 0 });

  const starter = beginMode();
  const handles = new WeakMap<Started, Handle>();
  const started = new Set<number>();
  const api: MainApi = {
    jobs: settings.jobs,
    async start(n, { daemon = false } = {}) {
      if (!Number.isInteger(n) || n < 0 || n > 1000)
        throw new RangeError(`start(${String(n)}): needs a whole number from 0 to 1000.`);
      if (started.has(n)) throw new Error(`start(${n}): job ${n} was started before.`);
      started.add(n);
      const handle = await starter.start(n, daemon);
      handles.set(handle, handle);
      return handle;
    },
    async join(one) {
      const handle = handles.get(one);
      if (!handle) throw new TypeError('join(…): needs what start returned.');
      const wait = { lane: 0, job: null, for: 'join', on: `job ${handle.job}` } as const;
      emit({ type: 'wait-started', ...wait });
      await handle.ended.finally(() => emit({ type: 'wait-ended', ...wait }));
    },
    log: (text) => writeLog(0, null, 'stdout', String(text)),
  };
  await (program.main ?? standardMain)(api);
  await starter.drain();

  function beginMode(): Starter {
    switch (settings.mode) {
      case 'sequential':
        return sequential(program, settings);
      case 'event-loop':
        return eventLoop(program, settings);
      case 'threads':
        return threads(program, settings, parentPid);
      case 'processes':
        return processes(program, settings, orders);
    }
  }
}

/** The main of a program that has none: start all, then join them in order. */
async function standardMain({ jobs, start, join }: MainApi): Promise<void> {
  const started: Started[] = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));
  for (const one of started) await join(one);
}
