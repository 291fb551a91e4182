/**
 * Calls on a SQLite connection, some of which meet a lock of another process. Node's SQLite blocks while it waits, so
 * here it does not wait: the calls are repeated, with pauses in which the server goes on.
 */
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { troubleOf } from './sqlite-errors.ts';

/** How long a call is repeated, in ms. */
const WAIT_MS = 3000;
/** How long a call may block if the last one met no lock, in ms: the operator's command takes less. */
const BLOCK_MS = 20;
/** Pauses between attempts, in ms: the first, and the longest. Each is one and a half times as long as the last. */
const PAUSE_MS = { first: 5, longest: 100 };

/** Makes the calls of one connection. */
export class Calls {
  #db: DatabaseSync;
  /** Whether the last call met a lock: the next ones then do not block. */
  #isLocked = true;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Makes a call once. */
  now<T>(call: () => T): T {
    try {
      const result = call();
      this.#setLocked(false);
      return result;
    } catch (error) {
      if (troubleOf(error) === 'locked') this.#setLocked(true);
      throw error;
    }
  }

  #setLocked(isLocked: boolean): void {
    if (isLocked === this.#isLocked) return;
    this.#isLocked = isLocked;
    this.#db.exec(`pragma busy_timeout = ${isLocked ? 0 : BLOCK_MS}`);
  }

  /** Makes a call, at once if there is no lock, and waits for a lock. Rejects with SQLite's error if that takes long. */
  async whenFree<T>(call: () => T): Promise<T> {
    const until = performance.now() + WAIT_MS;
    for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(1.5 * pauseMs, PAUSE_MS.longest)) {
      try {
        return this.now(call);
      } catch (error) {
        if (troubleOf(error) !== 'locked' || performance.now() >= until) throw error;
      }
      await pause(pauseMs);
    }
  }

  /** Like `whenFree`, in a transaction: all of it is written, or nothing. */
  inTransaction<T>(write: () => T): Promise<T> {
    return this.whenFree(() => {
      this.#db.exec('begin immediate');
      try {
        const result = write();
        this.#db.exec('commit');
        return result;
      } catch (error) {
        // A full disk has rolled it back already.
        if (this.#db.isTransaction) this.#db.exec('rollback');
        throw error;
      }
    });
  }
}
