/**
 * Facts: what happened in a run, as it is said by whoever knows it. A lane's facts come from the program process over
 * the wire (wire.ts) and are checked (parse.ts, runs/ledger.ts); the server adds its own. A fact with its number, pass and
 * time is an event (events.ts).
 */
import type { Mode } from '../spec/modes.ts';

export const WAIT_KINDS = ['join', 'sleep', 'queue', 'lock', 'worker'] as const;
/** What a lane can wait for; `worker` is a job that waits for a free lane of the pool. */
export type WaitKind = (typeof WAIT_KINDS)[number];

/** How a pass or a run ended. */
export const STATUSES = ['completed', 'failed', 'cancelled', 'timed-out', 'interrupted'] as const;
export type Status = (typeof STATUSES)[number];

/** A value that JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What most facts have: the lane they are of, and the job (null for the program's main). */
type OfJob = { lane: number; job: number | null };

/** The line of the program that a fact comes from, from 1; left out where it comes from none. */
type AtLine = { line?: number | undefined };

/** A message on its way: `id` is the same where it is sent and where it is received; `bytes` is its size as JSON. */
type OfMessage = OfJob & { id: string; channel: 'queue'; bytes: number; value: Json };

/** What happens inside a lane. A program may report these, and only these; the rest the server knows itself. */
export type LaneFact =
  | {
      type: 'lane-started';
      lane: number;
      kind: 'main' | 'thread' | 'process';
      name: string;
      pid: number;
      /** Thread id as the runtime numbers it; 0 is the main thread of its process. */
      threadId: number;
      parentPid: number;
      daemon: boolean;
      /** How long this process took to boot before the pass began, in ms: a process that was kept ready. */
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
  /** `on` says what is waited for: `job 3`, a lock's name. */
  | ({ type: 'wait-started'; for: WaitKind; on: string } & OfJob & AtLine)
  | ({ type: 'wait-ended'; for: WaitKind; on: string } & OfJob)
  | ({ type: 'message-sent' } & OfMessage)
  | ({ type: 'message-received' } & OfMessage)
  /** Memory of the lane's process: its list, with the length it has now, or its counter (`length` null). */
  | ({
      type: 'shared-written';
      key: 'list' | 'counter';
      value: Json;
      length: number | null;
      /** The counter was added to in one step, so that whatever was there before is in it. */
      atomic?: true | undefined;
    } & OfJob)
  | ({ type: 'shared-read'; key: 'counter'; value: Json } & OfJob)
  /** A lock was released. Which job holds it next, a `wait-ended` for it says. */
  | ({ type: 'lock-released'; on: string } & OfJob)
  | ({ type: 'log'; stream: 'stdout' | 'stderr'; text: string } & OfJob & AtLine);

/** What the server alone can say: about the run, its passes, and its limits. */
export type ServerFact =
  /** Place in the queue, from 1. */
  | { type: 'run-queued'; position: number }
  | { type: 'run-started' }
  | { type: 'run-ended'; status: Status; error: string | null }
  | { type: 'pass-started'; mode: Mode; cores: number; otherRuns: number }
  | {
      type: 'pass-ended';
      status: Status;
      error: string | null;
      /** From the start of the pass to the end of its last lane. */
      wallMs: number;
      /** Processor time of all its processes; null where the system does not tell. */
      cpuMs: number | null;
      /** Highest resident memory of all its processes together; null where the system does not tell. */
      peakRssBytes: number | null;
    }
  /** All processes of the pass together, now. */
  | { type: 'sample'; rssBytes: number; cpuMs: number }
  /** Each waits for the next one, and the last for the first: none can continue. `for` and `on` as in `wait-started`. */
  | { type: 'deadlock'; circle: (OfJob & { for: WaitKind; on: string })[] }
  /** From here on something is left out: a job's log lines past its limit, or the run's events past theirs. */
  | { type: 'cut'; what: 'log' | 'events'; job: number | null; limit: number };

export type Fact = LaneFact | ServerFact;
