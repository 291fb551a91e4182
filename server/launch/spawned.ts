/** A process that has been started, whoever started it: what the server needs of `ChildProcess`. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Command } from './runtimes.ts';

/** `exit` is emitted once, with its exit code or the signal that ended it, and `close` when its pipes have closed, too. */
export interface Spawned extends EventEmitter {
  readonly pid: number;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Sends a signal; has no effect once it has ended. */
  kill(signal: NodeJS.Signals): unknown;
}

/** What starts processes. `pid` is the process that they die with. */
export interface Spawner {
  readonly pid: number;
  /** Rejects if the executable cannot be started. */
  spawn(command: Command): Promise<Spawned>;
}

/** How each process is started: without the server's environment, and with pipes. */
export function optionsFor({ env, cwd }: Pick<Command, 'env' | 'cwd'>) {
  // As the leader of its own group it does not receive a Ctrl-C meant for the server, which stops it properly.
  return {
    stdio: 'pipe' as const,
    detached: true,
    env: { NO_COLOR: '1', ...env },
    ...(cwd !== undefined && { cwd }),
  };
}

/** Starts a process from this one. `took` hears how long that held up this thread, in ms. */
export async function spawnHere(command: Command, took: (ms: number) => void): Promise<Spawned> {
  const began = performance.now();
  const child: ChildProcess = spawn(command.file, command.args, optionsFor(command));
  took(performance.now() - began);
  const { pid } = child;
  if (pid === undefined) throw await new Promise((resolve) => child.once('error', resolve));
  return Object.assign(child, { pid });
}
