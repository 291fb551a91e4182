/**
 * The guard: a small shell process beside the server. If the server dies in any way, it kills every process of every
 * run. It also reads their usage from the system, which the server's own permissions on Deno do not allow. Besides, it
 * has what all processes of a server share: the turns in which they are started, the reading of their pipes, and their
 * limits.
 */
import process from 'node:process';
import { type Bounds, bounded, dying, findSetpriv, niceOf, yielding } from './bounds.ts';
import { GuardShell, type Units } from './guard-shell.ts';
import { Intake } from './intake.ts';
import { JailSearch } from './jail-search.ts';
import type { Command } from './runtimes.ts';
import { SharedCores } from './shared-cores.ts';
import { StartTurns } from './start-turns.ts';
import { Starter } from './starter.ts';
import { UsageWatch, type Watcher } from './usage-watch.ts';

/**
 * What processes are held to: most MiB of output; and those with code that somebody wrote to their bounds, and to
 * `memoryMib` together.
 */
export type ProcessLimits = Bounds & { outputMib: number; memoryMib: number };

/** If nothing else is set: see settings.ts. */
const LIMITS: ProcessLimits = { outputMib: 64, files: 1024, cpuSeconds: 600, memoryMib: 1024 };

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
  readonly #shell: GuardShell;
  readonly #usage: UsageWatch;
  readonly #jails: JailSearch;
  readonly #cores: SharedCores;
  #isClosing = false;

  /** `folder`: removed with all that is in it when the server has ended, in any way; none if empty. */
  constructor(limits: Partial<ProcessLimits> = {}, folder = '') {
    this.limits = { ...LIMITS, ...limits };
    this.starter = new Starter(folder, (ms) => this.turns.took(ms));
    this.#shell = new GuardShell(folder, this.#setpriv, {
      replaced: () => this.#usage.resume(),
      line: (line, units) => this.#read(line, units),
    });
    this.#usage = new UsageWatch(this.#shell, this.limits.memoryMib);
    this.#jails = new JailSearch(this.#shell);
    this.#cores = new SharedCores(this.#shell);
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
    if (!this.#usage.isAsking && !this.#isClosing) this.#shell.verify();
  }

  /**
   * Watches a process until `unwatch`. Calls `usage` four times a second with what it uses, if the system reports that
   * at all; if it does, but not for this process, calls `unseen`. `isBounded`: whether it is one of those with code
   * that somebody wrote, which share `memoryMib`. `forks`: it starts processes by itself, and all that it uses with them
   * is its usage; memory that they share counts once.
   */
  watch(pid: number, watcher: Watcher, traits: { isBounded?: boolean; forks?: boolean } = {}): void {
    this.#usage.add(pid, watcher, traits);
  }

  /** Stops watching a process. Call it as soon as the process has ended: its number may soon be reused. */
  unwatch(pid: number): void {
    this.#usage.remove(pid);
    this.#cores.forget(pid);
  }

  /**
   * Resolves with the number of the process that `pid`, which is bubblewrap, has started in a jail, as soon as there is
   * one; null if `ended` resolves first.
   */
  jailedBy(pid: number, ended: Promise<unknown>): Promise<number | null> {
    return this.#jails.by(pid, ended);
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
    return this.#usage.has(pid) && (await this.#cores.share(pid));
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
    this.#usage.close();
    this.#jails.close();
    this.starter.close();
    await this.#shell.close();
  }

  /** Passes a line of the shell to what has asked for it: see guard-script.ts. */
  #read(line: string, units: Units): void {
    const [what, pid, inner] = line.split(' ', 3);
    if (what === 'o') this.#cores.done(Number(pid));
    else if (what === 'j') this.#jails.found(Number(pid), Number(inner));
    else this.#usage.read(line, units);
  }
}
