/**
 * The model of what the lanes of a pass hold: memory, messages, locks, semaphores and conditions, and which updates of
 * the counter were lost. Built by state.ts and updates.ts.
 */

/** The memory of one process; `lanes` share it. */
export type Memory = { pid: number; lanes: number[]; list: unknown[]; counter: number };

/** A moment of a job, or of main (`job` null). */
export type Moment = { lane: number; job: number | null; atMs: number };
type MessageTimes = {
  id: string;
  value: unknown;
  bytes: number;
  sent: Moment;
  received: Moment | null;
};

export type PassState = {
  /** By process. */
  memories: Map<number, Memory>;
  /** By lane: the memory of its process. */
  memoryOf: Map<number, Memory>;
  messages: Map<string, MessageTimes>;
  /** Ids of the messages in the queue, in order. */
  queue: Set<string>;
  /** Reads and writes of the counter. updates.ts finds out which writes are lost. */
  accesses: Access[];
  updates: UpdateBook;
  /** The holder of each lock, since when. */
  locks: Map<string, Moment>;
  /** The permits of each semaphore, and who holds one, since when; with several, a job is there several times. */
  semaphores: Map<string, { permits: number; holders: Moment[] }>;
  /** The notifications of each condition: how many, and the ids of those that have ended no wait. */
  conditions: Map<string, { notified: number; lost: Set<string> }>;
};

/** A read or a write of the counter. */
export type Access = Moment & {
  seq: number;
  pid: number;
  /** `added`: read and written in one step. */
  kind: 'read' | 'written' | 'added';
  value: number;
  /** For a write: when the same job last read the counter; the time of the write if it never did. */
  readAtMs: number;
  /** Index in `accesses` of the write that this access read, or built on. */
  madeOf: number | null;
  /** The first time it was overwritten by a job that had not read it. */
  loss: LostUpdate | null;
};

/** A read of the counter, and the write based on it. */
export type Update = { job: number | null; readAtMs: number; writtenAtMs: number };

/** Two jobs both read the counter before either wrote it: the write of `lost` is lost. */
export type LostUpdate = { lost: Update; by: Update };

/** The bookkeeping needed to apply the next access. Numbers are indexes in `accesses`. */
export type UpdateBook = {
  /** By lane and job: its last access, and when it last read. */
  parties: Map<string, { last: number; readAtMs: number | null }>;
  /** By process: the last write, and the writes that were never lost, in order. */
  memories: Map<number, { last: number | null; safe: number[] }>;
  /** The lost updates as of `count` accesses. */
  known: { count: number; writes: Set<Access>; updates: LostUpdate[] };
};
