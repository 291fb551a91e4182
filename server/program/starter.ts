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
