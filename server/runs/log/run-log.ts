/**
 * The log of a run under way. Each event is numbered and serialised once, and is in the store before any reader
 * receives it, so that a server killed at any moment loses nothing that was shown.
 */
import { Buffer } from 'node:buffer';
import type { RunEvent } from '../../protocol/events.ts';
import type { Fact } from '../../protocol/facts.ts';
import { toMicrosecond } from '../../protocol/times.ts';
import { mayHide, shownText } from '../../words/shown-text.ts';
import { isKept } from './event-limit.ts';
import type { Log, Reader, Unsaved } from './log.ts';
import { LogWriter, type SaveChunk } from './log-writer.ts';
import { PlacedLog } from './placed-log.ts';
import { PublishedLog } from './published-log.ts';

/** How a log is saved, and its limits. */
type RunLogOptions = {
  save: SaveChunk;
  /** Most events before the log is cut; after that, only those of `isKept` are added. */
  maxEvents: number;
  /** Most bytes of events, as JSON, before the log is cut in the same way. */
  maxBytes?: number;
  /** Whether to save nothing before `release` is called, because the store does not have the run yet. */
  isHeld?: boolean;
};

/** The log of a run, which is written and read at the same time. */
export class RunLog extends PlacedLog implements Log {
  #published: PublishedLog;
  #writer: LogWriter;
  #maxEvents: number;
  #maxBytes: number;
  #bytes = 0;
  #isCut = false;

  /** Creates a log that continues after `lines`, which are already in the store. */
  constructor(
    { save, maxEvents, maxBytes = Number.POSITIVE_INFINITY, isHeld = false }: RunLogOptions,
    lines: string[] = [],
  ) {
    super();
    this.#published = new PublishedLog(lines);
    this.#writer = new LogWriter(this.#published, save, isHeld);
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
  }

  get lastSeq(): number {
    return this.#published.lastSeq;
  }

  get isEnded(): boolean {
    return this.#published.isEnded;
  }

  get unsaved(): Unsaved | null {
    return this.#writer.failing;
  }

  /** How many characters the events have that could not be saved yet; 0 while saving works. */
  get unsavedChars(): number {
    return this.#writer.failing === null ? 0 : this.#writer.unsavedChars;
  }

  after(seq: number): string[] {
    return this.#published.after(seq);
  }

  read(seq: number): Reader {
    return this.#published.read(seq);
  }

  /**
   * Adds an event. `pass` and `atMs` are as in `RunEvent`. Once the log is full, a `cut` event follows, and then only
   * events of `isKept`. Nothing is added after `run-ended`.
   */
  append(fact: Fact, pass: number | null, atMs: number): void {
    if (isKept(fact)) this.#add(fact, pass, atMs);
    else if (this.#isCut) return;
    else if (this.#length >= this.#maxEvents)
      this.#cut({ type: 'cut', what: 'events', job: null, limit: this.#maxEvents }, pass, atMs);
    else if (this.#bytes >= this.#maxBytes)
      this.#cut({ type: 'cut', what: 'bytes', job: null, limit: this.#maxBytes }, pass, atMs);
    else this.#add(fact, pass, atMs);
  }

  #cut(fact: Fact & { type: 'cut' }, pass: number | null, atMs: number): void {
    this.#isCut = true;
    this.#add(fact, pass, atMs);
  }

  #add(fact: Fact, pass: number | null, atMs: number): void {
    const event: RunEvent = { seq: this.#length + 1, pass, atMs: toMicrosecond(atMs), ...fact };
    const written = JSON.stringify(event);
    // Made safe once, before anything shows it.
    const line = mayHide(written) ? JSON.stringify(event, shownStrings) : written;
    this.#bytes += Buffer.byteLength(line) + 1;
    this.#writer.add(line);
  }

  get #length(): number {
    return this.#published.lastSeq + this.#writer.unsaved;
  }

  /** Starts saving a log that was held. Called when the store has the run. */
  release(): void {
    this.#writer.release();
  }

  /**
   * Closes the log: nothing more is added. When all events are saved and `finish` has completed, readers that have read
   * everything receive the end. Whatever fails is retried until `giveUp`. Resolves after the first attempt, even if it
   * failed.
   */
  end(finish: () => void | Promise<void> = () => {}): void | Promise<void> {
    return this.#writer.end(finish);
  }

  /**
   * Stops retrying, because the store is about to close. Readers do not receive an end. Resolves when no write is in
   * progress.
   */
  giveUp(): void | Promise<void> {
    return this.#writer.giveUp();
  }

  /** Saves and publishes all events so far, without waiting for more. Never rejects. */
  flush(): void | Promise<void> {
    return this.#writer.flush();
  }
}

/** For `JSON.stringify`. */
function shownStrings(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? shownText(value) : value;
}
