/**
 * Writes a log to the store, chunk by chunk, and publishes each chunk once it is stored. With a synchronous store
 * (`Store.append` returns undefined), a flush has completed when `flush` returns.
 */
import { endsRun } from '../../protocol/events.ts';
import { DeadServerError } from '../../store/cluster.ts';
import { StoreError } from '../../store/store-error.ts';
import type { Unsaved } from './log.ts';
import type { PublishedLog } from './published-log.ts';

/** Saves events of the log, each as JSON, starting at sequence number `firstSeq`; see `Store.append`. */
export type SaveChunk = (firstSeq: number, lines: string[]) => void | Promise<void>;

/** Pauses before a failed save is retried, in ms: the first pause, and the longest. */
const RETRY_MS = { first: 1000, longest: 30_000 };
/** Longest time that an event is held back to be sent with others, in ms; reached at 2,500 readers. */
const MAX_GAP_MS = 50;
/** Time that each reader adds to a flush, in ms. The gap between flushes leaves at least as much for other work. */
const READER_MS = 0.02;

/** Saves and publishes the events of one log. */
export class LogWriter {
  #published: PublishedLog;
  #save: SaveChunk;
  /** Events that are not in the store yet, in order. */
  #unsaved: string[] = [];
  /** Set when the log is closed. Called after the last event is saved, before readers receive the end. */
  #finish: (() => void | Promise<void>) | null = null;
  /** The flush that is waiting for the store; null if there is none. Never rejects. */
  #writing: Promise<void> | null = null;
  /** Cancels the scheduled flush; null if none is scheduled. */
  #cancelFlush: (() => void) | null = null;
  #flushedAt = 0;
  #retryMs = RETRY_MS.first;
  #failing: Unsaved | null = null;
  #isHeld: boolean;
  #isGivenUp = false;
  /** Whether the event that ends the run has been added. */
  #isComplete: boolean;

  /** Publishes in `published` what it has saved with `save`. If `isHeld`, saves nothing before `release` is called. */
  constructor(published: PublishedLog, save: SaveChunk, isHeld: boolean) {
    this.#published = published;
    this.#save = save;
    this.#isHeld = isHeld;
    this.#isComplete = published.after(published.lastSeq - 1).some(endsRun);
  }

  /** Number of events that are not saved yet. */
  get unsaved(): number {
    return this.#unsaved.length;
  }

  /** How many characters the events have that are not saved yet. */
  get unsavedChars(): number {
    return this.#unsaved.reduce((sum, line) => sum + line.length, 0);
  }

  /** Since when saving fails, and why it did last; null if it does not. */
  get failing(): Unsaved | null {
    return this.#failing;
  }

  /** Adds an event, as JSON, and flushes soon. Adds nothing after the event that ends the run, or after `end`. */
  add(line: string): void {
    if (this.#isComplete || this.#finish) return;
    this.#isComplete = endsRun(line);
    this.#unsaved.push(line);
    this.#schedule();
  }

  /** Starts saving. Called when the store has the run. */
  release(): void {
    this.#isHeld = false;
    if (this.#isDue) this.#schedule();
  }

  /** See `RunLog.end`. */
  end(finish: () => void | Promise<void>): void | Promise<void> {
    this.#finish ??= finish;
    return this.flush();
  }

  /** See `RunLog.giveUp`. */
  giveUp(): void | Promise<void> {
    this.#isGivenUp = true;
    this.#unschedule();
    return this.#writing ?? undefined;
  }

  /** Saves and publishes all events so far. Schedules a retry if that fails. Neither throws nor rejects. */
  flush(): void | Promise<void> {
    this.#unschedule();
    // One at a time: chunks must neither overlap nor overtake each other.
    if (this.#writing) return this.#writing;
    try {
      while (this.#isDue) {
        const step = this.#step();
        if (!step) continue;
        this.#writing = this.#finishFlush(step);
        return this.#writing;
      }
      this.#recover();
    } catch (error) {
      this.#retry(error);
    }
  }

  /** Completes a flush after its first step, which waits for the store. */
  async #finishFlush(step: Promise<void>): Promise<void> {
    try {
      await step;
      // Events added meanwhile get a scheduled flush of their own, unless the log is closed.
      while (this.#finish && this.#isDue) await this.#step();
      this.#writing = null;
      this.#recover();
      if (this.#isDue) this.#schedule();
    } catch (error) {
      this.#writing = null;
      this.#retry(error);
    }
  }

  /** Whether there is something to write, and writing is allowed. */
  get #isDue(): boolean {
    if (this.#published.isEnded || this.#isHeld || this.#isGivenUp) return false;
    return this.#unsaved.length > 0 || this.#finish !== null;
  }

  /** Saves all events so far and publishes them; if there are none, ends the log. */
  #step(): void | Promise<void> {
    if (this.#unsaved.length === 0) {
      const finishing = this.#finish?.();
      return finishing ? finishing.then(() => this.#published.end()) : this.#published.end();
    }
    const lines = [...this.#unsaved];
    const saving = this.#save(this.#published.lastSeq + 1, lines);
    return saving ? saving.then(() => this.#publish(lines)) : this.#publish(lines);
  }

  #publish(lines: string[]): void {
    this.#unsaved.splice(0, lines.length);
    this.#flushedAt = performance.now();
    this.#published.publish(lines);
  }

  /** Schedules a flush. With few readers it runs at the end of this turn of the event loop, for all its events. */
  #schedule(): void {
    if (this.#cancelFlush || this.#writing || this.#isHeld) return;
    const gapMs = Math.min(MAX_GAP_MS, this.#published.readers * READER_MS);
    const waitMs = this.#flushedAt + gapMs - performance.now();
    if (waitMs > 1) {
      this.#flushIn(waitMs);
      return;
    }
    const immediate = setImmediate(() => void this.flush());
    this.#cancelFlush = () => clearImmediate(immediate);
  }

  #flushIn(ms: number): void {
    const timer = setTimeout(() => void this.flush(), ms);
    this.#cancelFlush = () => clearTimeout(timer);
  }

  #unschedule(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
  }

  #recover(): void {
    this.#failing = null;
    this.#retryMs = RETRY_MS.first;
  }

  /** Schedules another attempt. Until then readers wait and the run continues: a full disk must not end the server. */
  #retry(error: unknown): void {
    // The storage reports its own trouble, once for all logs; and the server, that it was declared dead.
    const isReported = error instanceof StoreError || error instanceof DeadServerError;
    if (this.#failing === null && !isReported) console.error('log: events could not be saved yet', error);
    const trouble = error instanceof StoreError ? error.trouble : 'failing';
    this.#failing = { since: this.#failing?.since ?? performance.now(), trouble };
    if (this.#isGivenUp) return;
    this.#flushIn(this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS.longest);
  }
}
