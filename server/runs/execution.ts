/** Execution carries out runs that have been accepted, on this machine or elsewhere. This is the port. */
import type { Status } from '../protocol/facts.ts';
import type { StoredRun } from '../store/store.ts';
import type { Load } from './admission/admission.ts';
import type { Use } from './admission/fair-use.ts';
import type { Applicant } from './admission/places.ts';
import type { Log } from './log/log.ts';

export type RunRecord = StoredRun & { log: Log };

/** A run to be executed. */
export type Order = {
  run: StoredRun;
  applicant: Applicant;
  /** Most seconds of each of its passes. */
  passSeconds: number;
  /** Whether it may share cores although it computes; if undefined, as was last set for its room. */
  shares?: boolean;
};

/** Executes runs. */
export interface Execution {
  /** Returns how many runs are under way, and how many wait. */
  load(): Load | Promise<Load>;
  /**
   * Enters a run in the queue, adds it to the store, and executes it in its turn. Resolves when it is stored. Rejects
   * with `BusyError` if there is no place in the queue, and with `StoreError` if it cannot be saved; nothing is left of
   * it then. `use` hears of its computing time and of its end, also if it is rejected.
   */
  submit(order: Order, use: Use): Promise<RunRecord>;
  /** Returns a run that waits or is under way here, or whose end is not saved yet; null if there is none. */
  live(id: string): RunRecord | null;
  /** How many runs have ended here with each status since the server started. */
  readonly endings: ReadonlyMap<Status, number>;
  /** Ids of the runs that wait or are under way here. */
  readonly liveIds: string[];
  /** Returns the runs that wait or are under way, here or at another server, and that the operator has blocked. */
  blocked(): Promise<string[]>;
  /** Stops a run as cancelled. Resolves when no process of it is left. Has no effect on a run that has ended. */
  cancel(id: string): Promise<void>;
  /** Stops all runs of a room as cancelled, for the reason `why`. Resolves when no process of them is left. */
  cancelRoom(room: string, why: string): Promise<void>;
  /** Stops a run as one that gave up its place: see `placeFor`. */
  displace(id: string): void;
  /** Sets whether the runs of a room may share cores although they compute: those that wait, too. */
  shareCores(room: string, shares: boolean): void;
  /** Resolves when a run has ended, and no process of it is left. */
  ended(id: string): Promise<void>;
  /** Cancels a run that is about to be removed. Resolves when no process of it is left and nothing of it will be written. */
  drop(id: string): Promise<void>;
  /** Stops all runs here as interrupted. Resolves when none of their processes is left and no write is in progress. */
  close(): Promise<void>;
}
