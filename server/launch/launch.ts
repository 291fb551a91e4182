/**
 * Launches a program process, exchanges lines with it, and makes sure that it ends. The only place that starts job
 * code.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Order } from '../protocol/orders.ts';
import { parseReport } from '../protocol/parse.ts';
import type { Stamped } from '../protocol/reports.ts';
import { LINE_BYTES } from '../protocol/wire.ts';
import type { Guard, Usage, Watcher } from './guard.ts';
import type { Pipe } from './intake.ts';
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
 * Most lines that a process may write past the console, which reports what it is given. Each costs the server time,
 * however short it is.
 */
const MAX_STRAY_LINES = 100_000;
/** Most MiB that a process may leave unread of what it is sent: answers to what it asked for itself, of 1 KiB at most. */
const MAX_UNREAD_MIB = 1;
/** Longest that bubblewrap may take to start a process, in ms: it takes 6. */
const JAIL_MS = 10_000;
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
  /** Its number, as the system's tools show it, even if it sees another in its jail. */
  pid: number;
  /** Resolves when it has ended and its last lines have been read. Never rejects. */
  readonly ended: Promise<Exit>;
  listener: Listener;
  readonly launchedAt = now();
  #process: ChildProcess;
  #guard: Guard;
  /** Whether `#process` is not the program's, but bubblewrap, which ends with it and as it does. */
  #isJailed: boolean;
  #isBounded: boolean;
  #isStopping = false;
  #isFaulty = false;
  #pipes: Pipe[];
  #maxOutputMib: number;
  #outputBytes = 0;
  #strayLines = 0;
  #exitedAt: number | null = null;
  /** The latest state of the queue, if it has not been sent. */
  #queueState: Order | null = null;

  /** `isJailed` and `isBounded`: see `Command`. */
  constructor(
    process: ChildProcess & { pid: number },
    guard: Guard,
    listener: Listener,
    { isJailed = false, isBounded = false }: Pick<Command, 'isJailed' | 'isBounded'> = {},
  ) {
    this.#process = process;
    this.#guard = guard;
    this.#isJailed = isJailed;
    this.#isBounded = isBounded;
    this.pid = process.pid;
    this.listener = listener;
    if (!isJailed) this.#watch();
    process.stdin?.on('error', () => {}); // It ended before it read: its exit is reported.
    this.#maxOutputMib = guard.limits.outputMib;
    const onBytes = (count: number) => this.#countBytes(count);
    const onStray = (line: string) => {
      this.#countStray();
      this.listener.stderr(line);
    };
    let isAfterBlank = false;
    const onLine = (line: string) => {
      const isBlank = line === '';
      // A blank line precedes every report: see `emit`.
      if (isBlank && isAfterBlank) this.#countStray();
      isAfterBlank = isBlank;
      if (isBlank) return;
      const stamped = parseReport(line);
      // Not a report: the program wrote to its standard output directly.
      if (stamped) this.listener.report(stamped);
      else onStray(line);
    };
    const { stdout, stderr } = process;
    this.#pipes = [
      ...(stdout ? [guard.intake.read(stdout, LINE_BYTES, { onBytes, onLine })] : []),
      ...(stderr ? [guard.intake.read(stderr, LINE_BYTES, { onBytes, onLine: onStray })] : []),
    ];
    this.ended = new Promise((resolve) => {
      process.once('exit', (exitCode, signal) => {
        guard.unwatch(this.pid);
        const exit = { ...(isJailed ? inJail(exitCode, signal) : { exitCode, signal }), atMs: now() };
        this.#exitedAt = exit.atMs;
        drained(process, this.#pipes).then(() => resolve(exit));
      });
    });
  }

  /** When it ended according to the system, on the server's clock; null if it has not. Its last lines may follow. */
  get exitedAt(): number | null {
    return this.#exitedAt;
  }

  /** Resolves when the process in the jail, if it is to be in one, has started or failed to. */
  async started(): Promise<void> {
    if (!this.#isJailed) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    const timer = setTimeout(() => this.kill(), JAIL_MS);
    const pid = await this.#guard.jailedBy(this.pid, ended);
    clearTimeout(timer);
    if (pid === null) return;
    this.pid = pid;
    this.#watch();
  }

  /**
   * Sends an order. A state of the queue waits until what was sent before has been read, and only the latest is sent. A
   * process that leaves too much unread is killed.
   */
  send(order: Order): void {
    const { stdin } = this.#process;
    if (!stdin?.writable || this.#isFaulty) return;
    if (order.type === 'queue-state') {
      this.#queueState = order;
      if (stdin.writableLength === 0) this.#sendState(stdin);
      return;
    }
    this.#sendState(stdin);
    this.#write(stdin, order);
    if (stdin.writableLength > MAX_UNREAD_MIB * 2 ** 20)
      this.#fault(`left more than ${MAX_UNREAD_MIB} MiB of what it was sent unread`);
  }

  /** Sends the state of the queue that waits, if any. */
  #sendState(stdin: Writable): void {
    const state = this.#queueState;
    this.#queueState = null;
    if (state) this.#write(stdin, state);
  }

  #write(stdin: Writable, order: Order): void {
    stdin.write(`${jsonLine(order)}\n`, () => {
      if (stdin.writable && stdin.writableLength === 0) this.#sendState(stdin);
    });
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

  #watch(): void {
    const watcher: Watcher = {
      usage: (usage) => this.listener.usage?.(usage),
      unseen: () => this.#fault('hid its memory use from the server'),
      largest: (mib, most) => {
        const all = `all changed programs together took more than the ${most} MiB that this server has for them`;
        this.#fault(`took ${mib} MiB of memory, the most of any, when ${all}`);
      },
    };
    this.#guard.watch(this.pid, watcher, this.#isBounded);
  }

  #countBytes(count: number): void {
    this.#outputBytes += count;
    if (this.#outputBytes > this.#maxOutputMib * 2 ** 20)
      this.#fault(`wrote more than ${this.#maxOutputMib} MiB`);
  }

  #countStray(): void {
    if (++this.#strayLines > MAX_STRAY_LINES)
      this.#fault(`wrote more than ${MAX_STRAY_LINES.toLocaleString('en')} lines past its console`);
  }

  /** Kills it because it went beyond what a process may do. Nothing more that it wrote is read. */
  #fault(what: string): void {
    if (this.#isFaulty) return;
    this.#isFaulty = true;
    for (const pipe of this.#pipes) pipe.discard();
    this.listener.fault?.(what);
    this.kill();
  }

  #signal(signal: NodeJS.Signals): void {
    // Bubblewrap would not pass it on. It takes the jail with it when it is killed.
    if (this.#isJailed && signal === 'SIGTERM') {
      if (this.pid !== this.#process.pid) this.#guard.terminate(this.pid);
      return;
    }
    // Deno sends no second signal once this is set, although the process may have ignored the first.
    Reflect.set(this.#process, 'killed', false);
    this.#process.kill(signal);
  }
}

/** Returns how a process in a jail ended. Bubblewrap reports a signal as shells do: by an exit code above 128. */
function inJail(exitCode: number | null, signal: NodeJS.Signals | null): Omit<Exit, 'atMs'> {
  const found = Object.entries(os.constants.signals).find(([, number]) => number + 128 === exitCode);
  return found ? { exitCode: null, signal: found[0] } : { exitCode, signal };
}

/** Returns JSON without U+2028 and U+2029, which end a line for the process that reads it. */
function jsonLine(order: Order): string {
  return JSON.stringify(order).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** Starts a process without the server's environment. Throws if the executable cannot be started. */
export async function launch(command: Command, guard: Guard, listener: Listener): Promise<Child> {
  await turnToSpawn();
  checkExists(command.file);
  checkFiles(command.file);
  const { file, args, env, cwd } = guard.command(command);
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
    throw new Error(`Cannot start ${command.file}`, { cause });
  }
  const child = new Child(Object.assign(process, { pid }), guard, listener, command);
  await child.started();
  return child;
}

let lastTurn = Promise.resolve();

/**
 * Resolves when it is a launch's turn. Starting a process holds up the server until its executable is loaded, so between
 * two it does everything else that is due.
 */
function turnToSpawn(): Promise<void> {
  const turn = lastTurn;
  lastTurn = turn.then(() => new Promise((resolve) => setImmediate(resolve)));
  return turn;
}

/** Throws if the executable does not exist: another program starts it, and would report that as a failure of its own. */
function checkExists(file: string): void {
  try {
    fs.accessSync(file);
  } catch (cause) {
    // On Deno, the server may not look for all that it may run.
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw new Error(`Cannot start ${file}`, { cause });
  }
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

/** Resolves when the pipes of a process that has ended are closed, or bring nothing more, and their lines are read. */
async function drained(process: ChildProcess, pipes: readonly Pipe[]): Promise<void> {
  await new Promise<void>((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let hasRead = false;
    const onData = () => {
      hasRead = true;
    };
    const wait = (times: number) => {
      hasRead = false;
      const check = () => {
        // What is paused may have more to bring.
        if (pipes.some(({ isWaiting }) => isWaiting)) wait(times);
        else if (hasRead && times > 1) wait(times - 1);
        else resolve();
      };
      // A busy server reads late: between a timer that is due and an immediate, it reads what is there.
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
  await Promise.all(pipes.map((pipe) => pipe.settled()));
}

/** Returns the time in ms, on the same kind of clock as that of a program process. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
