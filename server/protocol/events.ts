/**
 * The events of a run: one discriminated union, used by the child side that writes them, the log that keeps
 * them, and everything that is derived from them.
 */
import { z } from 'zod';
import type { MODES } from '../spec/spec.ts';

export const WAIT_KINDS = ['join', 'sleep', 'queue', 'lock', 'worker'] as const;
/** What a lane can wait for; `worker` is a job that waits for a free lane of the pool. */
export type WaitKind = (typeof WAIT_KINDS)[number];

/** How a pass or a run ended. */
export const STATUSES = ['completed', 'failed', 'cancelled', 'timed-out', 'interrupted'] as const;
export type Status = (typeof STATUSES)[number];

const lane = z.int().min(0).max(1000);
const job = z.int().min(0).max(1000);
const jobOrMain = job.nullable();
const text = z.string().max(4096);
/** Line of the program, from 1, that a fact comes from; left out where it comes from none. */
export const line = z.int().min(1).max(100_000).optional();

const message = {
  id: z.string().max(30),
  channel: z.literal('queue'),
  bytes: z.int().min(0),
  value: z.json(),
};

/** What happens inside a lane. These, and only these, may be told by a program; the rest the server knows itself. */
export const laneFact = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('lane-started'),
    lane,
    kind: z.enum(['main', 'thread', 'process']),
    name: z.string().max(100),
    pid: z.int(),
    /** Thread id as the runtime numbers it; 0 is the main thread of its process. */
    threadId: z.int(),
    parentPid: z.int(),
    daemon: z.boolean(),
    /** How long this process took to boot before the pass began, in ms: a process that was kept ready. */
    bootMs: z.number().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('lane-ready'), lane }),
  z.strictObject({
    type: z.literal('lane-ended'),
    lane,
    reason: z.enum(['returned', 'threw', 'exited', 'killed', 'cut-off']),
    exitCode: z.int().nullable(),
    signal: z.string().max(20).nullable(),
  }),
  z.strictObject({ type: z.literal('job-started'), lane, job }),
  z.strictObject({
    type: z.literal('job-ended'),
    lane,
    job,
    status: z.enum(['done', 'failed', 'cut-off']),
    error: text.nullable(),
    line,
  }),
  /** `job` is the job that waits; null where it is the program's main. `on` says what for: `job 3`, a lock's name. */
  z.strictObject({
    type: z.literal('wait-started'),
    lane,
    job: jobOrMain,
    for: z.enum(WAIT_KINDS),
    on: text,
    line,
  }),
  z.strictObject({ type: z.literal('wait-ended'), lane, job: jobOrMain, for: z.enum(WAIT_KINDS), on: text }),
  /** A message on its way: `id` is the same where it is sent and where it is received; `bytes` is its size as JSON. */
  z.strictObject({ type: z.literal('message-sent'), lane, job: jobOrMain, ...message }),
  z.strictObject({ type: z.literal('message-received'), lane, job: jobOrMain, ...message }),
  /** Memory of the lane's process: its list, with the length it has now, or its counter (`length` null). */
  z.strictObject({
    type: z.literal('shared-written'),
    lane,
    job: jobOrMain,
    key: z.enum(['list', 'counter']),
    value: z.json(),
    length: z.int().min(0).nullable(),
    /** Of the counter: added to in one step, so that whatever was there before is in it. */
    atomic: z.literal(true).optional(),
  }),
  z.strictObject({
    type: z.literal('shared-read'),
    lane,
    job: jobOrMain,
    key: z.literal('counter'),
    value: z.json(),
  }),
  /** A lock let go. Who holds it, a `wait-ended` for it says. */
  z.strictObject({ type: z.literal('lock-released'), lane, job: jobOrMain, on: text }),
  z.strictObject({
    type: z.literal('log'),
    lane,
    job: jobOrMain,
    stream: z.enum(['stdout', 'stderr']),
    text,
    line,
  }),
]);
export type LaneFact = z.infer<typeof laneFact>;

/** What the server alone can say: about the run, its passes, and its limits. */
export type ServerFact =
  /** Place in the queue, from 1. */
  | { type: 'run-queued'; position: number }
  | { type: 'run-started' }
  | { type: 'run-ended'; status: Status; error: string | null }
  | { type: 'pass-started'; mode: (typeof MODES)[number]; cores: number; otherRuns: number }
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
  /** Each waits for the next one, and the last for the first: none will ever go on. `for` and `on` as in `wait-started`. */
  | { type: 'deadlock'; circle: { lane: number; job: number | null; for: WaitKind; on: string }[] }
  /** From here on something is left out: a job's log lines past its limit, or the run's events past theirs. */
  | { type: 'cut'; what: 'log' | 'events'; job: number | null; limit: number };

export type Fact = LaneFact | ServerFact;

/**
 * One fact about a run. `seq` counts from 1 in the run. `pass` counts passes from 0 and is null for what concerns
 * the run as a whole. `atMs` is milliseconds, to the microsecond, since the pass began, or since the run was
 * submitted where `pass` is null. Events stand in the log in the order in which the server learned of them; those
 * of one lane are in the order in which they happened.
 */
export type RunEvent = Fact & { seq: number; pass: number | null; atMs: number };
