/**
 * What the server and the processes it launches say to each other: lines of JSON. The server writes orders to a
 * process's standard input; the process writes reports to its standard output, from whichever thread they concern.
 *
 *   server → main      begin-main … lane-opened, job-ended, lane-ended (about the lanes main asked for)
 *   main   → server    facts …, open-lane, run-job, close-lane, bye
 *   server → lane      begin-lane … run-job, close-lane
 *   lane   → server    facts …, bye
 */
import { z } from 'zod';
import { laneFact } from '../runs/events.ts';
import type { Mode, Work } from '../runs/spec.ts';
import type { Answer, Ask, QueueState } from './hub.ts';

/** Longest line of a report in bytes, its newline included: below PIPE_BUF, so lines of several threads never mix. */
export const LINE_BYTES = 4096;

/** What every lane of a pass must know to run jobs. Seconds are of one job. */
export type PassSettings = {
  mode: Mode;
  jobs: number;
  minSeconds: number;
  maxSeconds: number;
  work: Work;
  seed: number;
  /** Address of the program's compiled module. */
  program: string;
  /** Blocks of `compute` that one idle core does in a second. */
  blocksPerSecond: number;
  /** Most lanes beside main at once; further jobs wait for one. Infinity does not pass JSON: null is no bound. */
  slots: number | null;
  /** Whether a lane takes the next job when it has done one (a pool), or ends with its job. */
  reuse: boolean;
  /** Most bytes a job may log. */
  logBytes: number;
};

/** How a job ended, as main and the server tell each other. */
export type JobOutcome = { status: 'done' | 'failed' | 'cut-off'; error: string | null };

export type Order =
  | { type: 'begin-main'; settings: PassSettings; bootMs: number; parentPid: number }
  | { type: 'begin-lane'; settings: PassSettings; lane: number; job: number; queue: QueueState }
  | { type: 'run-job'; job: number }
  | { type: 'close-lane' }
  | { type: 'lane-opened'; lane: number; pid: number }
  | ({ type: 'job-ended'; lane: number; job: number } & JobOutcome)
  /** The outcome is that of the job which it had in hand, if it had one. */
  | ({ type: 'lane-ended'; lane: number; exitCode: number | null } & JobOutcome)
  | { type: 'answer'; answer: Answer }
  | { type: 'queue-state'; state: QueueState }
  /** Answered with another hello by a process that waits for its order. */
  | { type: 'ping' }
  | { type: 'calibrate' };

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
