/**
 * Notices what holds up a pass from outside: the server standing still, the machine asleep, a process of the program
 * stopped. Its times count all of that, so they cannot be read without knowing it.
 */
import type { Pauses } from '../../protocol/facts.ts';

/** Readings of the clocks, in ms: one that stops while the machine sleeps, and the time of day. */
type Clocks = { monotonic(): number; wall(): number };

/**
 * Least that counts, in ms. A busy server is late by less; the time of day is adjusted in small steps; a stopped
 * process is seen in samples.
 */
const LEAST_MS = { server: 2000, machine: 1000, program: 500 } as const;
/** Longest time between two samples of a process that is taken to have passed the same way, in ms. */
const MAX_SAMPLE_MS = 1000;

/** Measures the pauses of a pass. */
export class PauseMeter {
  #clocks: Clocks;
  #tickMs: number;
  #last: { monotonic: number; wall: number };
  #wasLate = false;
  #ms = { server: 0, machine: 0, program: 0 };
  /** By pid: when its last sample was taken, if it was stopped then, and for how long it has been stopped in all. */
  #stopped = new Map<number, { sinceMs: number | null; ms: number }>();

  /** `tick` must be called every `tickMs`. */
  constructor(tickMs: number, clocks: Clocks) {
    this.#clocks = clocks;
    this.#tickMs = tickMs;
    this.#last = this.#read();
  }

  /** Compares the clocks with the last tick. Returns whether the server has stood still since then. */
  tick(): boolean {
    const before = this.#last;
    this.#last = this.#read();
    const lateMs = this.#last.monotonic - before.monotonic - this.#tickMs;
    const leapMs = Math.abs(this.#last.wall - before.wall - (this.#last.monotonic - before.monotonic));
    if (leapMs >= LEAST_MS.machine) this.#ms.machine += leapMs;
    this.#wasLate = lateMs >= LEAST_MS.server;
    if (this.#wasLate) this.#ms.server += lateMs;
    return this.#wasLate;
  }

  /** Whether the server has just stood still: until the first tick in time, it reads what came meanwhile. */
  get isLate(): boolean {
    return this.#wasLate || this.#clocks.monotonic() - this.#last.monotonic - this.#tickMs >= LEAST_MS.server;
  }

  /** Adds a sample of a process: whether it is stopped. */
  sample(pid: number, isStopped: boolean): void {
    const { sinceMs, ms } = this.#stopped.get(pid) ?? { sinceMs: null, ms: 0 };
    const nowMs = this.#clocks.monotonic();
    const stoppedMs = isStopped && sinceMs !== null ? Math.min(nowMs - sinceMs, MAX_SAMPLE_MS) : 0;
    this.#stopped.set(pid, { sinceMs: isStopped ? nowMs : null, ms: ms + stoppedMs });
    this.#ms.program = Math.max(this.#ms.program, ms + stoppedMs);
  }

  /** Returns the pauses so far, in ms; null if there were none. */
  total(): Pauses | null {
    const all = Object.entries(this.#ms) as [keyof typeof LEAST_MS, number][];
    const found = all
      .filter(([what, ms]) => ms >= LEAST_MS[what])
      .map(([what, ms]) => [what, Math.round(ms)]);
    return found.length === 0 ? null : Object.fromEntries(found);
  }

  #read() {
    return { monotonic: this.#clocks.monotonic(), wall: this.#clocks.wall() };
  }
}
