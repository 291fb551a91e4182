/**
 * Servers that share a database: which there are, which runs wait for one, and which of them executes what. These are
 * the ports; postgres/servers.ts and postgres/queue.ts implement them.
 */
import type { Probed } from '../launch/probe.ts';
import type { Status } from '../protocol/facts.ts';
import type { Place } from '../protocol/place.ts';
import type { FamilySubmitter, StoredFamily, StoredRun } from './store.ts';

/** What a server does: answer requests, execute runs, or both. */
export type Role = 'web' | 'runner' | 'both';

/** Connections of a server to the database, and statements that wait for one. */
export type Connections = { busy: number; idle: number; waiting: number };

/** What a server can execute. */
export type Ability = {
  /** The runtimes on which it executes lessons, and those for programs that somebody wrote. */
  runtimes: readonly string[];
  sandboxed: readonly string[];
  /** What protects it from the latter: see `SandboxFacts`. */
  sandbox: Pick<Probed, 'level' | 'versions' | 'missing'>;
};

/** A server, as the others see it. */
export type ClusterServer = Ability & {
  id: string;
  role: Role;
  /** What its passes may take together. */
  cores: number;
  memoryMib: number;
};

/** What a run needs, and what decides when it has its turn. */
export type QueuedRun = {
  id: string;
  /** The person that it counts towards, and their network; null if unknown. */
  person: string;
  network: string | null;
  /** The room that it was made in. */
  room: string | null;
  /** Most of what any of its passes takes, and what its first one asks for: see `Demand` in runs. */
  cores: number;
  memoryMib: number;
  needs: number;
  lastsMs: number;
  isExclusive: boolean;
  /** Whether it may share cores although it computes. */
  shares: boolean;
  runtime: string;
  isSandboxed: boolean;
  /** Most seconds of each of its passes. */
  passSeconds: number;
};

/** A run that waits or is under way. */
export type Holder = Pick<QueuedRun, 'id' | 'person' | 'network'> & { isWaiting: boolean };

/**
 * As long as fewer than these are there, a run has a place, whoever they are: runs that wait, in all, of its person, and
 * of its network; and all of its person and of its network that wait or are under way.
 */
export type Bounds = {
  waiting: number;
  waitingOfPerson: number;
  waitingOfNetwork: number;
  ofPerson: number;
  ofNetwork: number;
};

/** A run for how long it has waited, or has been under way, in ms. */
export type Aged = QueuedRun & { ageMs: number };

/** A run that waits on the server that executes it, between two passes, and its place there. */
export type Waiting = { id: string; place: Place };

/** A run that is to be stopped, and why: a sentence, unless its status says it. */
export type Stop = { id: string; status: Status; why: string | null };

/** What a server is to do about a run that it has claimed. */
export type Instruction = { id: string; shares: boolean; stop: Stop | null };

/** How many runs wait, and how many a server has claimed. */
export type QueueLoad = { waiting: number; active: number };

/** The queue at one moment, as far as somebody asked for it. */
export type QueueState = {
  /** The first that wait, in the order in which they go. */
  first: QueuedRun[];
  /** Where those that were asked for are among all that wait, from 1 on; those that do not wait are left out. */
  positions: { id: string; position: number }[];
  /** Those that a server has claimed. */
  active: Aged[];
  /** Those of the latter that wait on their server. */
  between: Waiting[];
  /** The living servers that execute runs. */
  runners: ClusterServer[];
};

/** Thrown for what a server says after it was declared dead: others have ended its runs. */
export class DeadServerError extends Error {
  constructor() {
    super('This server was declared dead by another, so what it says is no longer taken.');
  }
}

/** Thrown if no living runner could ever execute a run. */
export class NoRunnerError extends Error {}

/** The servers that live, which see of each other that they do. */
export interface Servers {
  /** Adds a server, alive. Ends what no server will finish: runs that are in no queue, and families without an owner. */
  join(server: ClusterServer): Promise<void>;
  /** Increases the beat of a server, and says what it can do. Rejects with `DeadServerError` if it was declared dead. */
  beat(server: string, ability: Ability): Promise<void>;
  /**
   * Declares a server dead, whether it stopped or was lost: runs that it had claimed but not begun wait again in their
   * old place, and those that it had begun end as interrupted. Returns the ids of the latter. Has no effect if it is dead.
   */
  bury(server: string): Promise<string[]>;
  /** Returns the servers that live, with their beats. */
  living(): Promise<(ClusterServer & { beat: number })[]>;
}

/**
 * Families that any server may go on with. Each has an owner, which submits its runs one after the other; when that is
 * dead or has left, another takes it over.
 */
export interface SharedFamilies {
  /**
   * Takes over the families that have no living owner, and returns all of this server's that are not `known` to be under
   * way: an answer may have been lost.
   */
  adopt(known: readonly string[]): Promise<{ family: StoredFamily; by: FamilySubmitter }[]>;
  /** Returns the families under way that are not about to stop, oldest first. */
  underWay(): Promise<{ id: string; person: string }[]>;
  /** Asks the owner of a family to cancel it. Returns false if there is no such family, or if it has ended. */
  stop(id: string): Promise<boolean>;
  /** Asks the same for all families of a room. Returns their ids. */
  stopRoom(room: string): Promise<string[]>;
  /** Returns the families of this server that are to be stopped. */
  stops(): Promise<string[]>;
  /** Calls `asked` when there may be a family to stop. It may be missed: see `Notices`. */
  onStop(asked: () => void): void;
}

/** The runs that wait or are under way. */
export interface Queue {
  /**
   * Adds a run to the store and to the queue. `choose` receives all that wait or are under way, oldest first, decides
   * whether there is a place, and returns the run that gives up its own, or null; what it throws is passed on, and
   * nothing is changed. It is not asked if `bounds` say that there is a place: so a long queue is seldom read. Rejects
   * with `NoRunnerError` if no living runner could execute the run.
   */
  enter(
    run: StoredRun,
    queued: QueuedRun,
    choose: (holders: Holder[]) => Stop | null,
    bounds?: Bounds,
  ): Promise<void>;
  /**
   * Gives a server the first run that it could ever execute, if `fits` says that there is room for it now: nothing goes
   * past it. Null if there is none, or no room. A family stays with the server that had its last run, while that lives and could execute the next.
   * Rejects with `DeadServerError` if the server was declared dead.
   */
  claim(server: string, fits: (run: QueuedRun) => boolean): Promise<Aged | null>;
  /**
   * Notes that a run is about to be executed. Returns false if it must not be: it is to be stopped, or was taken away.
   * May be called again if the answer was lost.
   */
  begin(id: string, server: string): Promise<boolean>;
  /** Lets runs wait again that a server has claimed and not begun, except those that it knows of: an answer was lost. */
  giveBack(server: string, known: readonly string[]): Promise<void>;
  /** Sets the status of a run that has ended on a server. Rejects with `DeadServerError` if that was declared dead. */
  end(id: string, server: string, status: Status): Promise<void>;
  /** Stops runs: those that wait end at once; of others the runner hears by `instructions`. */
  stop(stops: readonly Stop[]): Promise<void>;
  /** Stops all runs of a room in the same way. Returns their ids. */
  stopRoom(room: string, stop: Omit<Stop, 'id'>): Promise<string[]>;
  /** Sets whether the runs of a room may share cores although they compute. */
  shareCores(room: string, shares: boolean): Promise<void>;
  /** Returns what a server is to do about the runs that it has claimed. */
  instructions(server: string): Promise<Instruction[]>;
  /** Notes which runs wait on a server that executes them, in place of those that did before. */
  waitOn(server: string, waiting: readonly Waiting[]): Promise<void>;
  /** Returns the queue as it is: the first `most` that wait, and where the runs `ids` are. */
  state(ids: readonly string[], most: number): Promise<QueueState>;
  /** Returns how much is in the queue. */
  load(): Promise<QueueLoad>;
  /** Returns the runs in the queue that the operator has blocked. */
  blocked(): Promise<string[]>;
  /** Calls `changed` when runs may have entered, gone, or changed. It may be missed: see `Notices`. */
  onChanged(changed: () => void): void;
  /** Calls `instructed` when the server `server()` may have new instructions. It may be missed, too. */
  onInstructed(server: () => string, instructed: () => void): void;
}
