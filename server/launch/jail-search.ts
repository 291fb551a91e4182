/** Finds the processes that bubblewrap has started in jails: the guard's shell looks for them. */
import type { GuardShell } from './guard-shell.ts';

/** Pause between questions for the processes in jails, in ms: bubblewrap takes about 6 to start one. */
const PAUSE_MS = 2;

export class JailSearch {
  readonly #shell: GuardShell;
  /** By the bubblewrap that starts it: hears of the process in a jail. */
  #jailed = new Map<number, (pid: number) => void>();
  /** While there are any of `#jailed`. */
  #asking: NodeJS.Timeout | null = null;

  constructor(shell: GuardShell) {
    this.#shell = shell;
  }

  /**
   * Resolves with the number of the process that `pid`, which is bubblewrap, has started in a jail, as soon as there is
   * one; null if `ended` resolves first.
   */
  async by(pid: number, ended: Promise<unknown>): Promise<number | null> {
    const found = Promise.withResolvers<number | null>();
    this.#jailed.set(pid, found.resolve);
    this.#asking ??= setInterval(() => this.#ask(), PAUSE_MS);
    ended.then(() => found.resolve(null));
    const jailed = await found.promise;
    this.#jailed.delete(pid);
    return jailed;
  }

  /**
   * Asks for the process in a jail that has waited longest for that, again and again: the shell may be replaced by another.
   * Asking for all of 32 at once would take a core.
   */
  #ask(): void {
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

  /** Notes what the shell has found. */
  found(outer: number, inner: number): void {
    this.#jailed.get(outer)?.(inner);
  }

  close(): void {
    if (this.#asking) clearInterval(this.#asking);
  }
}
