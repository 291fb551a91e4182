/**
 * How long to wait for a database that may stand still. A server that runs waits as long as a statement may take; one
 * that is about to stop has little time, or whoever stops it kills it: it gives the database up when nothing of what it
 * waits for has moved for a while.
 */

/** For how long nothing may move once there is a hurry, in ms, and how often that is looked at. */
const HURRY_MS = 2000;
const LOOK_MS = 100;

export class Patience {
  /** Rejects each promise that waits. */
  #waiting = new Set<(error: Error) => void>();
  /** When something was answered last, or began to wait while nothing else did, by performance.now. */
  #movedAt = 0;
  #looking: NodeJS.Timeout | null = null;
  /** Why the database was given up; null if it was not. */
  #lost: Error | null = null;

  /** Waits for `answer`. Rejects if the database is given up before. */
  waitFor<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#lost) reject(this.#lost);
      if (this.#waiting.size === 0) this.#moved();
      this.#waiting.add(reject);
      const moved = () => {
        this.#waiting.delete(reject);
        this.#moved();
      };
      answer.then(resolve, reject).finally(moved);
    });
  }

  #moved(): void {
    this.#movedAt = performance.now();
  }

  /** From now on, gives the database up if it stands still. */
  hurry(): void {
    this.#moved();
    this.#looking ??= setInterval(() => {
      if (this.#waiting.size > 0 && performance.now() - this.#movedAt >= HURRY_MS) this.#giveUp();
    }, LOOK_MS).unref();
  }

  #giveUp(): void {
    this.stop();
    this.#lost = new Error(`It has not answered for ${HURRY_MS} ms, and this server is about to stop.`);
    for (const reject of this.#waiting) reject(this.#lost);
  }

  /** Stops looking. */
  stop(): void {
    if (this.#looking) clearInterval(this.#looking);
  }
}
