/** Checks what a program process wrote, which is untrusted. */
import { z } from 'zod';
import { type Ask, MAX_PERMITS, VALUE_BYTES } from './asks.ts';
import { type LaneFact, WAIT_KINDS } from './facts.ts';
import type { Control, Stamped } from './reports.ts';
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
    daemon: z.boolean(),
    bootMs: z.number().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('lane-ready'), lane }),
  z.strictObject({
    type: z.literal('lane-ended'),
    lane,
    reason: z.enum(['returned', 'threw', 'exited']),
    exitCode: z.int32().nullable(),
    signal: z.null(),
  }),
  z.strictObject({ type: z.literal('job-started'), lane, job }),
  z.strictObject({
    type: z.literal('job-ended'),
    lane,
    job,
    status: z.enum(['done', 'failed']),
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
    line,
  }),
  z.strictObject({
    type: z.literal('wait-ended'),
    lane,
    job: jobOrMain,
    for: z.enum(WAIT_KINDS),
    on: name,
    by: eventId.optional(),
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
    type: z.literal('log'),
    lane,
    job: jobOrMain,
    stream: z.enum(['stdout', 'stderr']),
    text,
    line,
  }),
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
  z.strictObject({ type: z.literal('calibrated'), blocksPerSecond: z.number().positive() }),
]);

const stamped: z.ZodType<Stamped> = z.object({ t: z.number(), report: z.union([laneFact, control]) });

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
