/**
 * Servers that share a database: which there are, which runs wait for one, and which of them executes what. This is the
 * port; postgres/cluster.ts implements it.
 */
import type { Status } from '../protocol/facts.ts';
import type { StoredRun } from './store.ts';

/** A server, as the others see it. */
export type ClusterServer = {
  id: string;
  role: 'web' | 'runner' | 'both';
  /** What its passes may take together. */
  cores: number;
  memoryMib: number;
  /** The runtimes on which it executes lessons, and those for programs that somebody wrote. */
  runtimes: readonly string[];
  sandboxed: readonly string[];
};

/** What a run needs, and what decides when it has its turn. */
export type QueuedRun = {
  id: string;
  /** The person that it counts towards, and their network; null if unknown. */
  person: string;
  network: string | null;
  /** Most of what any of its passes takes. */
  cores: number;
  memoryMib: number;
  runtime: string;
  isSandboxed: boolean;
  /** Most seconds of each of its passes. */
  passSeconds: number;
};

/** A run that waits or is under way, oldest first where several are returned. */
export type Holder = QueuedRun & { isWaiting: boolean };

/** A run that a runner is to stop, and why. */
export type Stop = { id: string; status: Status; why: string | null };

/** Thrown for what a server says after it was declared dead: others have ended its runs. */
export class DeadServerError extends Error {
  constructor() {
    super('This server was declared dead by another, so what it says is no longer taken.');
  }
}

/** Thrown if no living runner could ever execute a run. */
export class NoRunnerError extends Error {}

export interface Cluster {
  /** Adds a server, alive. */
  join(server: ClusterServer): Promise<void>;
  /** Increases the beat of a server. Rejects with `DeadServerError` if it was declared dead. */
  beat(server: string): Promise<void>;
  /** Returns the beats of all servers that live, by id. */
  beats(): Promise<Map<string, number>>;
  /**
   * Declares a server dead, whether it stopped or was lost: runs that it had claimed but not begun wait again in their
   * old place, and those that it had begun end as interrupted. Returns the ids of the latter. Has no effect if it is dead.
   */
  bury(server: string): Promise<string[]>;
  /**
   * Adds a run to the store and to the queue. `choose` receives all that wait or are under way, decides whether there is
   * a place, and returns the run that gives up its own, or null; what it throws is passed on, and nothing is changed.
   * Rejects with `NoRunnerError` if no living runner could execute the run.
   */
  enter(run: StoredRun, queued: QueuedRun, choose: (holders: Holder[]) => Stop | null): Promise<void>;
  /** Returns the runs that wait, in the order in which they go. */
  waiting(): Promise<QueuedRun[]>;
  /**
   * Gives a server the first run that it could execute; null if there is none. A family stays with the server that had
   * its first run, while that lives. Rejects with `DeadServerError` if it was declared dead.
   */
  claim(server: string): Promise<QueuedRun | null>;
  /** Notes that a run is about to be executed. Returns false if it must not be: it has been stopped, or taken away. */
  begin(id: string, server: string): Promise<boolean>;
  /** Sets the status of a run that has ended on a server. Rejects with `DeadServerError` if that was declared dead. */
  end(id: string, server: string, status: Status): Promise<void>;
  /** Stops runs: those that wait end at once; of others the runner hears by `stops`. */
  stop(stops: readonly Stop[]): Promise<void>;
  /** Returns the runs that a server has claimed and is to stop. */
  stops(server: string): Promise<Stop[]>;
}
