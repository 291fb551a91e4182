/** The part of a run's log that a pass writes: its facts with their times, and the output of its processes. */
import { Buffer } from 'node:buffer';
import { now } from '../../launch/clock.ts';
import type { Fact, ServerFact } from '../../protocol/facts.ts';
import { MAX_STEPS } from '../../protocol/search.ts';
import type { RunLog } from '../log/run-log.ts';

/** Most bytes that the processes of a pass may write outside of any job. */
const STDERR_BYTES = 64 * 1024;

/** The first fact of a pass. */
export type Start = ServerFact & { type: 'pass-started' };

/** Writes the events of one pass. */
export class PassLog {
  /** When the pass started, on the clock of `now`. */
  readonly startedAt = now();
  #log: Pick<RunLog, 'append'>;
  #pass: number;
  /** What is logged first; null once it is. */
  #start: Start | null;
  /** The latest step, where a scheduler of ours gives the times; null where they are real. */
  #step: number | null;
  /** Bytes of output by job; null is outside of any job. */
  #outputBytes = new Map<number | null, number>();

  /** `start` is logged before all else. */
  constructor(log: Pick<RunLog, 'append'>, pass: number, start: Start) {
    this.#log = log;
    this.#pass = pass;
    this.#start = start;
    this.#step = start.order === 'schedule' ? 0 : null;
  }

  /** Whether the start of the pass is logged. */
  get hasBegun(): boolean {
    return this.#start === null;
  }

  /** Logs the start of the pass, if it is not logged. */
  begin(): void {
    if (this.#start === null) return;
    this.#log.append(this.#start, this.#pass, 0);
    this.#start = null;
  }

  /** Logs a fact at `atMs` after the start of the pass, or at the latest step. */
  append(fact: Fact, atMs = now() - this.startedAt): void {
    this.begin();
    this.#log.append(fact, this.#pass, this.#step ?? Math.max(0, atMs));
  }

  /** Notes that the pass has come to step `at`. Times of real passes are left alone. */
  reach(at: number): void {
    if (this.#step !== null) this.#step = Math.min(MAX_STEPS, Math.max(this.#step, Math.floor(at)));
  }

  /** The latest step; null where times are real. */
  get step(): number | null {
    return this.#step;
  }

  /**
   * Logs a remark of the server, which no limit applies to, at `atMs` after the start of the pass. `line` is the line
   * of the program that it concerns.
   */
  remark(
    stream: 'stdout' | 'stderr',
    text: string,
    { line, atMs }: { line?: number; atMs?: number } = {},
  ): void {
    this.append({ type: 'log', lane: 0, job: null, stream, text, line }, atMs);
  }

  /** Logs output of a process outside of any job. `line` is the line of the program that it comes from, if any. */
  stderr(lane: number, text: string, line?: number): void {
    if (text.trim() === '' || !this.takesOutput(null, text, STDERR_BYTES)) return;
    this.append({ type: 'log', lane, job: null, stream: 'stderr', text, line });
  }

  /**
   * Reports whether output fits within the limit of `job` (null: outside of any job), and counts it. Logs a `cut` for
   * the first that does not fit.
   */
  takesOutput(job: number | null, text: string, limit: number): boolean {
    const before = this.#outputBytes.get(job) ?? 0;
    const after = before + Buffer.byteLength(text) + 1;
    this.#outputBytes.set(job, after);
    if (before <= limit && after > limit) this.append({ type: 'cut', what: 'log', job, limit });
    return after <= limit;
  }
}
