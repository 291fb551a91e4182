/** The real server in a separate process, started as in README, on Node or Deno. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach } from 'vitest';
import type { JavaScript } from '../../server/spec/runtimes.ts';
import { alive, childrenOf, programProcesses } from '../contract/processes.ts';
import { PREPARED } from '../prepared.ts';

/** The commands that start the server on each runtime, from the project's folder. */
const COMMANDS: Record<JavaScript, string[]> = {
  node: [process.execPath, '--max-semi-space-size=4', 'server/main.ts'],
  deno: ['/bin/sh', 'server/start-deno.sh'],
};

/** How the process ended, and its output. */
export type Ended = { exitCode: number | null; signal: string | null; stdout: string; stderr: string };

/** Longest wait for a condition, in ms. Only a failing test waits that long. */
const DEADLINE_MS = 40_000;

/** Longest wait for what a killed server's guard has to do, in ms: the guard itself may have been killed or stopped. */
const GUARD_MS = 5000;

/** Waits until `holds` returns true. Resolves with the time taken, in ms. Rejects with `what` at the deadline. */
export async function until(what: string, holds: () => boolean): Promise<number> {
  const from = performance.now();
  while (!holds()) {
    if (performance.now() - from > DEADLINE_MS) throw new Error(`Still not so: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - from;
}

/** Creates a data folder for a server. */
export function dataFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'server-'));
}

export class ServerProcess {
  readonly folder: string;
  readonly pid: number;
  /** Resolves when it has ended. */
  readonly ended: Promise<Ended>;
  #process: ChildProcess;
  #stdout = '';
  #stderr = '';

  /**
   * Starts a server with `folder` as its data folder. `env` is added to its environment. Unless that has `SANDBOX`, the
   * server runs only the lessons, and starts sooner. `within` is a command that executes the one given to it.
   */
  constructor(
    runtime: JavaScript,
    folder: string,
    env: Record<string, string> = {},
    within: readonly string[] = [],
  ) {
    const [file = '', ...args] = [...within, ...COMMANDS[runtime]];
    const { PATH = '', HOME = '' } = process.env;
    // As at a later start of the same server: tests start about forty, and Deno keeps its own cache.
    const prepared = process.env[PREPARED];
    const cache = prepared && { NODE_COMPILE_CACHE: path.join(path.dirname(prepared), 'node') };
    const child = spawn(file, args, {
      env: { PATH, HOME, DATA_DIR: folder, PORT: '0', SANDBOX: 'lessons', ...cache, ...env },
    });
    this.folder = folder;
    this.pid = child.pid ?? 0;
    this.#process = child;
    child.stdout.on('data', (bytes) => {
      this.#stdout += bytes;
    });
    child.stderr.on('data', (bytes) => {
      this.#stderr += bytes;
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (exitCode, signal) =>
        resolve({ exitCode, signal, stdout: this.#stdout, stderr: this.#stderr }),
      );
    });
  }

  /** Resolves with its address once it has printed it. */
  async url(): Promise<string> {
    const printed = () => /http:\/\/\S+/.exec(this.#stdout)?.[0];
    await until('the server prints its address', () => printed() !== undefined || !this.isRunning);
    const url = printed();
    if (!url) throw new Error(`The server did not start: ${this.#stderr}`);
    return url;
  }

  /** What it has printed so far. */
  get stdout(): string {
    return this.#stdout;
  }

  /** What it has written to its error output so far. */
  get stderr(): string {
    return this.#stderr;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Pids of all live processes that it launched: programs, their guard, the compiler. */
  get launched(): number[] {
    return [...new Set([...childrenOf(this.pid), ...programProcesses(this.folder)])];
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Kills it and the processes it left. Must be called however a test ends. */
  async destroy(): Promise<void> {
    const launched = this.launched;
    this.kill('SIGKILL');
    await this.ended;
    const left = () => alive([...launched, ...programProcesses(this.folder)]);
    // Its guard, one of them, first removes the folder of programs that people wrote.
    const until = performance.now() + GUARD_MS;
    while (left().length > 0 && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 5));
    for (const pid of left()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself meanwhile.
      }
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Returns a function that starts servers. Each is destroyed at the end of the test that started it. */
export function serverStarter(): (
  runtime: JavaScript,
  env?: Record<string, string>,
  folder?: string,
  within?: readonly string[],
) => ServerProcess {
  const servers: ServerProcess[] = [];
  afterEach(async () => {
    // Newest first: it may be using the folder of an earlier one.
    for (const server of servers.splice(0).reverse()) await server.destroy();
  });
  return (runtime, env = {}, folder = dataFolder(), within) => {
    const server = new ServerProcess(runtime, folder, env, within);
    servers.push(server);
    return server;
  };
}
