/** Lets few of many go on at the same time, in the order in which they came. */
import { StoreError } from '../store-error.ts';

/** How long one may wait for its turn, in ms. */
const WAIT_MS = 5000;

/**
 * For work that waits for a lock on a connection of a pool: were there as many at once as connections, nothing else of
 * this server could be done meanwhile, not even its heartbeat.
 */
export class Gate {
  #most: number;
  #inside = 0;
  #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Does `work` in its turn. Rejects with `StoreError` if that does not come in time. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#most) await this.#turn();
    else this.#inside++;
    try {
      return await work();
    } finally {
      // The place passes to the next.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside--;
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const come = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(come), 1);
        reject(new StoreError('database-busy', new Error('Too many wait for the queue.')));
      }, WAIT_MS);
      this.#waiting.push(come);
    });
  }
}
