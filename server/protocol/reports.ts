/** Reports: what a process writes to the server. */
import type { Ask } from './asks.ts';
import type { LaneFact } from './facts.ts';

/** What a process asks of the server, or says about itself. */
export type Control =
  /** Booted, and waiting for its order. */
  | { type: 'hello' }
  /** Main asks for a child process that runs `job`. */
  | { type: 'open-lane'; lane: number; job: number; daemon: boolean }
  /** Main asks that an open lane runs another job. */
  | { type: 'run-job'; lane: number; job: number }
  /** Main has no more jobs for this lane. */
  | { type: 'close-lane'; lane: number }
  /** The last words of a process: how its lane ended and what it used, as the system counts it. */
  | {
      type: 'bye';
      reason: 'returned' | 'threw';
      error: string | null;
      line?: number | undefined;
      cpuMs: number;
      peakRssBytes: number;
    }
  /** A lane asks for the queue or a lock. */
  | { type: 'ask'; ask: Ask }
  | { type: 'calibrated'; blocksPerSecond: number };

/** One line from a process: a fact for the log, or a control message. */
export type Report = LaneFact | Control;

/** A report with its time in ms, on the clock of the process that wrote it. */
export type Stamped = { t: number; report: Report };
