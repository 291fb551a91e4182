/** A program process: exchanges lines with it, and makes sure that it ends. */
import os from 'node:os';
import type { Writable } from 'node:stream';
import type { Order } from '../protocol/orders.ts';
import type { Stamped } from '../protocol/reports.ts';
import { now } from './clock.ts';
import type { Guard } from './guard.ts';
import { Output } from './output.ts';
import type { Usage } from './process-tree.ts';
import type { Command } from './runtimes.ts';
import { sendSignal } from './signal.ts';
import type { Spawned } from './spawned.ts';
import type { Watcher } from './usage-watch.ts';

/** How a process ended according to the system, and when, on the server's clock. */
export type Exit = { exitCode: number | null; signal: string | null; atMs: number };

/** Callbacks for a process. Replaced when a process that was kept ready is put to use. */
export type Listener = {
  report(stamped: Stamped): void;
  /** A line that is no report: the runtime's own output, as when it crashes, or what the program wrote directly. */
  stderr(line: string): void;
  usage?(usage: Usage): void;
  /** It went beyond what a process may do, and is killed. `what` continues a sentence: `wrote more than 64 MiB`. */
  fault?(what: string): void;
};

/** How long a process has to end by itself when asked, in ms. */
const GRACE_MS = 250;
/** Most MiB that a process may leave unread of what it is sent, without the messages that it has asked for. */
const MAX_UNREAD_MIB = 1;
/** Longest that bubblewrap may take to start a process, in ms: it takes 6. */
const JAIL_MS = 10_000;

/** A running program process. */
export class Child {
  /** Its number, as the system's tools show it, even if it sees another in its jail. */
  pid: number;
  /** The number of the process that started it: the server's, or that of one beside it. */
  readonly parentPid: number;
  /** Resolves when it has ended and its last lines have been read. Never rejects. */
  readonly ended: Promise<Exit>;
  listener: Listener;
  /** On the server's clock. */
  readonly launchedAt: number;
  #process: Spawned;
  #guard: Guard;
  /** Whether `#process` is not the program's, but bubblewrap, which ends with it and as it does. */
  #isJailed: boolean;
  #isBounded: boolean;
  #forks: boolean;
  #isStopping = false;
  #isFaulty = false;
  #output: Output;
  #exitedAt: number | null = null;
  /** Bytes of the answers with messages that it has not read: whoever sends them bounds them. */
  #messageBytes = 0;
  /** The latest state of the queue, if it has not been sent. */
  #queueState: Order | null = null;

  /** `isJailed`, `isBounded` and `forks`: see `Command`. */
  constructor(
    process: Spawned,
    { parentPid, launchedAt }: Pick<Child, 'parentPid' | 'launchedAt'>,
    guard: Guard,
    listener: Listener,
    {
      isJailed = false,
      isBounded = false,
      forks = false,
    }: Pick<Command, 'isJailed' | 'isBounded' | 'forks'> = {},
  ) {
    this.#process = process;
    this.parentPid = parentPid;
    this.launchedAt = launchedAt;
    this.#guard = guard;
    this.#isJailed = isJailed;
    this.#isBounded = isBounded;
    this.#forks = forks;
    this.pid = process.pid;
    this.listener = listener;
    if (!isJailed) this.#watch();
    process.stdin?.on('error', () => {}); // It ended before it read: its exit is reported.
    this.#output = new Output(process, guard.intake, guard.limits.outputMib, {
      report: (stamped) => this.listener.report(stamped),
      stray: (line) => this.listener.stderr(line),
      excess: (what) => this.#fault(what),
    });
    this.ended = new Promise((resolve) => {
      process.once('exit', (exitCode, signal) => {
        guard.unwatch(this.pid);
        // In a jail, they end with its first process.
        if (forks && !isJailed) guard.killGroup(this.pid);
        const exit = { ...(isJailed ? inJail(exitCode, signal) : { exitCode, signal }), atMs: now() };
        this.#exitedAt = exit.atMs;
        this.#output.drained().then(() => resolve(exit));
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
   * process that leaves too much unread is killed. `onRead` is called once the order has been read, or never will be.
   */
  send(order: Order, onRead?: () => void): void {
    const { stdin } = this.#process;
    if (!stdin?.writable || this.#isFaulty) {
      onRead?.();
      return;
    }
    if (order.type === 'queue-state') {
      this.#queueState = order;
      if (stdin.writableLength === 0) this.#sendState(stdin);
      return;
    }
    this.#sendState(stdin);
    this.#write(stdin, order, onRead);
    if (stdin.writableLength - this.#messageBytes > MAX_UNREAD_MIB * 2 ** 20)
      this.#fault(`left more than ${MAX_UNREAD_MIB} MiB of what it was sent unread`);
  }

  /** Sends the state of the queue that waits, if any. */
  #sendState(stdin: Writable): void {
    const state = this.#queueState;
    this.#queueState = null;
    if (state) this.#write(stdin, state);
  }

  #write(stdin: Writable, order: Order, onRead?: () => void): void {
    const line = `${JSON.stringify(order)}\n`;
    const hasMessage = order.type === 'answer' && order.answer.message !== null;
    const messageBytes = hasMessage ? Buffer.byteLength(line) : 0;
    this.#messageBytes += messageBytes;
    stdin.write(line, () => {
      this.#messageBytes -= messageBytes;
      onRead?.();
      if (stdin.writable && stdin.writableLength === 0) this.#sendState(stdin);
    });
  }

  /** Has all of its threads share a core: see `Guard.shareCore`. */
  shareCore(): Promise<boolean> {
    return this.#guard.shareCore(this.pid);
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
    this.#guard.watch(this.pid, watcher, { isBounded: this.#isBounded, forks: this.#forks });
  }

  /** Kills it because it went beyond what a process may do. Nothing more that it wrote is read. */
  #fault(what: string): void {
    if (this.#isFaulty) return;
    this.#isFaulty = true;
    this.#output.discard();
    this.listener.fault?.(what);
    this.kill();
  }

  #signal(signal: NodeJS.Signals): void {
    const isJailStarted = this.pid !== this.#process.pid;
    // Bubblewrap would not pass it on. It takes the jail with it when it is killed.
    if (this.#isJailed && signal === 'SIGTERM') {
      if (isJailStarted) this.#guard.terminate(this.pid);
      return;
    }
    if (!this.#isJailed || isJailStarted) {
      sendSignal(this.#process, signal);
      return;
    }
    // Before that it does not: see guard-script.ts. Without a guard, bubblewrap alone is better than nothing.
    this.#guard.killWhole(this.pid);
    const timer = setTimeout(() => sendSignal(this.#process, signal), GRACE_MS);
    this.ended.then(() => clearTimeout(timer));
  }
}

/** Returns how a process in a jail ended. Bubblewrap reports a signal as shells do: by an exit code above 128. */
function inJail(exitCode: number | null, signal: NodeJS.Signals | null): Omit<Exit, 'atMs'> {
  const found = Object.entries(os.constants.signals).find(([, number]) => number + 128 === exitCode);
  return found ? { exitCode: null, signal: found[0] } : { exitCode, signal };
}
