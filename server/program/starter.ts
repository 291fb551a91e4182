/** How jobs are started: what a mode implements (modes/*), and main calls. */
import type { Handle } from './pool.ts';

/** A mode's way to start jobs. */
export type Starter = {
  start(job: number, daemon: boolean): Promise<Handle>;
  /** Resolves when all that keeps the program alive has ended. */
  drain(): Promise<void>;
};
