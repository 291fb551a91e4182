/**
 * The guard: a small shell process beside the server. If the server dies in any way, it kills every process of every
 * run. It also reads their usage from the system, which the server's own permissions on Deno do not allow. Besides, it
 * has what all processes of a server share: the turns in which they are started, the reading of their pipes, and their
 * limits.
 */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { type Bounds, BUSY, bounded, dying, findSetpriv, niceOf, yielding } from './bounds.ts';
import { GuardShell, type Units } from './guard-shell.ts';
import { Intake } from './intake.ts';
import { ProcessTree, type Usage, usageOf } from './process-tree.ts';
import type { Command } from './runtimes.ts';
import { StartTurns } from './start-turns.ts';
import { Starter } from './starter.ts';

/**
 * What processes are held to: most MiB of output; and those with code that somebody wrote to their bounds, and to
 * `memoryMib` together.
 */
export type ProcessLimits = Bounds & { outputMib: number; memoryMib: number };

/** A process that takes less than this hardly takes more than its runtime: it is not why memory is short. */
const SMALL_MIB = 80;

/** If nothing else is set: see settings.ts. */
const LIMITS: ProcessLimits = { outputMib: 64, files: 1024, cpuSeconds: 600, memoryMib: 1024 };

/** Callbacks for a process that is watched. */
export type Watcher = {
  usage(usage: Usage): void;
  /** The process is alive, but the system has not reported its usage for a while. Called once. */
  unseen(): void;
  /** It is the largest of the bounded processes, which take too much memory together, and must be ended. */
  largest?(mib: number, mostMib: number): void;
};

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
  /** How often its usage has been read; its PSS, and its memory then, if that has been. */
  measured: number;
  pss?: { bytes: number; rssBytes: number };
  /** What it and the processes that it has started use; null if it starts none. */
  tree: ProcessTree | null;
  /** The core that its threads share, by number among those of the server; null if each has its own. */
  core: number | null;
  /** Hears that they do. */
  sharesCore?: (isShared: boolean) => void;
};

const SAMPLE_MS = 250;
/** How many processes are made to give way at a sample: Linux takes ten a second. */
const GIVE_WAY_AT_ONCE = 2;
/**
 * After how many samples the PSS of a process is read, and every how many from then on: the system walks all of its pages
 * for it, which takes about a millisecond.
 */
const PSS_FIRST = 3;
const PSS_EVERY = 20;
/** After how many answers without its usage a process counts as unseen: its end would have been read by then. */
const MOST_MISSED = 8;
/** After how many requests without its usage a process counts as unseen, however many shells were asked. */
const MOST_ASKED = 60;
/** How many requests in a row are left out while a tree is looked at. */
const MOST_SKIPPED = 3;
/** Pause between questions for the processes in jails, in ms: bubblewrap takes about 6 to start one. */
const JAIL_MS = 2;
/** Longest wait until the threads of a process share a core, in ms. It takes about 3; on a busy machine, much longer. */
const SHARE_MS = 1000;

export class Guard {
  /** When each process may be started. */
  readonly turns = new StartTurns();
  /** What starts each process. */
  readonly starter: Starter;
  /** Reads the pipes of all processes. */
  readonly intake = new Intake();
  readonly limits: ProcessLimits;
  /** See bounds.ts. */
  readonly #setpriv = findSetpriv();
  #shell: GuardShell;
  #watched = new Map<number, Watched>();
  /** The processes of each request that this shell has not answered yet, in order. */
  #requests: number[][] = [];
  /** How many requests in a row were left out. */
  #skipped = 0;
  #units: Units | null = null;
  /** By the bubblewrap that starts it: hears of the process in a jail. */
  #jailed = new Map<number, (pid: number) => void>();
  /** While there are any of `#jailed`. */
  #asking: NodeJS.Timeout | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isClosing = false;

  /** `folder`: removed with all that is in it when the server has ended, in any way; none if empty. */
  constructor(limits: Partial<ProcessLimits> = {}, folder = '') {
    this.limits = { ...LIMITS, ...limits };
    this.starter = new Starter(folder, (ms) => this.turns.took(ms));
    this.#shell = new GuardShell(folder, this.#setpriv, {
      begun: () => {
        this.#requests = [];
        for (const [pid, { tree }] of this.#watched) this.#shell.write(orderFor(pid, tree !== null));
      },
      line: (line, units) => this.#read(line, units),
    });
  }

  /** The shell's process id; undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#shell.pid;
  }

  /**
   * Returns the command for a process that dies with its parent `parentPid`, and so with the server, and is held to the
   * bounds that it needs.
   */
  command(command: Command, parentPid = process.pid): Command {
    if (command.isBounded) return bounded(command, this.limits, this.#setpriv, parentPid);
    return command.yields ? yielding(command, this.#setpriv) : dying(command, this.#setpriv, 'KILL');
  }

  /** Why no process can be watched, for the operator; null if nothing is known to stand against it. */
  get trouble(): string | null {
    return this.#shell.trouble;
  }

  /** Whether nothing has been heard of the processes for a while. */
  get isLate(): boolean {
    return this.#shell.isLate;
  }

  /** Makes sure that both are true as of a few seconds ago. */
  verify(): void {
    // While anything is watched, the shell is asked all the time.
    if (this.#timer === null && !this.#isClosing) this.#shell.verify();
  }

  /**
   * Watches a process until `unwatch`. Calls `usage` four times a second with what it uses, if the system reports that
   * at all; if it does, but not for this process, calls `unseen`. `isBounded`: whether it is one of those with code
   * that somebody wrote, which share `memoryMib`. `forks`: it starts processes by itself, and all that it uses with them
   * is its usage; memory that they share counts once.
   */
  watch(pid: number, watcher: Watcher, { isBounded = false, forks = false } = {}): void {
    const state = { asked: 0, missed: 0, isUnseen: false, rssBytes: 0, isLargest: false };
    const time = { cpuMs: 0, givesWay: false, measured: 0 };
    const tree = forks ? new ProcessTree() : null;
    this.#watched.set(pid, { watcher, isBounded, ...state, ...time, tree, core: null });
    this.#shell.write(orderFor(pid, tree !== null));
    this.#timer ??= setInterval(() => this.#ask(), SAMPLE_MS);
  }

  /** Stops watching a process. Call it as soon as the process has ended: its number may soon be reused. */
  unwatch(pid: number): void {
    if (!this.#watched.delete(pid)) return;
    this.#shell.write(`- ${pid}`);
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
    this.#asking ??= setInterval(() => this.#askForJailed(), JAIL_MS);
    ended.then(() => found.resolve(null));
    const jailed = await found.promise;
    this.#jailed.delete(pid);
    return jailed;
  }

  /**
   * Asks for the process in a jail that has waited longest for that, again and again: the shell may be replaced by another.
   * Asking for all of 32 at once would take a core.
   */
  #askForJailed(): void {
    const [next] = this.#jailed;
    if (!next) {
      if (this.#asking) clearInterval(this.#asking);
      this.#asking = null;
      return;
    }
    const [pid, found] = next;
    this.#jailed.delete(pid);
    this.#jailed.set(pid, found);
    this.#shell.write(`j ${pid}`);
  }

  /** Has the session of a process in a jail yield: bubblewrap starts another one, which does not inherit that. */
  yieldInJail(pid: number, command: Command): void {
    const [, session] = niceOf(command);
    this.#shell.write(`y ${pid} ${session}`);
  }

  /**
   * Has all threads of a process share a core, that on which the fewest of these processes are: for one of which only one
   * thread works at a time. It then takes one core instead of two, and its threads hand over to each other in 2 to 4 µs
   * instead of the 20 to 70 that waking another core takes (`npm run bench -- explore`). Resolves with whether they do:
   * not without taskset(1).
   */
  async shareCore(pid: number): Promise<boolean> {
    const count = availableParallelism();
    if (count === 1) return true;
    const one = this.#watched.get(pid);
    if (!one) return false;
    const used = new Array<number>(count).fill(0);
    for (const { core } of this.#watched.values()) if (core !== null) used[core] = (used[core] ?? 0) + 1;
    one.core = used.indexOf(Math.min(...used));
    const { promise: isShared, resolve } = Promise.withResolvers<boolean>();
    one.sharesCore = resolve;
    this.#shell.write(`o ${pid} ${one.core}`);
    const timer = setTimeout(resolve, SHARE_MS, false);
    const isDone = await isShared;
    clearTimeout(timer);
    if (!isDone) one.core = null;
    return isDone;
  }

  /** Asks a process to end that is not a child of the server. */
  terminate(pid: number): void {
    this.#shell.write(`t ${pid}`);
  }

  /** Kills a process together with what it has started. */
  killWhole(pid: number): void {
    this.#shell.write(`k ${pid}`);
  }

  /** Kills what a process that has ended has left in its group. */
  killGroup(pid: number): void {
    this.#shell.write(`g ${pid}`);
  }

  /** Ends the guard, and with it every process still watched. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#timer) clearInterval(this.#timer);
    if (this.#asking) clearInterval(this.#asking);
    this.starter.close();
    await this.#shell.close();
  }

  /** Asks the shell for the usage of all processes. */
  #ask(): void {
    // A tree takes long to look at on a busy machine: another look begins when that has ended, or after a while.
    const hasTree = [...this.#watched.values()].some(({ tree }) => tree !== null);
    if (hasTree && this.#requests.length > 0 && this.#skipped++ < MOST_SKIPPED) return;
    this.#skipped = 0;
    for (const one of this.#watched.values()) if (++one.asked >= MOST_ASKED) this.#unseen(one);
    this.#giveWay();
    this.#requests.push([...this.#watched.keys()]);
    this.#shell.ask();
  }

  /** Reads a line of the shell: the end of an answer, or what a process uses: see proc_pid_stat(5). */
  #read(line: string, units: Units): void {
    this.#units = units;
    if (line === '.') {
      for (const pid of this.#requests.shift() ?? []) {
        const one = this.#watched.get(pid);
        if (one && one.missed++ >= MOST_MISSED) this.#unseen(one);
        const whole = one?.tree?.end();
        if (one && whole) {
          one.cpuMs = whole.cpuMs;
          one.rssBytes = whole.rssBytes;
          one.watcher.usage(whole);
        }
      }
      this.#checkMemory();
      return;
    }
    if (line.startsWith('s ')) {
      const [, root, sockets] = line.split(' ');
      this.#watched.get(Number(root))?.tree?.addSockets(Number(sockets));
      return;
    }
    if (line.startsWith('c ')) {
      const [, root, ...said] = line.split(' ');
      const one = this.#watched.get(Number(root));
      const isBusy = one?.tree?.add(said, units) && one.isBounded && said[0] !== root;
      if (isBusy) this.#shell.write(`n ${said[0]}`);
      return;
    }
    if (line.startsWith('m ')) {
      this.#notePss(line);
      return;
    }
    if (line.startsWith('o ')) {
      this.#watched.get(Number(line.slice(2)))?.sharesCore?.(true);
      return;
    }
    if (line.startsWith('j ')) {
      const [, outer, inner] = line.split(' ').map(Number);
      if (outer !== undefined && inner !== undefined) this.#jailed.get(outer)?.(inner);
      return;
    }
    const [pid, ...rest] = line.split(' ');
    const one = this.#watched.get(Number(pid));
    const usage = usageOf(rest, units);
    if (!one || usage === null) return;
    if (one.tree) {
      one.tree.begin(usage);
      one.asked = 0;
      one.missed = -1;
      return;
    }
    // What it has taken since is its own.
    if (one.pss) usage.pssBytes = one.pss.bytes + Math.max(0, usage.rssBytes - one.pss.rssBytes);
    if (one.measured++ % PSS_EVERY === PSS_FIRST) this.#shell.write(`m ${pid}`);
    one.rssBytes = usage.rssBytes;
    one.cpuMs = usage.cpuMs;
    one.asked = 0;
    // The answer that this line belongs to adds one.
    one.missed = -1;
    one.watcher.usage(usage);
  }

  /** Reads a process's proportional set size: see proc_pid_smaps(5). */
  #notePss(line: string): void {
    const [, pid, kb] = line.split(' ').map(Number);
    const one = this.#watched.get(pid ?? 0);
    if (one && kb !== undefined && Number.isFinite(kb))
      one.pss = { bytes: kb * 1024, rssBytes: one.rssBytes };
  }

  /** Has bounded processes that have computed for long give way, a few at a time. */
  #giveWay(): void {
    let most = GIVE_WAY_AT_ONCE;
    for (const [pid, one] of this.#watched) {
      if (!one.isBounded || one.givesWay || one.cpuMs < BUSY.cpuMs) continue;
      one.givesWay = true;
      this.#shell.write(`n ${pid}`);
      if (--most === 0) return;
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

/** Returns the order to watch a process, with those that it starts if it `forks`. */
function orderFor(pid: number, forks: boolean): string {
  return forks ? `+ ${pid} tree` : `+ ${pid}`;
}
