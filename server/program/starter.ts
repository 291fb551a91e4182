/** How jobs are started: what a mode implements (modes/*), and main calls. */
import type { QueueState } from '../protocol/asks.ts';
import type { Handle } from './pool.ts';

/** A mode's way to start jobs. */
export type Starter = {
  start(job: number, daemon: boolean): Promise<Handle>;
  /** Resolves when all that keeps the program alive has ended. */
  drain(): Promise<void>;
  /** Hands all lanes of this process the state of the queue. */
  tell?(queue: QueueState): void;
};
