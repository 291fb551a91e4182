/**
 * Spaces out the starts of processes. Two for each core boot at once: of more, the last would be ready no sooner, the
 * first much later, and the server would be one of many that want the cores. Besides, each start blocks the event loop
 * until the executable is loaded: for 2 ms, or for 15 ms and more once the server uses 200 MB, because its page tables
 * are copied. Serving a page takes about twenty turns of the event loop, so with a start in every turn, as when a class
 * presses Run, it would take seconds.
 */
import os from 'node:os';

/** How long starts may hold up the server at a stretch, in ms: a pass in five processes does not wait. */
const BURST_MS = 100;
/** For how long a process that boots holds up others, in ms: it takes about 50 ms if it has a core. */
const BOOT_MS = 500;

export class StartTurns {
  #last: Promise<void> = Promise.resolve();
  /** What starts have taken that the server has not had for other things yet, in ms, at `#atMs`. */
  #owedMs = 0;
  #atMs = performance.now();
  /** How many processes are booting, and how many may. */
  #booting = 0;
  #most: number;
  #onBooted: () => void = () => {};

  /** `most`: how many processes may boot at once. */
  constructor(most = 2 * os.availableParallelism()) {
    this.#most = most;
  }

  /**
   * Resolves when the caller may start a process. Between two starts the server does everything else that is due. After a
   * burst, it has as long for that as starts take.
   */
  next(): Promise<void> {
    const turn = this.#last;
    this.#last = turn.then(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      for (let ms = this.#owed() - BURST_MS; ms > 0; ms = this.#owed() - BURST_MS)
        await new Promise((resolve) => setTimeout(resolve, ms));
      while (this.#booting >= this.#most)
        await new Promise<void>((resolve) => {
          this.#onBooted = resolve;
        });
    });
    return turn;
  }

  /** Counts a start that held up the server for `ms`, and a process that boots until `booted` resolves. */
  took(ms: number, booted: Promise<unknown>): void {
    // The time of the start itself has passed, too, and as much is due to everything else.
    this.#owedMs = this.#owed() + 2 * ms;
    this.#booting++;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, BOOT_MS);
    Promise.race([booted, late.promise]).then(() => {
      clearTimeout(timer);
      this.#booting--;
      this.#onBooted();
    });
  }

  #owed(): number {
    const now = performance.now();
    this.#owedMs = Math.max(0, this.#owedMs - (now - this.#atMs));
    this.#atMs = now;
    return this.#owedMs;
  }
}
