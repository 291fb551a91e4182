/**
 * Writes a log to the store, chunk by chunk, and publishes each chunk once it is there. With a store that does not make
 * it wait (`Store.append` returns nothing) all of a flush is done when `flush` returns.
 */
import type { PublishedLog } from './published-log.ts';

/** Keeps events of the log, each as JSON, from sequence number `firstSeq`; see `Store.append`. */
export type SaveChunk = (firstSeq: number, lines: string[]) => void | Promise<void>;

/** Pause before the first and the longest before any further try to save what could not be saved, in ms. */
const RETRY_MS = { first: 1000, longest: 30_000 };
/** Longest wait of an event for others to go out with it, in ms, reached at 2,500 readers. */
const MAX_GAP_MS = 50;
/** What a reader costs a flush, in ms: the gap between flushes leaves at least as much time for everything else. */
const READER_MS = 0.02;

export class LogWriter {
  #published: PublishedLog;
  #save: SaveChunk;
  /** Events that are not in the store yet, in order. */
  #unsaved: string[] = [];
  /** Set once nothing more is added: saves what else there is, after the last event and before readers are told the end. */
  #finish: (() => void | Promise<void>) | null = null;
  /** The flush that waits for the store. Never rejects. */
  #writing: Promise<void> | null = null;
  /** Calls off the next flush; null if none is due. */
  #callOff: (() => void) | null = null;
  #flushedAt = 0;
  #retryMs = RETRY_MS.first;
  #hasComplained = false;
  #isHeld: boolean;
  #isGivenUp = false;

  /** Publishes in `published` what it has saved with `save`; if it `isHeld`, only once `release` was called. */
  constructor(published: PublishedLog, save: SaveChunk, isHeld: boolean) {
    this.#published = published;
    this.#save = save;
    this.#isHeld = isHeld;
  }

  /** How many events are still to be saved. */
  get unsaved(): number {
    return this.#unsaved.length;
  }

  /** Whether nothing more may be added. */
  get isClosed(): boolean {
    return this.#finish !== null;
  }

  /** Adds an event, as JSON, and flushes soon. */
  add(line: string): void {
    this.#unsaved.push(line);
    this.#schedule();
  }

  /** Begins to save: the store has the run. */
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

  /** Saves and publishes what there is. What cannot be saved is tried again by itself. Neither throws nor rejects. */
  flush(): void | Promise<void> {
    this.#unschedule();
    // One at a time: chunks must neither overlap nor overtake each other.
    if (this.#writing) return this.#writing;
    try {
      while (this.#isDue) {
        const step = this.#step();
        if (!step) continue;
        this.#writing = this.#goOn(step);
        return this.#writing;
      }
      this.#retryMs = RETRY_MS.first;
    } catch (error) {
      this.#retry(error);
    }
  }

  /** The rest of a flush whose first step waits for the store. */
  async #goOn(step: Promise<void>): Promise<void> {
    try {
      await step;
      // What was added meanwhile goes out in a flush of its own, at its time, unless it is the last.
      while (this.#finish && this.#isDue) await this.#step();
      this.#writing = null;
      this.#retryMs = RETRY_MS.first;
      if (this.#isDue) this.#schedule();
    } catch (error) {
      this.#writing = null;
      this.#retry(error);
    }
  }

  /** Whether there is something to write, and it may be written. */
  get #isDue(): boolean {
    if (this.#published.isEnded || this.#isHeld || this.#isGivenUp) return false;
    return this.#unsaved.length > 0 || this.#finish !== null;
  }

  /** Saves all events that there are and publishes them; if there are none, ends the log. */
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

  /** With few readers everything that this turn of the event loop brings goes out together, at its end. */
  #schedule(): void {
    if (this.#callOff || this.#writing || this.#isHeld) return;
    const gapMs = Math.min(MAX_GAP_MS, this.#published.readers * READER_MS);
    const waitMs = this.#flushedAt + gapMs - performance.now();
    if (waitMs > 1) {
      this.#flushIn(waitMs);
      return;
    }
    const immediate = setImmediate(() => void this.flush());
    this.#callOff = () => clearImmediate(immediate);
  }

  #flushIn(ms: number): void {
    const timer = setTimeout(() => void this.flush(), ms);
    this.#callOff = () => clearTimeout(timer);
  }

  #unschedule(): void {
    this.#callOff?.();
    this.#callOff = null;
  }

  /** Readers wait meanwhile, and the run goes on: a full disk is not the end of the server. */
  #retry(error: unknown): void {
    if (!this.#hasComplained) console.error('log: events could not be saved yet', error);
    this.#hasComplained = true;
    if (this.#isGivenUp) return;
    this.#flushIn(this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS.longest);
  }
}
