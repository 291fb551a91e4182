/** Where the logs are of runs that this server does not carry out: this is the port. */
import type { StoredRun } from '../store/store.ts';
import type { Log } from './log.ts';

export interface Logs {
  /** Returns the log of a run that the store has. Those who read it at the same time share one. */
  of(run: StoredRun): Promise<Log>;
  /** Takes the log of a run that has just ended here: whoever reads the run while others still do shares it. */
  share(id: string, log: Log): void;
}
