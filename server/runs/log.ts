/**
 * The event log of one run: append, read after a sequence number, follow. Each event is serialised once. Events go to
 * the store before any reader has them, so a server killed at any moment has lost nothing that somebody saw.
 */
import type { RunEvent } from '../protocol/events.ts';
import type { Fact } from '../protocol/facts.ts';
import { toMicrosecond } from '../protocol/times.ts';
import { BoundedMap } from './bounded-map.ts';

/** Keeps a stretch of the log; `lines` are events as JSON, one a line, from sequence number `firstSeq`. */
export type SaveChunk = (firstSeq: number, lines: string[]) => void;

/** Most frames kept for readers who come to the same place later: some 4 MB. */
const MAX_FRAMES = 64;
/** Pause before the first and the longest before any further try to save what could not be saved, in ms. */
const RETRY_MS = { first: 1000, longest: 30_000 };
/** Most characters of events in one frame, so that a slow reader is handed little at a time. */
const FRAME_CHARS = 64 * 1024;
/** Longest wait of an event for others to go out with it, in ms, reached at 2,500 readers. */
const MAX_GAP_MS = 50;
/** What a reader costs a flush, in ms: the gap between flushes leaves at least as much time for everything else. */
const READER_MS = 0.02;

const encoder = new TextEncoder();

export type LogOptions = {
  save: SaveChunk;
  /** Most events; past it only those that close what is open are taken. */
  maxEvents: number;
};

/** Someone who reads the log at their own pace. What is there and was not yet read is not held for them: it is in the log. */
export type Reader = {
  /** The next frame, as soon as there is one; null when the log has ended. Never called again before it resolved. */
  next(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Whether there has been something to read since `atMs` (performance.now) that was not asked for. */
  stalledSince(atMs: number): boolean;
  close(): void;
};

type Frame = { to: number; bytes: Uint8Array<ArrayBuffer> };
type Cursor = { seq: number; take: ((isEnd: boolean) => void) | null; behindSince: number | null };

export class RunLog {
  #lines: string[];
  #options: LogOptions;
  /** How many events are in the store, and may be read. */
  #saved: number;
  /** Once nothing more is added: what is to be saved after the last event, before readers are told the end. */
  #finish: (() => void) | null = null;
  #isEnded: boolean;
  #isCut = false;
  #flushing: NodeJS.Timeout | NodeJS.Immediate | null = null;
  #flushedAt = 0;
  #retryMs = RETRY_MS.first;
  #hasComplained = false;
  #isGivenUp = false;
  #cursors = new Set<Cursor>();
  /** Frames by where they begin, the oldest first. */
  #frames = new BoundedMap<number, Frame>(MAX_FRAMES);

  /** A log that goes on after `lines`, which are in the store already; ended if `isEnded`. */
  constructor(options: LogOptions, lines: string[] = [], isEnded = false) {
    this.#options = options;
    this.#lines = lines;
    this.#saved = lines.length;
    this.#isEnded = isEnded;
  }

  /** The last sequence number that may be read. */
  get lastSeq(): number {
    return this.#saved;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Adds an event. `pass` and `atMs` as in `RunEvent`. What is past the limit of events is left out, and a `cut` event says so, once. */
  append(fact: Fact, pass: number | null, atMs: number): void {
    if (this.#isEnded || this.#finish) return;
    if (this.#lines.length >= this.#options.maxEvents - 1 && !isKept(fact)) {
      if (this.#isCut) return;
      this.#isCut = true;
      this.#push({ type: 'cut', what: 'events', job: null, limit: this.#options.maxEvents }, pass, atMs);
      return;
    }
    this.#push(fact, pass, atMs);
  }

  #push(fact: Fact, pass: number | null, atMs: number): void {
    const event: RunEvent = {
      seq: this.#lines.length + 1,
      pass,
      atMs: toMicrosecond(atMs),
      ...fact,
    };
    this.#lines.push(JSON.stringify(event));
    if (this.#flushing) return;
    // With few readers everything that this turn of the event loop brings goes out together, at its end.
    const gapMs = Math.min(MAX_GAP_MS, this.#cursors.size * READER_MS);
    const waitMs = this.#flushedAt + gapMs - performance.now();
    const flush = () => this.flush();
    this.#flushing = waitMs > 1 ? setTimeout(flush, waitMs) : setImmediate(flush);
  }

  /**
   * Ends the log: nothing more is added. When all is saved, and `finish` has saved what else there is, readers who
   * have read all are told. What throws is tried again, for as long as nobody gives up.
   */
  end(finish: () => void = () => {}): void {
    this.#finish ??= finish;
    this.flush();
  }

  /** Tries no more to save what could not be saved: the store is about to close. Readers are not told an end. */
  giveUp(): void {
    this.#isGivenUp = true;
    this.#unschedule();
  }

  /** Writes what is new to the store, then lets readers have it. What cannot be written is tried again by itself. */
  flush(): void {
    this.#unschedule();
    if (this.#isEnded || this.#isGivenUp) return;
    try {
      this.#save();
      this.#finish?.();
    } catch (error) {
      // Readers wait, and the run goes on: a full disk is not the end of the server.
      if (!this.#hasComplained) console.error('log: events could not be saved yet', error);
      this.#hasComplained = true;
      this.#flushing = setTimeout(() => this.flush(), this.#retryMs);
      this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS.longest);
      return;
    }
    this.#retryMs = RETRY_MS.first;
    if (!this.#finish) return;
    this.#isEnded = true;
    for (const cursor of this.#cursors) cursor.take?.(true);
  }

  #unschedule(): void {
    clearTimeout(this.#flushing as NodeJS.Timeout);
    clearImmediate(this.#flushing as NodeJS.Immediate);
    this.#flushing = null;
  }

  #save(): void {
    if (this.#saved === this.#lines.length) return;
    this.#options.save(this.#saved + 1, this.#lines.slice(this.#saved));
    this.#saved = this.#lines.length;
    this.#flushedAt = performance.now();
    this.#frames.clear();
    for (const cursor of this.#cursors) {
      // Who gave a number that is not there yet goes on waiting.
      if (cursor.seq >= this.#saved) continue;
      cursor.behindSince ??= this.#flushedAt;
      cursor.take?.(false);
    }
  }

  /** The events after `seq`, each as JSON. */
  after(seq: number): string[] {
    return this.#lines.slice(seq, this.#saved);
  }

  /** Starts to read after `seq`. To be closed by who opened it. */
  read(seq: number): Reader {
    const cursor: Cursor = { seq, take: null, behindSince: seq < this.#saved ? performance.now() : null };
    this.#cursors.add(cursor);
    return {
      next: () =>
        new Promise((resolve) => {
          const take = (isEnd: boolean) => {
            cursor.take = null;
            if (cursor.seq < this.#saved) resolve(this.#nextFrame(cursor));
            else if (isEnd) resolve(null);
          };
          if (cursor.seq < this.#saved || this.#isEnded) take(this.#isEnded);
          else cursor.take = take;
        }),
      stalledSince: (atMs) =>
        cursor.take === null && cursor.behindSince !== null && cursor.behindSince < atMs,
      close: () => {
        this.#cursors.delete(cursor);
        cursor.take?.(true);
      },
    };
  }

  /** The server-sent event with what follows the cursor. Readers at the same place share one, made once. */
  #nextFrame(cursor: Cursor): Uint8Array<ArrayBuffer> {
    const { to, bytes } = this.#frames.get(cursor.seq) ?? this.#newFrame(cursor.seq);
    cursor.seq = to;
    cursor.behindSince = cursor.seq < this.#saved ? performance.now() : null;
    return bytes;
  }

  #newFrame(from: number): Frame {
    let to = from;
    for (let chars = 0; to < this.#saved && chars < FRAME_CHARS; to++) chars += this.#lines[to]?.length ?? 0;
    const text = `id: ${to}\ndata: [${this.#lines.slice(from, to).join(',')}]\n\n`;
    const frame = { to, bytes: encoder.encode(text) };
    this.#frames.set(from, frame);
    return frame;
  }
}

/** Events that close what is open, or that are few by nature: they are taken past the limit too. */
function isKept(fact: Fact): boolean {
  switch (fact.type) {
    case 'run-queued':
    case 'wait-started':
    case 'wait-ended':
    case 'log':
    case 'sample':
    case 'cut':
    case 'message-sent':
    case 'message-received':
    case 'shared-written':
    case 'shared-read':
    case 'lock-released':
      return false;
    case 'run-started':
    case 'run-ended':
    case 'pass-started':
    case 'pass-ended':
    case 'lane-started':
    case 'lane-ready':
    case 'lane-ended':
    case 'job-started':
    case 'job-ended':
    case 'deadlock':
      return true;
  }
}
