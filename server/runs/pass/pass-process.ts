/** One process of a pass: its clock, its limits, its final report, and how it ended. */
import os from 'node:os';
import type { Child, Exit } from '../../launch/child.ts';
import { now } from '../../launch/clock.ts';
import type { Usage } from '../../launch/process-tree.ts';
import type { Report } from '../../protocol/reports.ts';
import { shortageIn } from '../../words/shortage.ts';

/** A process of a pass, either main's or a child's. */
export class PassProcess {
  readonly child: Child;
  /** The lane of its main thread. */
  readonly lane: number;
  /** What it is called in a sentence: `the process of job 3`. */
  readonly subject: string;
  /** Its memory limit, in MiB. */
  readonly #maxMib: number;
  /** Its final report; null if it ended without one. */
  bye: (Report & { type: 'bye' }) | null = null;
  /** Time of its latest report, on the server's clock; null before the first. */
  #lastAt: number | null = null;
  /** What to add to its clock to get the server's, in ms; null until its first report. */
  #offsetMs: number | null = null;
  /** How it exceeded a limit, for which it was killed; null if it did not. */
  #excess: string | null = null;
  /** What its runtime was short of, by its own standard error; null if it said nothing of that. */
  #shortage: string | null = null;
  /** Whether it has reported anything in this pass: its boot, or, of main's process, its lane. */
  hasReported = false;
  /** When the pass began to wait for its first report. */
  readonly since = now();
  /** After how many ms it was killed because that report did not come; null if it was not. */
  #muteMs: number | null = null;

  constructor(child: Child, lane: number, subject: string, maxMib: number) {
    this.child = child;
    this.lane = lane;
    this.subject = subject;
    this.#maxMib = maxMib;
  }

  /**
   * Converts the time `t` of a report that has just arrived from the process's clock to the server's. The result is not
   * before `earliest`, nor later than its end, or than now.
   */
  timeOf(t: number, earliest: number): number {
    this.hasReported = true;
    this.#offsetMs ??= clockOffset(t, earliest, now());
    const at = Math.max(earliest, Math.min(t + this.#offsetMs, this.child.exitedAt ?? now()));
    this.#lastAt = Math.max(at, this.#lastAt ?? at);
    return at;
  }

  /**
   * Returns when it ended, on the server's clock: by its final report, or, without one, when the server noticed. The
   * server may have been held up in the meantime.
   */
  endedAt({ atMs }: Exit): number {
    return this.bye === null || this.#lastAt === null ? atMs : Math.min(this.#lastAt, atMs);
  }

  /** Returns the most that it can have used by now: what the system knows bounds what the process reports itself. */
  mostUsage(): Usage {
    const ageMs = now() - this.child.launchedAt;
    return { rssBytes: this.#maxMib * 2 ** 20, cpuMs: ageMs * os.availableParallelism() };
  }

  /** Describes the first time that its memory, `mib`, exceeds its limit; otherwise returns null. */
  overrun(mib: number): string | null {
    if (mib <= this.#maxMib || this.#excess !== null) return null;
    const took = `took ${Math.round(mib)} MiB of memory, over its limit of ${this.#maxMib} MiB`;
    this.blame(took);
    return took;
  }

  /** Notes what it did beyond its limits, for which it is killed: `wrote more than 64 MiB`. */
  blame(what: string): void {
    this.#excess ??= `${what}, and was killed`;
  }

  /** Kills it, because it has not reported anything in `afterMs`. */
  killMute(afterMs: number): void {
    this.#muteMs = afterMs;
    this.child.kill();
  }

  /** Notes a line of its standard error: a runtime that has to give up says there what it was short of. */
  noteStderr(text: string): void {
    this.#shortage ??= shortageIn(text);
  }

  /** Describes how a process without a final report ended, and why if that is known. */
  describeEnd({ exitCode, signal }: Exit): string {
    if (this.#muteMs !== null) return `did not start within ${this.#muteMs / 1000} s, and was killed`;
    const how = signal ? `was killed by ${signal}` : `exited with code ${exitCode}`;
    return this.#excess ?? (this.#shortage ? `${how}: ${this.#shortage}` : how);
  }
}

/**
 * Returns what to add to a process's clock, given a report that it sent at `t` and that arrived at `receivedAt`. The
 * clocks of one machine agree, so this is 0, unless the report would then be before `earliest` or after its arrival.
 * In that case the clock was set, or the machine slept, and the report is assumed to have taken no time to arrive.
 */
function clockOffset(t: number, earliest: number, receivedAt: number): number {
  return t >= earliest && t <= receivedAt ? 0 : receivedAt - t;
}
