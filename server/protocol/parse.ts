/** Checks what a program process wrote, which is untrusted. */
import { z } from 'zod';
import { type Ask, MAX_PERMITS, VALUE_BYTES } from './asks.ts';
import type { Evidence } from './evidence.ts';
import { type LaneFact, OTHER_STEPS } from './facts.ts';
import type { PlayReport } from './play.ts';
import type { Control, Stamped } from './reports.ts';
import { MAX_OUTCOMES, MAX_SCHEDULE, MAX_STEPS, SEARCH_LIMITS, type SearchFact } from './search.ts';
import { WAIT_KINDS } from './wait-kinds.ts';
import { LINE_BYTES } from './wire.ts';

const job = z.int().min(0).max(1000);
/** Main's, and one for each job. */
const lane = z.int().min(0).max(1001);
const jobOrMain = job.nullable();
const text = z.string().max(4096);
const name = z.string().max(100);
/** Id of an event that others refer to. */
const eventId = z.string().max(30);
const permits = z.int().min(1).max(MAX_PERMITS);
/** More values than fit into the shared list. */
const MAX_LIST = 256 * 1024;
const line = z.int().min(1).max(100_000).optional();

const message = {
  id: eventId,
  channel: z.literal('queue'),
  bytes: z.int().min(0).max(VALUE_BYTES),
  value: z.json(),
  line,
};

const laneFact: z.ZodType<LaneFact> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('lane-started'),
    lane,
    kind: z.enum(['main', 'thread', 'process']),
    name,
    job: job.optional(),
    pid: z.int(),
    threadId: z.int(),
    parentPid: z.int(),
    startedBy: lane.optional(),
    daemon: z.boolean(),
    bootMs: z.number().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('lane-ready'), lane }),
  z.strictObject({
    type: z.literal('lane-ended'),
    lane,
    reason: z.enum(['returned', 'threw', 'exited', 'killed']),
    exitCode: z.int32().nullable(),
    signal: z
      .string()
      .regex(/^SIG[A-Z0-9+-]{1,12}$/)
      .nullable(),
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
  z.strictObject({
    type: z.literal('wait-started'),
    lane,
    job: jobOrMain,
    for: z.enum(WAIT_KINDS),
    on: name,
    permits: permits.optional(),
    timer: z.literal(true).optional(),
    agoMs: z.number().min(0).optional(),
    line,
  }),
  z.strictObject({
    type: z.literal('wait-ended'),
    lane,
    job: jobOrMain,
    for: z.enum(WAIT_KINDS),
    on: name,
    by: eventId.optional(),
    gaveUp: z.literal(true).optional(),
  }),
  z.strictObject({ type: z.literal('message-sent'), lane, job: jobOrMain, ...message }),
  z.strictObject({ type: z.literal('message-received'), lane, job: jobOrMain, ...message }),
  z.strictObject({
    type: z.literal('shared-written'),
    lane,
    job: jobOrMain,
    key: z.enum(['list', 'counter']),
    value: z.json(),
    length: z.int().min(1).max(MAX_LIST).nullable(),
    atomic: z.literal(true).optional(),
    line,
  }),
  z.strictObject({
    type: z.literal('shared-read'),
    lane,
    job: jobOrMain,
    key: z.literal('counter'),
    value: z.json(),
    line,
  }),
  z.strictObject({ type: z.literal('lock-released'), lane, job: jobOrMain, on: name, line }),
  z.strictObject({ type: z.literal('compute-started'), lane, job: jobOrMain, line }),
  z.strictObject({ type: z.literal('permit-released'), lane, job: jobOrMain, on: name, id: eventId, line }),
  z.strictObject({
    type: z.literal('condition-notified'),
    lane,
    job: jobOrMain,
    on: name,
    all: z.boolean(),
    id: eventId,
    line,
  }),
  z.strictObject({
    type: z.literal('step-taken'),
    does: z.enum(OTHER_STEPS),
    lane,
    job: jobOrMain,
    line,
  }),
  z.strictObject({
    type: z.literal('log'),
    lane,
    job: jobOrMain,
    stream: z.enum(['stdout', 'stderr']),
    text,
    line,
  }),
]);

const count = z.int().min(0).max(1e9);
const preemptions = z.int().min(0).max(MAX_STEPS).nullable();

const searchFact: z.ZodType<SearchFact> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('search-progress'), orders: count, failing: count, schedules: count }),
  z.strictObject({
    type: z.literal('outcome'),
    number: z.int().min(0).max(MAX_OUTCOMES),
    isFailing: z.boolean(),
    orders: count,
    schedule: z.string().max(MAX_SCHEDULE),
    steps: z.int().min(0).max(MAX_STEPS),
    switches: z.int().min(0).max(MAX_STEPS),
    counter: z.int32(),
    list: z.array(z.json()).max(100),
    queue: z.array(z.json()).max(100),
    omitted: count,
    failed: z.array(z.strictObject({ job: jobOrMain, error: text })).max(100),
    lostUpdates: count,
    stuck: z.array(z.strictObject({ lane, job: jobOrMain, for: z.enum(WAIT_KINDS), on: name })).max(100),
    isDeadlock: z.boolean(),
    check: text.nullable(),
    isCut: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('search-ended'),
    orders: count,
    failing: count,
    schedules: count,
    outcomes: count,
    method: z.enum(['every', 'reduced', 'random']),
    isComplete: z.boolean(),
    preemptions,
    probability: z
      .strictObject({ perSchedule: z.number().min(0).max(1), depth: z.int().min(1).max(100) })
      .nullable(),
    module: z.enum(['kept', 'loaded-again']),
    ranOut: z.literal(true).optional(),
    endedBy: z.enum(SEARCH_LIMITS).optional(),
    overlap: z.strictObject({ orders: count, steps: count }).optional(),
  }),
]);

const at = z.int().min(0).max(MAX_STEPS);

const playReport: z.ZodType<PlayReport> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('play-begun') }),
  z.strictObject({
    type: z.literal('play-next'),
    lane,
    answer: z.int().min(0).max(999),
    does: z.string().max(20).nullable(),
    on: z.string().max(120).nullable(),
    job: jobOrMain,
    line,
  }),
  z.strictObject({
    type: z.literal('play-waits'),
    at,
    count: z.int().min(1).max(1e6),
    isMisfit: z.boolean(),
  }),
  z.strictObject({ type: z.literal('play-ended'), at }),
]);

const asker = { id: z.int().min(0), job: jobOrMain };
const ask: z.ZodType<Ask> = z.discriminatedUnion('what', [
  z.strictObject({
    ...asker,
    what: z.literal('put'),
    message: z.strictObject({ id: eventId, json: z.string().max(VALUE_BYTES) }),
  }),
  z.strictObject({ ...asker, what: z.literal('get') }),
  z.strictObject({ ...asker, what: z.literal('limit'), length: z.int().min(1) }),
  z.strictObject({ ...asker, what: z.literal('acquire'), lock: name }),
  z.strictObject({ ...asker, what: z.literal('release'), lock: name }),
  z.strictObject({ ...asker, what: z.literal('semaphore'), semaphore: name, permits }),
  z.strictObject({ ...asker, what: z.literal('take-permit'), semaphore: name }),
  z.strictObject({ ...asker, what: z.literal('give-permit'), semaphore: name, by: eventId }),
  z.strictObject({
    ...asker,
    what: z.literal('wait'),
    condition: name,
    lock: name,
    notified: z.int().min(0),
  }),
  z.strictObject({ ...asker, what: z.literal('notify'), condition: name, all: z.boolean(), by: eventId }),
]);

const evidence: z.ZodType<Evidence> = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('line'), job: jobOrMain, text }),
  z.strictObject({ what: z.literal('result'), job, json: z.string().max(VALUE_BYTES).refine(isJson) }),
]);

const control: z.ZodType<Control> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello') }),
  z.strictObject({ type: z.literal('start-job'), job }),
  z.strictObject({ type: z.literal('open-lane'), lane, job, daemon: z.boolean() }),
  z.strictObject({ type: z.literal('run-job'), lane, job }),
  z.strictObject({ type: z.literal('close-lane'), lane }),
  z.strictObject({
    type: z.literal('bye'),
    reason: z.enum(['returned', 'threw']),
    error: z.string().max(LINE_BYTES).nullable(),
    line,
    cpuMs: z.number().min(0),
    peakRssBytes: z.number().min(0),
  }),
  z.strictObject({ type: z.literal('ask'), ask }),
  z.strictObject({ type: z.literal('evidence'), lane, evidence }),
  z.strictObject({ type: z.literal('timers'), lane, forMs: z.number().min(0) }),
  z.strictObject({ type: z.literal('check-started') }),
  z.strictObject({ type: z.literal('calibrated'), blocksPerSecond: z.number().positive() }),
]);

const stamped: z.ZodType<Stamped> = z.object({
  t: z.number(),
  report: z.union([laneFact, control, searchFact, playReport]),
});

/** Parses a line written by a process; returns null if it is not a report. */
export function parseReport(line: string): Stamped | null {
  // As `emit` writes it. All else is refused without the cost of an exception.
  if (!line.startsWith('{"t":')) return null;
  try {
    const parsed = stamped.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
