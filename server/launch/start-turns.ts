/**
 * Spaces out the starts of processes. Each blocks the event loop until the executable is loaded: for 2 ms, or for 15 ms
 * and more once the server uses 200 MB, because its page tables are copied. Serving a page takes about twenty turns of
 * the event loop, so with a start in every turn, as when a class presses Run, it would take seconds.
 */

/** How long starts may hold up the server at a stretch, in ms: a pass in five processes does not wait. */
const BURST_MS = 100;
/** Turns of the event loop between two starts: a page takes as many. They take no time when nothing is due. */
const TURNS = 20;

export class StartTurns {
  #last: Promise<void> = Promise.resolve();
  /** What starts have taken that the server has not had for other things yet, in ms, at `#atMs`. */
  #owedMs = 0;
  #atMs = performance.now();

  /**
   * Resolves when the caller may start a process. Between two starts the server does everything else that is due. After a
   * burst, it has as long for that as starts take.
   */
  next(): Promise<void> {
    const turn = this.#last;
    this.#last = turn.then(async () => {
      for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
      for (let ms = this.#owed() - BURST_MS; ms > 0; ms = this.#owed() - BURST_MS)
        await new Promise((resolve) => setTimeout(resolve, ms));
    });
    return turn;
  }

  /** Counts a start that held up the server for `ms`. */
  took(ms: number): void {
    // The time of the start itself has passed, too, and as much is due to everything else.
    this.#owedMs = this.#owed() + 2 * ms;
  }

  #owed(): number {
    const now = performance.now();
    this.#owedMs = Math.max(0, this.#owedMs - (now - this.#atMs));
    this.#atMs = now;
    return this.#owedMs;
  }
}
