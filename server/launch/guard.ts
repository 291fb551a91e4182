/**
 * The guard: a small shell process beside the server. If the server dies in any way, it kills every process of every
 * run. It also reads their usage from the system, which the server's own permissions on Deno do not allow. Besides, it
 * has what all processes of a server share: the turns in which they are started, the reading of their pipes, and their
 * limits.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type Bounds, BUSY, bounded, dying, findSetpriv } from './bounds.ts';
import { SCRIPT } from './guard-script.ts';
import { Intake } from './intake.ts';
import { readLines } from './lines.ts';
import type { Command } from './runtimes.ts';
import { sendSignal } from './signal.ts';

/**
 * What processes are held to: most MiB of output; and those with code that somebody wrote to their bounds, and to
 * `memoryMib` together.
 */
export type ProcessLimits = Bounds & { outputMib: number; memoryMib: number };

/** A process that takes less than this hardly takes more than its runtime: it is not why memory is short. */
const SMALL_MIB = 80;

/** If nothing else is set: see settings.ts. */
const LIMITS: ProcessLimits = { outputMib: 64, files: 1024, cpuSeconds: 600, memoryMib: 1024 };

/** What a process uses, as counted by the system. `isStopped`: it is stopped by a signal, or by a debugger. */
export type Usage = { rssBytes: number; cpuMs: number; isStopped?: boolean };

/** Callbacks for a process that is watched. */
export type Watcher = {
  usage(usage: Usage): void;
  /** The process is alive, but the system has not reported its usage for a while. Called once. */
  unseen(): void;
  /** It is the largest of the bounded processes, which take too much memory together, and must be ended. */
  largest?(mib: number, mostMib: number): void;
};

/** The system's units, and whether it reports usage in /proc: the shell's first line. */
type Units = { pageBytes: number; tickMs: number; hasUsage: boolean };

/** A process that is watched. `asked`: requests since its last usage; `missed`: those that were answered without it. */
type Watched = {
  watcher: Watcher;
  asked: number;
  missed: number;
  isUnseen: boolean;
  /** Whether it counts towards `memoryMib`; its memory; whether it was named as the largest. */
  isBounded: boolean;
  rssBytes: number;
  isLargest: boolean;
  cpuMs: number;
  /** Whether it was made to give way: see `BUSY`. */
  givesWay: boolean;
};

const SAMPLE_MS = 250;
/** After how many answers without its usage a process counts as unseen: its end would have been read by then. */
const MOST_MISSED = 8;
/** After how many unanswered requests the shell counts as stopped, and another takes its place. */
const MOST_UNANSWERED = 20;
/** After how many requests without its usage a process counts as unseen, however many shells were asked. */
const MOST_ASKED = 60;
/** Pause before a shell that died without any output is started again, in ms. */
const RETRY_MS = 1000;
/** Pause between questions for the process in a jail, in ms: bubblewrap takes about 6 to start it. */
const JAIL_MS = 2;
/** How long the shell has to kill and remove what is left, in ms. */
const CLOSE_MS = 3000;

export class Guard {
  /** Reads the pipes of all processes. */
  readonly intake = new Intake();
  readonly limits: ProcessLimits;
  /** See bounds.ts. */
  readonly #setpriv = findSetpriv();
  #shell: ChildProcess;
  #watched = new Map<number, Watched>();
  /** The processes of each request that this shell has not answered yet, in order. */
  #requests: number[][] = [];
  #units: Units | null = null;
  /** By the bubblewrap that starts it: hears of the process in a jail. */
  #jailed = new Map<number, (pid: number) => void>();
  #folder: string;
  #timer: NodeJS.Timeout | null = null;
  #restart: NodeJS.Timeout | undefined;
  #isClosing = false;
  #lastTurn = Promise.resolve();

  /** `folder`: removed with all that is in it when the server has ended, in any way; none if empty. */
  constructor(limits: Partial<ProcessLimits> = {}, folder = '') {
    this.limits = { ...LIMITS, ...limits };
    this.#folder = folder;
    this.#shell = this.#start();
  }

  /** The shell's process id; undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#shell.pid;
  }

  /** Returns the command for a process that dies with the server, and is held to the bounds that it needs. */
  command(command: Command): Command {
    return command.isBounded
      ? bounded(command, this.limits, this.#setpriv)
      : dying(command, this.#setpriv, 'KILL');
  }

  /**
   * Resolves when the caller may start a process. Starting one holds up the server until its executable is loaded, so
   * between two the server does everything else that is due.
   */
  turn(): Promise<void> {
    const turn = this.#lastTurn;
    this.#lastTurn = turn.then(() => new Promise((resolve) => setImmediate(resolve)));
    return turn;
  }

  /** Starts a shell that watches all watched processes. If it dies, another takes its place. */
  #start(): ChildProcess {
    // One that was stopped continues when the server dies, and does its work.
    const { file, args } = dying(
      { file: '/bin/sh', args: ['-c', SCRIPT, 'guard', this.#folder] },
      this.#setpriv,
      'CONT',
    );
    const shell = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      env: {},
    });
    let units: Units | null = null;
    this.#requests = [];
    shell.on('error', (error) =>
      console.error('guard: cannot start /bin/sh; if the server is killed, its runs continue', error),
    );
    // A write after it died fails; the next shell gets the whole list.
    shell.stdin?.on('error', () => {});
    readLines(shell.stdout, 4096, (line) => {
      if (units) this.#read(line, units);
      else {
        units = parseUnits(line);
        this.#units = units;
      }
    });
    shell.once('exit', (exitCode, signal) => {
      if (this.#isClosing) return;
      console.error(`guard: its shell ended (${signal ?? exitCode}); another is started`);
      const start = () => {
        this.#shell = this.#start();
      };
      if (units) start();
      else this.#restart = setTimeout(start, RETRY_MS);
    });
    for (const pid of this.#watched.keys()) shell.stdin?.write(`+ ${pid}\n`);
    return shell;
  }

  /**
   * Watches a process until `unwatch`. Calls `usage` four times a second with what it uses, if the system reports that
   * at all; if it does, but not for this process, calls `unseen`. `isBounded`: whether it is one of those with code
   * that somebody wrote, which share `memoryMib`.
   */
  watch(pid: number, watcher: Watcher, isBounded = false): void {
    const state = { asked: 0, missed: 0, isUnseen: false, rssBytes: 0, isLargest: false };
    const time = { cpuMs: 0, givesWay: false };
    this.#watched.set(pid, { watcher, isBounded, ...state, ...time });
    this.#shell.stdin?.write(`+ ${pid}\n`);
    this.#timer ??= setInterval(() => this.#ask(), SAMPLE_MS);
  }

  /** Stops watching a process. Call it as soon as the process has ended: its number may soon be reused. */
  unwatch(pid: number): void {
    if (!this.#watched.delete(pid)) return;
    this.#shell.stdin?.write(`- ${pid}\n`);
    if (this.#watched.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#requests = [];
  }

  /**
   * Resolves with the number of the process that `pid`, which is bubblewrap, has started in a jail, as soon as there is
   * one; null if `ended` resolves first.
   */
  async jailedBy(pid: number, ended: Promise<unknown>): Promise<number | null> {
    const found = Promise.withResolvers<number | null>();
    this.#jailed.set(pid, found.resolve);
    // Asked again: the shell may be replaced by another.
    const timer = setInterval(() => this.#shell.stdin?.write(`j ${pid}\n`), JAIL_MS);
    ended.then(() => found.resolve(null));
    const jailed = await found.promise;
    clearInterval(timer);
    this.#jailed.delete(pid);
    return jailed;
  }

  /** Asks a process to end that is not a child of the server. */
  terminate(pid: number): void {
    this.#shell.stdin?.write(`t ${pid}\n`);
  }

  /** Ends the guard, and with it every process still watched. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#timer) clearInterval(this.#timer);
    clearTimeout(this.#restart);
    const shell = this.#shell;
    if (shell.exitCode !== null || shell.signalCode !== null || shell.pid === undefined) return;
    const exited = new Promise((resolve) => shell.once('exit', resolve));
    shell.stdin?.end();
    // It may have been stopped.
    sendSignal(shell, 'SIGCONT');
    const timer = setTimeout(() => sendSignal(shell, 'SIGKILL'), CLOSE_MS);
    await exited;
    clearTimeout(timer);
  }

  /** Asks the shell for the usage of all processes. Replaces a shell that does not answer: somebody stopped it. */
  #ask(): void {
    for (const one of this.#watched.values()) if (++one.asked >= MOST_ASKED) this.#unseen(one);
    if (this.#requests.length >= MOST_UNANSWERED) {
      this.#requests = [];
      this.#shell.kill('SIGKILL');
    }
    this.#giveWay();
    this.#requests.push([...this.#watched.keys()]);
    this.#shell.stdin?.write('?\n');
  }

  /** Reads a line of the shell: the end of an answer, or what a process uses: see proc_pid_stat(5). */
  #read(line: string, { pageBytes, tickMs }: Units): void {
    if (line === '.') {
      for (const pid of this.#requests.shift() ?? []) {
        const one = this.#watched.get(pid);
        if (one && one.missed++ >= MOST_MISSED) this.#unseen(one);
      }
      this.#checkMemory();
      return;
    }
    if (line.startsWith('j ')) {
      const [, outer, inner] = line.split(' ').map(Number);
      if (outer !== undefined && inner !== undefined) this.#jailed.get(outer)?.(inner);
      return;
    }
    const [pid, rssPages, state, ...fields] = line.split(' ');
    const one = this.#watched.get(Number(pid));
    const [rssBytes, userTicks, systemTicks] = [rssPages, fields[10], fields[11]].map(Number);
    if (!one || rssBytes === undefined || userTicks === undefined || systemTicks === undefined) return;
    const isStopped = state === 'T' || state === 't';
    const usage = { rssBytes: rssBytes * pageBytes, cpuMs: (userTicks + systemTicks) * tickMs, isStopped };
    if (!Number.isFinite(usage.rssBytes + usage.cpuMs)) return;
    one.rssBytes = usage.rssBytes;
    one.cpuMs = usage.cpuMs;
    one.asked = 0;
    // The answer that this line belongs to adds one.
    one.missed = -1;
    one.watcher.usage(usage);
  }

  /** Has a bounded process that has computed for long give way; one at a time, since Linux takes ten a second. */
  #giveWay(): void {
    for (const [pid, one] of this.#watched) {
      if (!one.isBounded || one.givesWay || one.cpuMs < BUSY.cpuMs) continue;
      one.givesWay = true;
      this.#shell.stdin?.write(`n ${pid}\n`);
      return;
    }
  }

  /** Names the largest of the bounded processes if they take too much memory together, one at a time. */
  #checkMemory(): void {
    const all = [...this.#watched.values()].filter(({ isBounded }) => isBounded);
    const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
    const total = mib(all.reduce((sum, { rssBytes }) => sum + rssBytes, 0));
    if (total <= this.limits.memoryMib || all.some(({ isLargest }) => isLargest)) return;
    const [largest] = all.toSorted((a, b) => b.rssBytes - a.rssBytes);
    if (!largest || all.length === 1 || mib(largest.rssBytes) < SMALL_MIB) return;
    largest.isLargest = true;
    largest.watcher.largest?.(mib(largest.rssBytes), this.limits.memoryMib);
  }

  /** Reports that a process is unseen, unless the system reports no usage at all. */
  #unseen(one: Watched): void {
    if (one.isUnseen || !this.#units?.hasUsage) return;
    one.isUnseen = true;
    one.watcher.unseen();
  }
}

function parseUnits(line: string): Units {
  const [pageBytes = 4096, ticks = 100, hasUsage] = line.split(' ').map(Number);
  return { pageBytes, tickMs: 1000 / ticks, hasUsage: hasUsage === 1 };
}
