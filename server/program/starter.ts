/** How jobs are started: implemented by each mode (modes/*) and called by main. */
import type { QueueState } from '../protocol/asks.ts';
import type { Handle } from './pool.ts';

/** A mode's way of starting jobs. */
export type Starter = {
  start(job: number, daemon: boolean): Promise<Handle>;
  /** Resolves when everything that keeps the program alive has ended. */
  drain(): Promise<void>;
  /** Sends the state of the queue to all lanes of this process. */
  sendState?(queue: QueueState): void;
};

/** Returns a promise, and what resolves it. `Promise.withResolvers` may be the program's by the time it is needed. */
export function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}
