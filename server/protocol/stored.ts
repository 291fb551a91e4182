/**
 * Checks events in a stored log, which a damaged disk, a hand or a later version of the server may have changed. Events
 * of an unknown type are let through: what is derived from a log ignores them.
 */
import { z } from 'zod';
import { MODES } from '../spec/modes.ts';
import type { RunEvent } from './events.ts';
import { OTHER_STEPS, STATUSES } from './facts.ts';
import { SEARCH_LIMITS } from './search.ts';
import { WAIT_KINDS } from './wait-kinds.ts';

const lane = z.int().min(0).max(1001);
const job = z.int().min(0).max(1000);
const jobOrMain = job.nullable();
const ofJob = { lane, job: jobOrMain };
const line = z.int().min(1).optional();
const text = z.string();
const error = text.nullable();
/** A time, in ms. A run of 1970, by a clock that was wrong, may have been interrupted today. */
const ms = z.number().min(-1e13).max(1e13);
const wait = { ...ofJob, for: z.enum(WAIT_KINDS), on: text };
const message = { ...ofJob, id: text, bytes: z.number(), value: z.json(), line };

/** What a fact of each type must have; what it may have only if it is of the right type. */
const FACTS: Record<RunEvent['type'], z.ZodType> = {
  'lane-started': z.object({
    lane,
    kind: z.enum(['main', 'thread', 'process']),
    name: text,
    job: job.optional(),
    pid: z.int(),
    threadId: z.int(),
    parentPid: z.int(),
    startedBy: lane.optional(),
    daemon: z.boolean(),
    bootMs: ms.optional(),
  }),
  'lane-ready': z.object({ lane }),
  'lane-ended': z.object({
    lane,
    reason: z.enum(['returned', 'threw', 'exited', 'killed', 'cut-off']),
    exitCode: z.number().nullable(),
    signal: text.nullable(),
  }),
  'job-started': z.object({ lane, job }),
  'job-ended': z.object({ lane, job, status: z.enum(['done', 'failed', 'cut-off']), error, line }),
  'wait-started': z.object({
    ...wait,
    permits: z.int().optional(),
    timer: z.literal(true).optional(),
    agoMs: z.number().optional(),
    line,
  }),
  'wait-ended': z.object({ ...wait, by: text.optional(), gaveUp: z.literal(true).optional() }),
  'message-sent': z.object(message),
  'message-received': z.object(message),
  'shared-written': z.object({
    ...ofJob,
    key: z.enum(['list', 'counter']),
    value: z.json(),
    length: z.int().nullable(),
    line,
  }),
  'shared-read': z.object({ ...ofJob, key: z.literal('counter'), value: z.json(), line }),
  'lock-released': z.object({ ...ofJob, on: text, line }),
  'compute-started': z.object({ ...ofJob, line }),
  'permit-released': z.object({ ...ofJob, on: text, id: text, line }),
  'step-taken': z.object({ ...ofJob, does: z.enum(OTHER_STEPS), line }),
  'condition-notified': z.object({ ...ofJob, on: text, all: z.boolean(), id: text, line }),
  log: z.object({ ...ofJob, stream: z.enum(['stdout', 'stderr']), text, line }),
  'run-queued': z.object({ position: z.int().min(0) }),
  'run-started': z.object({}),
  'run-ended': z.object({ status: z.enum(STATUSES), error }),
  'pass-started': z.object({
    mode: z.enum(MODES),
    cores: z.number(),
    otherRuns: z.number(),
    machine: z.string().optional(),
    order: z.enum(['schedule', 'search']).optional(),
    schedule: z.string().optional(),
    pool: z.object({ lanes: z.int(), memoryMib: z.number() }).optional(),
  }),
  'pass-ended': z.object({
    status: z.enum(STATUSES),
    error,
    wallMs: ms,
    cpuMs: ms.nullable(),
    peakRssBytes: z.number().nullable(),
    paused: z
      .object({
        server: ms.optional(),
        machine: ms.optional(),
        program: ms.optional(),
        sharedWith: z.int().min(1).optional(),
      })
      .optional(),
  }),
  'job-never-began': z.object({ lane, job, error }),
  sample: z.object({ rssBytes: z.number(), cpuMs: ms }),
  deadlock: z.object({ circle: z.array(z.object(wait)) }),
  'search-progress': z.object({ orders: z.int(), failing: z.int(), schedules: z.int() }),
  outcome: z.object({
    number: z.int(),
    isFailing: z.boolean(),
    orders: z.int(),
    schedule: text,
    steps: z.int(),
    switches: z.int(),
    counter: z.number(),
    list: z.array(z.json()),
    queue: z.array(z.json()),
    omitted: z.int(),
    failed: z.array(z.object({ job: jobOrMain, error: text })),
    lostUpdates: z.int(),
    stuck: z.array(z.object(wait)),
    isDeadlock: z.boolean(),
    check: text.nullable(),
    isCut: z.boolean(),
  }),
  'search-ended': z.object({
    orders: z.int(),
    failing: z.int(),
    schedules: z.int(),
    outcomes: z.int(),
    method: z.enum(['every', 'reduced', 'random']),
    isComplete: z.boolean(),
    preemptions: z.int().nullable(),
    probability: z.object({ perSchedule: z.number(), depth: z.int() }).nullable(),
    module: z.enum(['kept', 'loaded-again']),
    ranOut: z.literal(true).optional(),
    endedBy: z.enum(SEARCH_LIMITS).optional(),
    overlap: z.object({ orders: z.int(), steps: z.int() }).optional(),
  }),
  'outcome-replayed': z.object({ number: z.int(), isSame: z.boolean() }),
  cut: z.object({ what: z.enum(['log', 'events', 'bytes']), job: jobOrMain, limit: z.number() }),
};

const common = z.object({
  seq: z.int(),
  pass: z.int().min(0).max(100).nullable(),
  atMs: ms,
  type: z.string(),
});
const known: ReadonlyMap<string, z.ZodType> = new Map(Object.entries(FACTS));

/** Returns the type of `line`, the event number `seq` of a log, as JSON; null if it is damaged. */
export function storedType(line: string, seq: number): string | null {
  try {
    const event: unknown = JSON.parse(line);
    const found = common.safeParse(event);
    if (!found.success || found.data.seq !== seq) return null;
    const { type } = found.data;
    return (known.get(type)?.safeParse(event).success ?? true) ? type : null;
  } catch {
    return null;
  }
}
