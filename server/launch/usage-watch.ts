/**
 * Watches what processes use: the guard's shell reads it from the system four times a second. Names those that hide, or
 * that take too much memory together, and has those that compute for long give way.
 */
import { BUSY } from './bounds.ts';
import type { GuardShell, Units } from './guard-shell.ts';
import { ProcessTree, type Usage, usageOf } from './process-tree.ts';

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
};

/** A process that takes less than this hardly takes more than its runtime: it is not why memory is short. */
const SMALL_MIB = 80;
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

export class UsageWatch {
  readonly #shell: GuardShell;
  /** Most memory of all bounded processes together. */
  readonly #memoryMib: number;
  #watched = new Map<number, Watched>();
  /** The processes of each request that this shell has not answered yet, in order. */
  #requests: number[][] = [];
  /** How many requests in a row were left out. */
  #skipped = 0;
  #units: Units | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(shell: GuardShell, memoryMib: number) {
    this.#shell = shell;
    this.#memoryMib = memoryMib;
  }

  /** Whether anything is watched: then the shell is asked all the time. */
  get isAsking(): boolean {
    return this.#timer !== null;
  }

  has(pid: number): boolean {
    return this.#watched.has(pid);
  }

  /** See `Guard.watch`. */
  add(pid: number, watcher: Watcher, { isBounded = false, forks = false } = {}): void {
    const state = { asked: 0, missed: 0, isUnseen: false, rssBytes: 0, isLargest: false };
    const time = { cpuMs: 0, givesWay: false, measured: 0 };
    const tree = forks ? new ProcessTree() : null;
    this.#watched.set(pid, { watcher, isBounded, ...state, ...time, tree });
    this.#shell.write(orderFor(pid, tree !== null));
    this.#timer ??= setInterval(() => this.#ask(), SAMPLE_MS);
  }

  remove(pid: number): void {
    if (!this.#watched.delete(pid)) return;
    this.#shell.write(`- ${pid}`);
    if (this.#watched.size > 0) return;
    this.close();
    this.#timer = null;
    this.#requests = [];
  }

  /** Has a shell that took the place of another watch the same processes. */
  resume(): void {
    this.#requests = [];
    for (const [pid, { tree }] of this.#watched) this.#shell.write(orderFor(pid, tree !== null));
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
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
  read(line: string, units: Units): void {
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
    if (total <= this.#memoryMib || all.some(({ isLargest }) => isLargest)) return;
    const [largest] = all.toSorted((a, b) => b.rssBytes - a.rssBytes);
    if (!largest || all.length === 1 || mib(largest.rssBytes) < SMALL_MIB) return;
    largest.isLargest = true;
    largest.watcher.largest?.(mib(largest.rssBytes), this.#memoryMib);
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
