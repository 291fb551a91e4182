/** Reports: what a process writes to the server. */
import type { Ask } from './asks.ts';
import type { Evidence } from './evidence.ts';
import type { LaneFact } from './facts.ts';
import type { PlayReport } from './play.ts';
import type { SearchFact } from './search.ts';

/** A request to the server, or a statement about the process itself. */
export type Control =
  /** The process has booted and waits for its first order. */
  | { type: 'hello' }
  /** Main starts a job. Nothing is believed about a job before. */
  | { type: 'start-job'; job: number }
  /** Main requests a child process that runs `job`. */
  | { type: 'open-lane'; lane: number; job: number; daemon: boolean }
  /** Main requests that an open lane runs another job. */
  | { type: 'run-job'; lane: number; job: number }
  /** Main has no more jobs for this lane. */
  | { type: 'close-lane'; lane: number }
  /** The last report of a process: how its lane ended, and what it used according to the system. */
  | {
      type: 'bye';
      reason: 'returned' | 'threw';
      error: string | null;
      line?: number | undefined;
      cpuMs: number;
      peakRssBytes: number;
    }
  /** A lane makes a request to the queue or a lock. */
  | { type: 'ask'; ask: Ask }
  /** A lane in a process of its own passes on what the program's check is given. */
  | { type: 'evidence'; lane: number; evidence: Evidence }
  /**
   * The program has set timers on a lane, the last of which is due in `forMs`; 0: none is left. What a lane waits for
   * may come from one. Sent at most ten times a second.
   */
  | { type: 'timers'; lane: number; forMs: number }
  /** Main and its jobs have ended, and the program's check begins. */
  | { type: 'check-started' }
  | { type: 'calibrated'; blocksPerSecond: number };

/** One line from a process: a fact for the log, or a control message. */
export type Report = LaneFact | SearchFact | PlayReport | Control;

/** A report with its time in ms, on the clock of the process that wrote it. */
export type Stamped = { t: number; report: Report };
