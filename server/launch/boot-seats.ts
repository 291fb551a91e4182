/**
 * How many processes of a run with many boot at once. A boot is computing, so more of them than cores end no earlier
 * together; but whenever the server has something to do, it would stand in line with all of them.
 */
import os from 'node:os';

/** Boots at once on each core: while one reads a file, or waits for the server, another computes. */
const PER_CORE = 2;
/** Longest that a boot keeps its place, in ms: it takes a fraction of that, if nothing has stopped the process. */
const LONGEST_MS = 1000;

export class BootSeats {
  #free = PER_CORE * os.availableParallelism();
  #waiting: (() => void)[] = [];

  /** Resolves when another process may boot, in turn. The caller calls `release` when it has booted, or has ended. */
  async take(): Promise<{ release(): void }> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    const timer = setTimeout(() => release(), LONGEST_MS);
    let isTaken = true;
    const release = () => {
      if (!isTaken) return;
      isTaken = false;
      clearTimeout(timer);
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    };
    return { release };
  }
}
