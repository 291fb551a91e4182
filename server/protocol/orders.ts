/**
 * What the server and the processes it launches say to each other: lines of JSON. The server writes orders to a
 * process's standard input; the process writes reports to its standard output, from whichever thread they concern. This file is
 * loaded by every process and thread of a pass; how a report is checked, and what it may be, is protocol/report.ts.
 *
 *   server → main      begin-main … lane-opened, job-ended, lane-ended (about the lanes main asked for)
 *   main   → server    facts …, open-lane, run-job, close-lane, bye
 *   server → lane      begin-lane … run-job, close-lane
 *   lane   → server    facts …, bye
 */
import type { Answer, QueueState } from '../program/hub.ts';
import type { Mode, Work } from '../spec/spec.ts';

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
