/** The part of a log that can be read, in memory, and its readers. */
import { BoundedMap } from '../bounded-map.ts';
import type { Chunk, Log, Reader } from './log.ts';

/** Most chunks kept for readers that reach the same position later: about 4 MB, including the frames made of them. */
const MAX_CHUNKS = 64;
/** Most characters of events in one chunk, so that a slow reader receives little at a time. */
const CHUNK_CHARS = 64 * 1024;

/** A log in memory. */
export class PublishedLog implements Log {
  /** All of it is saved. */
  readonly unsaved = null;
  #lines: string[];
  #isEnded: boolean;
  #readers = new Set<LogReader>();
  /** Chunks by the sequence number before their first event. */
  #chunks = new BoundedMap<number, Chunk>(MAX_CHUNKS);

  /** Creates a log of `lines`. If it is not `isEnded`, more may be published. */
  constructor(lines: string[] = [], isEnded = false) {
    this.#lines = lines;
    this.#isEnded = isEnded;
  }

  /** A run waits only on the server that executes it: see run-log.ts. */
  readonly place = null;
  watchPlace = () => () => {};

  get lastSeq(): number {
    return this.#lines.length;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Number of open readers. */
  get readers(): number {
    return this.#readers.size;
  }

  /** Gives readers `lines`, which have just been saved. */
  publish(lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(line);
    this.#chunks.clear();
    const now = performance.now();
    for (const reader of this.#readers) reader.published(now);
  }

  /** Ends the log: readers that have read everything receive the end. */
  end(): void {
    this.#isEnded = true;
    for (const reader of this.#readers) reader.wake();
  }

  after(seq: number): string[] {
    return this.#lines.slice(seq);
  }

  read(seq: number): Reader {
    const reader = new LogReader(this, seq, () => void this.#readers.delete(reader));
    this.#readers.add(reader);
    return reader;
  }

  /** Returns a chunk of what follows `seq`, which must not be all there is. */
  chunkAfter(seq: number): Chunk {
    return this.#chunks.get(seq) ?? this.#newChunk(seq);
  }

  #newChunk(from: number): Chunk {
    let to = from;
    for (let chars = 0; to < this.#lines.length && chars < CHUNK_CHARS; to++)
      chars += this.#lines[to]?.length ?? 0;
    const chunk = { lines: this.#lines.slice(from, to), lastSeq: to };
    this.#chunks.set(from, chunk);
    return chunk;
  }
}

class LogReader implements Reader {
  #log: PublishedLog;
  #seq: number;
  #leave: () => void;
  /** What it has asked to be called; null if it does not wait. */
  #wake: (() => void) | null = null;
  /** Since when there have been events that it has not taken, by performance.now; infinite if there are none. */
  #behindSince: number;
  #isClosed = false;

  /** Creates a reader of what follows `seq`. `leave` is called when it is closed. */
  constructor(log: PublishedLog, seq: number, leave: () => void) {
    this.#log = log;
    this.#seq = seq;
    this.#leave = leave;
    this.#behindSince = this.#behindNow();
  }

  next(wake: () => void): Chunk | null | undefined {
    if (this.#seq < this.#log.lastSeq) {
      const chunk = this.#log.chunkAfter(this.#seq);
      this.#seq = chunk.lastSeq;
      this.#behindSince = this.#behindNow();
      return chunk;
    }
    if (this.#log.isEnded || this.#isClosed) return null;
    this.#wake = wake;
  }

  stalledSince(atMs: number): boolean {
    return this.#wake === null && this.#behindSince < atMs;
  }

  /** Notes that there are new events since `nowMs`. */
  published(nowMs: number): void {
    // It may read from a number that the log has not reached yet: it continues to wait.
    if (this.#seq >= this.#log.lastSeq) return;
    this.#behindSince = Math.min(this.#behindSince, nowMs);
    this.wake();
  }

  /** Has it ask again, if it waits. */
  wake(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  close(): void {
    this.#isClosed = true;
    this.#leave();
    this.wake();
  }

  #behindNow(): number {
    return this.#seq < this.#log.lastSeq ? performance.now() : Number.POSITIVE_INFINITY;
  }
}
