/** Finds the logs of runs that are not under way on this server. This is the port. */
import type { StoredRun } from '../../store/store.ts';
import type { Log } from './log.ts';

/** The logs of stored runs. */
export interface Logs {
  /** Returns the log of a run in the store. Readers at the same time share one log. */
  of(run: StoredRun): Promise<Log>;
  /** Adds the log of a run that has just ended here, so that new readers share it with those that are still reading. */
  share(id: string, log: Log): void;
  /** Drops what is kept of a run that is removed. */
  forget(id: string): void;
}
