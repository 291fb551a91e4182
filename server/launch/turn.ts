/** Giving way to requests, on both runtimes. */
import { SERVER_RUNTIME } from './runtimes.ts';

/**
 * Calls `callback` once the server has had a look at what has arrived on its connections and pipes. On Node an immediate
 * does. On Deno 2.9 immediates that are set one after another come before everything that arrives: 60 turns of 8 ms
 * passed, and a request was answered after the last; a timer of 0 ms, which takes 2 ms there, lets it through.
 */
export const afterArrivals: (callback: () => void) => void =
  SERVER_RUNTIME === 'deno' ? (callback) => setTimeout(callback, 0) : (callback) => setImmediate(callback);

/** Resolves when others have had their turn: see `afterArrivals`. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => afterArrivals(resolve));
}
