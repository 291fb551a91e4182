/** Main's side of a lane: a worker thread, a child process, or main's own thread. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { runJob } from './api.ts';
import { serve } from './hub.ts';
import type { ToLane, ToMain } from './lane.ts';
import { buffer } from './memory.ts';
import { MODE, WORKERS } from './settings.ts';
import { known, print, type Setup } from './setup.ts';

export type Lane = {
  name: string;
  pid: number;
  alive: boolean;
  exitCode: number | null;
  send(message: ToLane): void;
  run(job: number): Promise<void>;
  /** Resolves when it has ended. */
  ended: Promise<void>;
  kill(): void;
};

export const lanes = new Set<Lane>();
let opened = 0;

/** A lane is named after its job, or, in a pool, where a lane runs several jobs, `worker 1`. */
function openLane(job: number): Lane {
  const name = WORKERS === null ? `job ${job}` : `worker ${++opened}`;
  const given = {
    lane: name,
    begun: known.begun,
    speed: known.blocksPerSecond,
    size: known.queueSize,
  };
  return MODE === 'threads' ? openThread(name, given) : openProcess(name, given);
}

function openThread(name: string, given: Setup): Lane {
  const options = { argv: [MODE], workerData: { ...given, memory: buffer }, name };
  const worker = new Worker(new URL(import.meta.url), options);
  worker.on('error', (error) => print(`${name}: ${error}`));
  return listen(worker, {
    name,
    pid: process.pid,
    send: (message) => worker.postMessage(message),
    kill: () => void worker.terminate(),
  });
}

function openProcess(name: string, given: Setup): Lane {
  const child = fork(fileURLToPath(import.meta.url), [MODE, JSON.stringify(given)]);
  child.on('error', (error) => print(`${name}: ${error}`));
  return listen(child, {
    name,
    pid: child.pid ?? 0,
    // Sending to a process that has just ended is not an error.
    send: (message) => void (child.connected && child.send(message, () => {})),
    kill: () => void child.kill(),
  });
}

/** Returns the lane of a worker or a child process: both emit `message` and `exit`. */
function listen(source: NodeJS.EventEmitter, own: Pick<Lane, 'name' | 'pid' | 'send' | 'kill'>): Lane {
  const done = new Map<number, () => void>();
  const lane: Lane = {
    ...own,
    alive: true,
    exitCode: null,
    run: (job) =>
      new Promise((resolve) => {
        done.set(job, resolve);
        lane.send({ run: job });
      }),
    ended: new Promise((resolve) => {
      source.on('exit', (code: number | null) => {
        lane.alive = false;
        if (MODE === 'processes') lane.exitCode = code;
        lanes.delete(lane);
        for (const resolve of done.values()) resolve();
        resolve();
      });
    }),
  };
  source.on('message', (message: ToMain) => {
    if ('done' in message) done.get(message.done)?.();
    else if ('evidence' in message) known.gather?.(message.evidence);
    else serve(message.ask, (answer) => lane.send({ answer }));
  });
  lanes.add(lane);
  return lane;
}

/** One by one and on the event loop, jobs run on main's own thread, and a lane has none of its own. */
function openOnMain(): Lane {
  const nothing = () => {};
  const own = { name: 'main', pid: process.pid, alive: false, exitCode: null };
  return { ...own, send: nothing, run: runJob, ended: Promise.resolve(), kill: nothing };
}

export const open = MODE === 'threads' || MODE === 'processes' ? openLane : openOnMain;
