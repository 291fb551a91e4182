/** What a process may write to the server, and the check of it: whatever runs there is not to be trusted. */
import { z } from 'zod';
import type { Ask } from '../program/hub.ts';
import { laneFact, line } from './events.ts';
import { LINE_BYTES } from './orders.ts';

const number = z.int().min(0).max(1000);

const asker = { id: z.int().min(0), job: number.nullable() };
const ask: z.ZodType<Ask> = z.discriminatedUnion('what', [
  z.strictObject({
    ...asker,
    what: z.literal('put'),
    message: z.strictObject({ id: z.string().max(30), json: z.string().max(LINE_BYTES) }),
  }),
  z.strictObject({ ...asker, what: z.literal('get') }),
  z.strictObject({ ...asker, what: z.literal('limit'), length: z.int().min(1) }),
  z.strictObject({ ...asker, what: z.literal('acquire'), lock: z.string().max(100) }),
  z.strictObject({ ...asker, what: z.literal('release'), lock: z.string().max(100) }),
]);

/** What a process asks of the server, or tells it about itself. */
const control = z.discriminatedUnion('type', [
  /** Booted, and waiting for its order. */
  z.strictObject({ type: z.literal('hello') }),
  /** Main asks for a child process that runs `job`. */
  z.strictObject({ type: z.literal('open-lane'), lane: number, job: number, daemon: z.boolean() }),
  /** Main asks that an open lane runs another job. */
  z.strictObject({ type: z.literal('run-job'), lane: number, job: number }),
  /** Main has no more jobs for this lane. */
  z.strictObject({ type: z.literal('close-lane'), lane: number }),
  /** The last words of a process: how its lane ended and what it used, as the system counts it. */
  z.strictObject({
    type: z.literal('bye'),
    reason: z.enum(['returned', 'threw']),
    error: z.string().max(LINE_BYTES).nullable(),
    line,
    cpuMs: z.number().min(0),
    peakRssBytes: z.number().min(0),
  }),
  /** A lane asks for the queue or a lock. */
  z.strictObject({ type: z.literal('ask'), ask }),
  z.strictObject({ type: z.literal('calibrated'), blocksPerSecond: z.number().positive() }),
]);

/** One line from a process: a fact for the log, or a control message, at `t` ms on that process's own clock. */
const report = z.union([laneFact, control]);
export type Report = z.infer<typeof report>;
export type Stamped = { t: number; report: Report };

const stamped = z.object({ t: z.number(), report });

/** Parses a line that a process wrote; null for anything that is not a report. */
export function parseReport(line: string): Stamped | null {
  try {
    const parsed = stamped.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
