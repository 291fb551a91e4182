/** Waits for a lock that another process holds, without keeping the event loop. */
import { setTimeout as pause } from 'node:timers/promises';
import { troubleOf } from './sqlite-errors.ts';

/** Pauses between attempts, in ms: the first, and the longest. Each is one and a half times as long as the last. */
const PAUSE_MS = { first: 5, longest: 100 };

/**
 * Calls `attempt` until it succeeds, and returns its result. Rejects with its error if that is not about a lock, or if
 * the database has been locked for `limitMs`. The first attempt is made before this returns.
 */
export async function whenFree<T>(attempt: () => T, limitMs: number): Promise<T> {
  const until = performance.now() + limitMs;
  for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(1.5 * pauseMs, PAUSE_MS.longest)) {
    try {
      return attempt();
    } catch (error) {
      if (troubleOf(error) !== 'locked' || performance.now() >= until) throw error;
    }
    await pause(pauseMs);
  }
}
