/**
 * Facts: what happened in a run, as reported by the lane or the server. A lane's facts come from the program process
 * over the wire (wire.ts) and are checked (parse.ts, runs/pass/ledger.ts); the server adds its own. A fact with its
 * number, pass and time is an event (events.ts).
 */
import type { MemoryPool } from '../spec/lanes.ts';
import type { Mode } from '../spec/modes.ts';
import type { Json } from './json.ts';
import type { SearchFact } from './search.ts';
import type { WaitKind } from './wait-kinds.ts';

/** How a pass or a run ended. */
export const STATUSES = ['completed', 'failed', 'cancelled', 'timed-out', 'interrupted'] as const;
export type Status = (typeof STATUSES)[number];

/** Common to most facts: the lane, and the job (null for the program's main). */
type OfJob = { lane: number; job: number | null };

/** The line of the program that caused the fact, from 1; omitted if none did. */
type AtLine = { line?: number | undefined };

/** A message on its way: `id` is the same when it is sent and when it is received; `bytes` is its size as JSON. */
type OfMessage = OfJob & AtLine & { id: string; channel: 'queue'; bytes: number; value: Json };

/** What happens inside a lane. A program may report these and no others; the rest is known to the server itself. */
export type LaneFact =
  | {
      type: 'lane-started';
      lane: number;
      kind: 'main' | 'thread' | 'process';
      name: string;
      /** The job that the lane was opened for; omitted for main. */
      job?: number | undefined;
      /**
       * Its process; 0 if that could not be started, so that the lane ends at once. One that a script has forked has the
       * number that the script sees.
       */
      pid: number;
      /** Thread id as numbered by the runtime, on Python by the system; 0 is the main thread of its process. */
      threadId: number;
      parentPid: number;
      /** The lane that has started a thread of a script, unless that is the first of its process. */
      startedBy?: number | undefined;
      daemon: boolean;
      /** How long this process took to boot before the pass began, in ms, if it was kept ready. */
      bootMs?: number | undefined;
    }
  | { type: 'lane-ready'; lane: number }
  | {
      type: 'lane-ended';
      lane: number;
      reason: 'returned' | 'threw' | 'exited' | 'killed' | 'cut-off';
      exitCode: number | null;
      signal: string | null;
    }
  | { type: 'job-started'; lane: number; job: number }
  | ({
      type: 'job-ended';
      lane: number;
      job: number;
      status: 'done' | 'failed' | 'cut-off';
      error: string | null;
    } & AtLine)
  /**
   * `on` is what the wait is for: `job 3`, a lock's name. `permits` is how many permits a semaphore has, those that are
   * taken included. `timer`: a sleep that no call of the api says: the job waits for a timer that the program has set.
   * `agoMs`: how long it has waited by then, if that was not known before.
   */
  | ({
      type: 'wait-started';
      for: WaitKind;
      on: string;
      permits?: number | undefined;
      timer?: true | undefined;
      agoMs?: number | undefined;
    } & OfJob &
      AtLine)
  /**
   * After a wait for a lock or a semaphore, the job holds it, or one more permit. `by` is the id of the event that
   * ended the wait: a `permit-released`, a `condition-notified`; omitted for other kinds, and if a permit was free.
   * `gaveUp`: it ended without what it was for, after a timeout.
   */
  | ({
      type: 'wait-ended';
      for: WaitKind;
      on: string;
      by?: string | undefined;
      gaveUp?: true | undefined;
    } & OfJob)
  | ({ type: 'message-sent' } & OfMessage)
  | ({ type: 'message-received' } & OfMessage)
  /**
   * A write to the memory of the lane's process: to its list, with the new `length`, or to its counter (`length` null).
   */
  | ({
      type: 'shared-written';
      key: 'list' | 'counter';
      value: Json;
      length: number | null;
      /** Set if the counter was read and written in one step, so that no other write was lost. */
      atomic?: true | undefined;
    } & OfJob &
      AtLine)
  | ({ type: 'shared-read'; key: 'counter'; value: Json } & OfJob & AtLine)
  /** A lock was released. A `wait-ended` reports which job holds it next. */
  | ({ type: 'lock-released'; on: string } & OfJob & AtLine)
  /**
   * A call of `compute` is about to keep the thread busy. Its end is not reported. Calls in a row at the same line are
   * one fact, and very short ones may be left out (program/computing.ts).
   */
  | ({ type: 'compute-started' } & OfJob & AtLine)
  /** A permit of the semaphore `on` was given back. */
  | ({ type: 'permit-released'; on: string; id: string } & OfJob & AtLine)
  /**
   * The condition `on` was notified: for the first that waits, or for `all`. It is lost if no `wait-ended` names its
   * `id`.
   */
  | ({ type: 'condition-notified'; on: string; all: boolean; id: string } & OfJob & AtLine)
  /**
   * A step that no other fact reports: the list or the queue's size was read, or the queue was limited. Only where a
   * scheduler of ours gives the order: programs may do so very often.
   */
  | ({ type: 'step-taken'; does: (typeof OTHER_STEPS)[number] } & OfJob & AtLine)
  | ({ type: 'log'; stream: 'stdout' | 'stderr'; text: string } & OfJob & AtLine);

/** Accesses to what lanes share that change nothing which another fact reports. */
export const OTHER_STEPS = ['values', 'size', 'limit'] as const;

/** What is left out after a `cut`: the log of a job, or all events, beyond their number or their bytes. */
export type CutKind = 'log' | 'events' | 'bytes';

/**
 * For how many ms a pass was held up: the server stood still, the machine slept or its clock was set, a process of the
 * program was stopped. Only what took long enough to matter is there, and at least one of them. `sharedWith`: the most
 * other passes that it shared cores with at a time, of those that keep cores busy.
 */
export type Pauses = { server?: number; machine?: number; program?: number; sharedWith?: number };

/** What only the server reports: facts about the run, its passes, and its limits. */
export type ServerFact =
  /** Position in the queue, from 1. In old logs only: see place.ts. */
  | { type: 'run-queued'; position: number }
  | { type: 'run-started' }
  | { type: 'run-ended'; status: Status; error: string | null }
  | {
      type: 'pass-started';
      mode: Mode;
      cores: number;
      otherRuns: number;
      /** Which of several servers it is on, as a name that only tells them apart. Left out by a server alone. */
      machine?: string | undefined;
      /**
       * `schedule`: a scheduler of ours lets one lane at a time take its next step, in an order that the spec gives.
       * The events' `atMs` then counts steps. `search`: it tries one order after another, and reports only what the
       * search found. Left out where the operating system schedules.
       */
      order?: 'schedule' | 'search' | undefined;
      /** The text of the order that the spec gives (spec/schedule.ts); left out if there is none. */
      schedule?: string | undefined;
      /** Set if the jobs share a pool because the server's memory has no room for all the lanes that were asked for. */
      pool?: MemoryPool | undefined;
    }
  | {
      type: 'pass-ended';
      status: Status;
      error: string | null;
      /** From the start of the pass to the end of its last lane; a lane's end is what it reports itself, if it does. */
      wallMs: number;
      /** Processor time of all its processes; null if the system does not report it. */
      cpuMs: number | null;
      /** Highest total resident memory of its processes; null if the system does not report it. */
      peakRssBytes: number | null;
      /** What held up the pass from outside; omitted if nothing did. */
      paused?: Pauses;
    }
  /**
   * A job that main has started never begins, because its lane could not be opened or ended first. `error` says why;
   * null if the pass was stopped before the lane was ready.
   */
  | { type: 'job-never-began'; lane: number; job: number; error: string | null }
  /** The total of all processes of the pass at this moment. */
  | { type: 'sample'; rssBytes: number; cpuMs: number }
  /**
   * A cycle of waits: each waits for the next, and the last for the first, so none can continue. `for` and `on` are as
   * in `wait-started`.
   */
  | { type: 'deadlock'; circle: (OfJob & { for: WaitKind; on: string })[] }
  /** The schedule of an outcome was executed again in a new process: whether it led to the same outcome. */
  | { type: 'outcome-replayed'; number: number; isSame: boolean }
  /**
   * From here on something is left out: a job's log lines beyond its limit; or, beyond the run's limit of events or of
   * their bytes, all that happens in lanes. In old logs, events that start and end lanes and jobs still follow.
   */
  | { type: 'cut'; what: CutKind; job: number | null; limit: number };

export type Fact = LaneFact | SearchFact | ServerFact;
