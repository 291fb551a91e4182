/** The part of a log that can be read, in memory, and its readers. */
import { BoundedMap } from '../bounded-map.ts';
import type { Chunk, Log, Reader } from './log.ts';

/** Most chunks kept for readers that reach the same position later: about 4 MB, including the frames made of them. */
const MAX_CHUNKS = 64;
/** Most characters of events in one chunk, so that a slow reader receives little at a time. */
const CHUNK_CHARS = 64 * 1024;

/** `wake` is what a reader that waits has asked to be called; null if it does not wait. */
type Cursor = { seq: number; wake: (() => void) | null; behindSince: number | null };

/** A log in memory. */
export class PublishedLog implements Log {
  /** All of it is saved. */
  readonly unsaved = null;
  #lines: string[];
  #isEnded: boolean;
  #cursors = new Set<Cursor>();
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
    return this.#cursors.size;
  }

  /** Gives readers `lines`, which have just been saved. */
  publish(lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(line);
    this.#chunks.clear();
    const now = performance.now();
    for (const cursor of this.#cursors) {
      // A reader may start after a number that the log has not reached yet: it continues to wait.
      if (cursor.seq >= this.#lines.length) continue;
      cursor.behindSince ??= now;
      wake(cursor);
    }
  }

  /** Ends the log: readers that have read everything receive the end. */
  end(): void {
    this.#isEnded = true;
    for (const cursor of this.#cursors) wake(cursor);
  }

  after(seq: number): string[] {
    return this.#lines.slice(seq);
  }

  read(seq: number): Reader {
    let isClosed = false;
    const cursor: Cursor = {
      seq,
      wake: null,
      behindSince: seq < this.#lines.length ? performance.now() : null,
    };
    this.#cursors.add(cursor);
    return {
      next: (wake) => {
        if (cursor.seq < this.#lines.length) return this.#nextChunk(cursor);
        if (this.#isEnded || isClosed) return null;
        cursor.wake = wake;
      },
      stalledSince: (atMs) =>
        cursor.wake === null && cursor.behindSince !== null && cursor.behindSince < atMs,
      close: () => {
        isClosed = true;
        this.#cursors.delete(cursor);
        wake(cursor);
      },
    };
  }

  #nextChunk(cursor: Cursor): Chunk {
    const chunk = this.#chunks.get(cursor.seq) ?? this.#newChunk(cursor.seq);
    cursor.seq = chunk.lastSeq;
    cursor.behindSince = cursor.seq < this.#lines.length ? performance.now() : null;
    return chunk;
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

function wake(cursor: Cursor): void {
  const { wake } = cursor;
  cursor.wake = null;
  wake?.();
}
