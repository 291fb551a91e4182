/** What a process and those that it has started by itself use together, from the lines of the guard's shell. */
import { BUSY } from './bounds.ts';
import type { Units } from './guard-shell.ts';

/**
 * What a process uses, as counted by the system. `pssBytes` is its memory with its part of what it shares with others;
 * left out if the system does not report it. `isStopped`: it is stopped by a signal, or by a debugger.
 */
export type Usage = { rssBytes: number; pssBytes?: number; cpuMs: number; isStopped?: boolean };

/**
 * What a socket may hold of what was sent and not read, in bytes, measured: no process has it. Each counts as full, since
 * 64 processes could have 2 GiB in theirs.
 */
const SOCKET_BYTES = 384 * 1024;
/** How many processes are remembered to be busy: more than there can be at once. */
const MOST_BUSY = 1000;

/** The usage of a tree of processes, which comes in several lines of each answer. */
export class ProcessTree {
  /** That of its first process; null while there is none in this answer. */
  #own: Usage | null = null;
  #bytes = 0;
  #cpuMs = 0;
  #mostCpuMs = 0;
  #busy = new Set<string>();

  /** Begins an answer with the usage of the first process alone. */
  begin(own: Usage): void {
    this.#own = own;
    this.#bytes = 0;
    this.#cpuMs = 0;
  }

  /** Adds what the sockets of all its processes may hold. */
  addSockets(count: number): void {
    if (Number.isFinite(count)) this.#bytes += count * SOCKET_BYTES;
  }

  /**
   * Adds one of its processes: its number, its part of the memory in KiB, and what the system says of it. Returns whether
   * it has computed for long for the first time.
   */
  add([pid = '', kb, ...said]: readonly string[], units: Units): boolean {
    const usage = usageOf(said, units, true);
    if (usage === null) return false;
    const part = Number(kb) * 1024;
    this.#bytes += Number.isFinite(part) ? part : usage.rssBytes;
    this.#cpuMs += usage.cpuMs;
    if (usage.cpuMs < BUSY.cpuMs || this.#busy.has(pid)) return false;
    if (this.#busy.size >= MOST_BUSY) this.#busy.clear();
    this.#busy.add(pid);
    return true;
  }

  /** Ends an answer. Returns the usage of all; null if it said nothing of the first. */
  end(): Usage | null {
    const own = this.#own;
    this.#own = null;
    if (own === null) return null;
    // The time of those that are gone counts again as soon as their parent has waited for them.
    this.#mostCpuMs = Math.max(this.#mostCpuMs, this.#cpuMs, own.cpuMs);
    const bytes = this.#bytes || own.rssBytes;
    return { ...own, cpuMs: this.#mostCpuMs, rssBytes: bytes, pssBytes: bytes };
  }
}

/**
 * Reads the pages and the state of a process, and what follows in its `stat`: see proc_pid_stat(5). `withEnded`: the time of
 * the processes that it has waited for counts, too.
 */
export function usageOf(
  [rssPages, state, ...fields]: readonly string[],
  { pageBytes, tickMs }: Units,
  withEnded = false,
): Usage | null {
  const ticks = fields.slice(10, withEnded ? 14 : 12).map(Number);
  const rssBytes = Number(rssPages) * pageBytes;
  const cpuMs = ticks.reduce((sum, one) => sum + one, 0) * tickMs;
  if (ticks.length < 2 || !Number.isFinite(rssBytes + cpuMs)) return null;
  return { rssBytes, cpuMs, isStopped: state === 'T' || state === 't' };
}
