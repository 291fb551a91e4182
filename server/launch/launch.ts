/**
 * Launches a program process, exchanges lines with it, and makes sure that it ends. The only place that starts job
 * code.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Order } from '../protocol/orders.ts';
import { parseReport } from '../protocol/parse.ts';
import type { Stamped } from '../protocol/reports.ts';
import { LINE_BYTES } from '../protocol/wire.ts';
import type { Guard, Usage } from './guard.ts';
import { readLines } from './lines.ts';
import type { Command } from './runtimes.ts';

/** How a process ended according to the system, and when, on the server's clock. */
export type Exit = { exitCode: number | null; signal: string | null; atMs: number };

/** Callbacks for a process. Replaced when a process that was kept ready is put to use. */
export type Listener = {
  report(stamped: Stamped): void;
  /** A line of its standard error: the runtime's own output, as when it crashes. */
  stderr(line: string): void;
  usage?(usage: Usage): void;
  /** It went beyond what a process may do, and is killed. `what` continues a sentence: `wrote more than 64 MiB`. */
  fault?(what: string): void;
};

/** How long a process has to end by itself when asked, in ms. */
const GRACE_MS = 250;
/**
 * How long the pipes of a process that has ended may bring nothing before they count as read, in ms, and how many times
 * they may bring something: a pipe inherited by another process stays open.
 */
const DRAIN = { ms: 500, times: 10 };
/**
 * Files that this process opens to start another: both ends of three pipes, and of one that tells of a failed start.
 */
const SPAWN_FILES = 8;
/** A file that the server may read on Deno too. */
const SELF = fileURLToPath(import.meta.url);

/** A running program process. */
export class Child {
  readonly pid: number;
  /** Resolves when it has ended and its last lines have been read. Never rejects. */
  readonly ended: Promise<Exit>;
  listener: Listener;
  readonly launchedAt = now();
  #process: ChildProcess;
  #isStopping = false;
  #isFaulty = false;

  constructor(process: ChildProcess & { pid: number }, guard: Guard, listener: Listener) {
    this.#process = process;
    this.pid = process.pid;
    this.listener = listener;
    guard.watch(process.pid, {
      usage: (usage) => this.listener.usage?.(usage),
      unseen: () => this.#fault('hid its memory use from the server'),
    });
    process.stdin?.on('error', () => {}); // It ended before it read: its exit is reported.
    readLines(process.stdout, LINE_BYTES, (line) => {
      if (line === '') return; // Precedes every report: see `emit`.
      const stamped = parseReport(line);
      // Not a report: the program wrote to its standard output directly.
      if (stamped) this.listener.report(stamped);
      else this.listener.stderr(line);
    });
    readLines(process.stderr, LINE_BYTES, (line) => this.listener.stderr(line));
    this.ended = new Promise((resolve) => {
      process.once('exit', (exitCode, signal) => {
        guard.unwatch(this.pid);
        const exit = { exitCode, signal, atMs: now() };
        drained(process).then(() => resolve(exit));
      });
    });
  }

  send(order: Order): void {
    if (this.#process.stdin?.writable) this.#process.stdin.write(`${jsonLine(order)}\n`);
  }

  /** Kills it at once. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /** Asks it to end, and kills it after a grace period. Resolves when it has ended. */
  async stop(): Promise<Exit> {
    if (!this.#isStopping) {
      this.#isStopping = true;
      this.#signal('SIGTERM');
      const timer = setTimeout(() => this.kill(), GRACE_MS);
      this.ended.then(() => clearTimeout(timer));
    }
    return this.ended;
  }

  /** Kills it because it went beyond what a process may do. */
  #fault(what: string): void {
    if (this.#isFaulty) return;
    this.#isFaulty = true;
    this.listener.fault?.(what);
    this.kill();
  }

  #signal(signal: NodeJS.Signals): void {
    // Deno sends no second signal once this is set, although the process may have ignored the first.
    Reflect.set(this.#process, 'killed', false);
    this.#process.kill(signal);
  }
}

/** Returns JSON without U+2028 and U+2029, which end a line for the process that reads it. */
function jsonLine(order: Order): string {
  return JSON.stringify(order).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** Starts a process without the server's environment. Throws if the executable cannot be started. */
export async function launch(
  { file, args, env, cwd }: Command,
  guard: Guard,
  listener: Listener,
): Promise<Child> {
  checkFiles(file);
  // As the leader of its own group it does not receive a Ctrl-C meant for the server, which stops it properly.
  const process = spawn(file, args, {
    stdio: 'pipe',
    detached: true,
    env: { NO_COLOR: '1', ...env },
    ...(cwd !== undefined && { cwd }),
  });
  const { pid } = process;
  if (pid === undefined) {
    const cause = await new Promise((resolve) => process.once('error', resolve));
    throw new Error(`Cannot start ${file}`, { cause });
  }
  return new Child(Object.assign(process, { pid }), guard, listener);
}

/**
 * Throws if there are not enough files left to start a process. Node would keep the pipes of one that it gave up half
 * way open for ever, so each attempt would leave less for the next, until nothing can be started any more.
 */
function checkFiles(file: string): void {
  const opened: number[] = [];
  try {
    while (opened.length < SPAWN_FILES) opened.push(fs.openSync(SELF, 'r'));
  } catch (cause) {
    throw new Error(`Cannot start ${file}`, { cause });
  } finally {
    for (const one of opened) fs.closeSync(one);
  }
}

/** Resolves when the pipes of a process that has ended are closed, or bring nothing more. */
function drained(process: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let hasRead = false;
    const onData = () => {
      hasRead = true;
    };
    const wait = (times: number) => {
      hasRead = false;
      // A busy server reads late: between a timer that is due and an immediate, it reads what is there.
      const check = () => (hasRead && times > 1 ? wait(times - 1) : resolve());
      timer = setTimeout(() => setImmediate(check), DRAIN.ms);
    };
    process.stdout?.on('data', onData);
    process.stderr?.on('data', onData);
    process.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    wait(DRAIN.times);
  });
}

/** Returns the time in ms, on the same kind of clock as that of a program process. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
