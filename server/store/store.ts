/**
 * The store keeps runs, their logs, and families of runs. This is the port; sqlite.ts and postgres/postgres-store.ts
 * implement it, with the rooms (rooms.ts). Every implementation must pass the contract in test/store/contract.ts.
 */
import type { RunEvent } from '../protocol/events.ts';
import type { Status } from '../protocol/facts.ts';
import type { FamilyPlan, Spec } from '../spec/spec.ts';

/** The family that a run belongs to, and its number there, from 1. */
export type Membership = { family: string; number: number };

/** The room that a run was made in, and the number of the member who made it. */
export type Seat = { room: string; member: number };

/** Why something in the store is not shown: the operator has blocked it, or it will be removed once it has ended. */
export type Hidden = 'blocked' | 'deleted';

/** A run in the store. */
export type StoredRun = {
  id: string;
  /** The person who submitted it. */
  person: string;
  spec: Spec;
  /** In ms since 1970. */
  createdAt: number;
  /** Null until it has ended. */
  status: Status | null;
  /** Undefined for a run that was submitted alone. */
  member?: Membership;
  /** Undefined for a run that was made outside rooms, and once its room or member is gone. */
  seat?: Seat;
};

/** What somebody reported about a run. It says nothing of who did. */
export type Report = { reason: string; createdAt: number };

/** A run as its operator sees it. */
export type ListedRun = StoredRun & { hidden: Hidden | null; reports: number };

/** A family in the store: a plan of `count` runs, derived from `spec`. */
export type StoredFamily = FamilyPlan & {
  id: string;
  person: string;
  spec: Spec;
  /** In ms since 1970. */
  createdAt: number;
  /** Null until it has ended. */
  status: Status | null;
};

/** Who submitted a family, as far as its later runs depend on it: see `Submitter` in runs. */
export type FamilySubmitter = { seat?: Seat; maxSeconds?: number };

/** When runs were last removed because of their age: see retention.ts in runs. Times are in ms since 1970. */
export type Clock = {
  /** When the age of runs was last looked at. */
  seenAt: number;
  /** The latest time that a clock has shown, and was not found wrong. */
  latest: number;
  /** When the clock was first seen more than a day before `latest`; null if it is not. */
  behindSince: number | null;
};

/** What is stored about a run or family makes no sense, so nothing of it can be shown. */
export class DamagedError extends Error {
  constructor(cause: unknown) {
    super('What is stored about this run is damaged, so it cannot be shown.', { cause });
  }
}

/**
 * Once the promise of a write resolves, the data survives the server, however that ends. A write that rejects has
 * changed nothing, and may be tried again.
 */
export interface Store {
  /** Adds a run. Rejects if its id, or its number in its family, is taken, or if there is no such family. */
  create(run: StoredRun): Promise<void>;

  /**
   * Adds events, each as JSON, to the log of a run, starting at sequence number `firstSeq`. A log writes its chunks one
   * after the other. Fails if there is no such run, or if a chunk already starts at `firstSeq`.
   *
   * Every event is appended before any reader sees it. A store that completes synchronously returns undefined, or
   * throws; its callers then do not wait, not even for a microtask.
   */
  append(id: string, firstSeq: number, lines: string[]): void | Promise<void>;

  /** Sets the status of a run that has ended. */
  end(id: string, status: Status): Promise<void>;

  /** Returns a run, also a hidden one, or null if there is none. Rejects with `DamagedError` if it makes no sense. */
  get(id: string): Promise<StoredRun | null>;

  /** Returns the events of a run, each as JSON, in order. What cannot be read as an event is returned as it is. */
  lines(id: string): Promise<string[]>;

  /** Returns the latest runs of a person that belong to no family and are not hidden, newest first. */
  ofPerson(person: string, limit: number): Promise<StoredRun[]>;

  /**
   * Returns the ids of all runs and families of a person, or of those that a member made in a room, also hidden ones. A
   * family stands for its runs.
   */
  idsOf(owner: { person: string } | Seat): Promise<string[]>;

  /** Reports whether a person has submitted any run that is still stored. */
  knows(person: string): Promise<boolean>;

  /** Reports whether a run of a person has come to an end of its own, rather than been stopped from outside. */
  hasFinished(person: string): Promise<boolean>;

  /** Adds a family. `by`: what another server needs to go on with it; a server alone needs nothing. */
  createFamily(family: StoredFamily, by?: FamilySubmitter): Promise<void>;

  /** Sets the status of a family that has ended. */
  endFamily(id: string, status: Status): Promise<void>;

  /** Returns a family, also a hidden one, or null if there is none. Rejects with `DamagedError` if it makes no sense. */
  family(id: string): Promise<StoredFamily | null>;

  /** Returns the runs of a family that have been submitted and are not hidden, in the order of their numbers. */
  ofFamily(family: string): Promise<StoredRun[]>;

  /** Returns the latest families of a person that are not hidden, newest first. */
  familiesOfPerson(person: string, limit: number): Promise<StoredFamily[]>;

  /**
   * Ends what an earlier server left unfinished: its processes died with it. A run gets the status of its log's
   * `run-ended`, or else interrupted. A family is completed if all its runs have ended, or else interrupted. Returns
   * the number of runs. A run that cannot be read is named on the console, and does not keep the others from that.
   */
  interruptUnfinished(): Promise<number>;

  /** Returns whether and why the run or family `id` is hidden. Null also if there is none. */
  hidden(id: string): Promise<Hidden | null>;

  /** Hides the run or family `id`, with all its runs; null shows it again. Returns false if there is none. */
  hide(id: string, hidden: Hidden | null): Promise<boolean>;

  /** Returns the ids of runs and families that are hidden as deleted. */
  deleted(): Promise<string[]>;

  /** Removes the run or family `id` with all its runs, their logs and reports. Nothing of them stays in the files. */
  remove(id: string): Promise<void>;

  /** Adds a report of a run, unless it has `MAX_REPORTS` already. */
  report(run: string, report: Report): Promise<void>;

  /** Returns the reports of a run, oldest first. */
  reports(run: string): Promise<Report[]>;

  /** Returns the latest runs of all people, hidden ones too, newest first; only those `reported` if that is set. */
  latest(limit: number, reported: boolean): Promise<ListedRun[]>;

  /** Reports whether another process has changed anything since the last call. */
  changedElsewhere(): Promise<boolean>;

  /** Saves something that changes nothing, as a test. Rejects if it cannot. */
  check(): Promise<void>;

  /**
   * Removes ended runs created before `createdAt`, and such families together with all their runs. A run that was
   * created while the clock was behind counts as created at `Clock.latest`.
   */
  forgetBefore(createdAt: number): Promise<void>;

  /** Returns the clock that was last set; null if there is none. */
  clock(): Promise<Clock | null>;

  /** Sets the clock. Runs that count as created after its `latest` count as created then. */
  setClock(clock: Clock): Promise<void>;

  close(): Promise<void>;
}

/** Most reports that are kept of a run. */
export const MAX_REPORTS = 50;

/** Returns the last event, number `seq`, of a run created at `createdAt` that its server did not finish. */
export function interruption(seq: number, createdAt: number): RunEvent {
  const atMs = Math.max(0, Date.now() - createdAt);
  const error = 'The server was stopped while this run was under way.';
  return { seq, pass: null, atMs, type: 'run-ended', status: 'interrupted', error };
}

/** Returns what ends the log of a run from event number `seq` on, because the rest is damaged. */
export function damage(seq: number): RunEvent {
  const error = 'The rest of what is stored about this run is damaged, so it is not shown.';
  return { seq, pass: null, atMs: 0, type: 'run-ended', status: 'interrupted', error };
}
