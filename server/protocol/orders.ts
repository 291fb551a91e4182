/** Orders: what the server sends to a process it has launched. */
import type { Mode } from '../spec/modes.ts';
import type { Work } from '../spec/spec.ts';
import type { Answer, QueueState } from './asks.ts';
import type { Evidence } from './evidence.ts';
import type { SearchBounds } from './search.ts';

/** What every lane of a pass needs to run jobs. Seconds are per job. */
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
  /** Most lanes besides main at once; further jobs wait for one. Null is no limit, because JSON has no Infinity. */
  maxLanes: number | null;
  /** Whether a lane takes another job after its job has ended (a pool), or ends with its job. */
  reuse: boolean;
  /** Most bytes that a job may log. */
  logBytes: number;
  /** Whether the program is a script in Python that starts threads and processes of its own: each is a job. */
  script?: true | undefined;
  /** What a scheduler of ours executes; left out if the operating system schedules. */
  order?: Ordered | undefined;
  /** Whether sleeps then end in the order of their seconds; otherwise, any may end before any other. */
  sleepsInOrder?: boolean | undefined;
};

/**
 * A search for orders, which must have ended after `limitMs`, so that there is time left to replay what it has found;
 * one schedule, of which `isQuiet` reports the outcome alone, and no other facts; or a schedule that somebody chooses
 * step by step: see play.ts. `reloads`: the program's module is loaded again for each execution. `sharesCore`: all threads
 * of the process are on one core.
 */
export type Ordered =
  | { kind: 'search'; bounds: SearchBounds; reloads: boolean; limitMs?: number; sharesCore?: boolean }
  | { kind: 'play'; reloads: boolean }
  | { kind: 'schedule'; schedule: string; isQuiet: boolean };

/** How a job ended, as exchanged by main and the server. */
export type JobOutcome = { status: 'done' | 'failed' | 'cut-off'; error: string | null };

/** `pid`: the number of the process that receives it, as the system's tools show it: in a jail it sees another. */
export type Order =
  | { type: 'begin-main'; settings: PassSettings; bootMs: number; pid: number; parentPid: number }
  | { type: 'begin-lane'; settings: PassSettings; pid: number; lane: number; job: number; queue: QueueState }
  | { type: 'run-job'; job: number }
  | { type: 'close-lane' }
  | { type: 'lane-opened'; lane: number; pid: number }
  | ({ type: 'job-ended'; lane: number; job: number } & JobOutcome)
  /** The outcome is that of the job the lane was running, if any. */
  | ({ type: 'lane-ended'; lane: number; exitCode: number | null } & JobOutcome)
  /** What a lane passes on to main for the program's check. */
  | { type: 'evidence'; evidence: Evidence }
  | { type: 'answer'; answer: Answer }
  | { type: 'queue-state'; state: QueueState }
  /** A process that waits for its first order answers with another hello. */
  | { type: 'ping' }
  /**
   * A process that is kept ready goes through what a pass does, once, without a report of it (program/rehearsal.ts), and
   * then answers with another hello.
   */
  | { type: 'rehearse' }
  | { type: 'calibrate' }
  /** Execute this schedule, and wait at its end: what was chosen so far, or less of it. */
  | { type: 'play'; schedule: string };
