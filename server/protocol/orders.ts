/** Orders: what the server tells a process it has launched. */
import type { Mode } from '../spec/modes.ts';
import type { Work } from '../spec/spec.ts';
import type { Answer, QueueState } from './asks.ts';

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
  maxLanes: number | null;
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
