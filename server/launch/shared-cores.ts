/** Pins all threads of a process to one core: for processes in which only one thread works at a time. */
import { availableParallelism } from 'node:os';
import type { GuardShell } from './guard-shell.ts';

/** Longest wait until the threads of a process share a core, in ms. It takes about 3; on a busy machine, much longer. */
const SHARE_MS = 1000;

/** The core of a process, by number among those of the server. */
type Shared = { core: number; done(isShared: boolean): void };

export class SharedCores {
  readonly #shell: GuardShell;
  #shared = new Map<number, Shared>();

  constructor(shell: GuardShell) {
    this.#shell = shell;
  }

  /** Has a process share the core on which the fewest of these processes are. Resolves with whether it does. */
  async share(pid: number): Promise<boolean> {
    const count = availableParallelism();
    if (count === 1) return true;
    const used = new Array<number>(count).fill(0);
    for (const { core } of this.#shared.values()) used[core] = (used[core] ?? 0) + 1;
    const core = used.indexOf(Math.min(...used));
    const { promise: isShared, resolve: done } = Promise.withResolvers<boolean>();
    const one = { core, done };
    this.#shared.set(pid, one);
    this.#shell.write(`o ${pid} ${core}`);
    const timer = setTimeout(done, SHARE_MS, false);
    const isDone = await isShared;
    clearTimeout(timer);
    if (!isDone && this.#shared.get(pid) === one) this.#shared.delete(pid);
    return isDone;
  }

  /** Notes that the shell has done it. */
  done(pid: number): void {
    this.#shared.get(pid)?.done(true);
  }

  /** Forgets a process that has ended. */
  forget(pid: number): void {
    this.#shared.delete(pid);
  }
}
