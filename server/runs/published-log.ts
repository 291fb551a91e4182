/** The part of a log that may be read, in memory, with its readers. */
import { BoundedMap } from './bounded-map.ts';
import type { Chunk, Log, Reader } from './log.ts';

/** Most chunks kept for readers that come to the same place later: some 4 MB with what is made of them. */
const MAX_CHUNKS = 64;
/** Most characters of events in one chunk, so that a slow reader is handed little at a time. */
const CHUNK_CHARS = 64 * 1024;

type Cursor = { seq: number; take: ((isEnd: boolean) => void) | null; behindSince: number | null };

export class PublishedLog implements Log {
  #lines: string[];
  #isEnded: boolean;
  #cursors = new Set<Cursor>();
  /** Chunks by the number before their first event. */
  #chunks = new BoundedMap<number, Chunk>(MAX_CHUNKS);

  /** A log with `lines`, which more may follow unless it `isEnded`. */
  constructor(lines: string[] = [], isEnded = false) {
    this.#lines = lines;
    this.#isEnded = isEnded;
  }

  get lastSeq(): number {
    return this.#lines.length;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** How many readers are open. */
  get readers(): number {
    return this.#cursors.size;
  }

  /** Lets readers have `lines`, which have just been saved. */
  publish(lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(line);
    this.#chunks.clear();
    const now = performance.now();
    for (const cursor of this.#cursors) {
      // A reader may ask for what follows a number that is not there yet: it goes on waiting.
      if (cursor.seq >= this.#lines.length) continue;
      cursor.behindSince ??= now;
      cursor.take?.(false);
    }
  }

  /** Tells readers that have read all that nothing more comes. */
  end(): void {
    this.#isEnded = true;
    for (const cursor of this.#cursors) cursor.take?.(true);
  }

  after(seq: number): string[] {
    return this.#lines.slice(seq);
  }

  read(seq: number): Reader {
    const cursor: Cursor = {
      seq,
      take: null,
      behindSince: seq < this.#lines.length ? performance.now() : null,
    };
    this.#cursors.add(cursor);
    return {
      next: () =>
        new Promise((resolve) => {
          const take = (isEnd: boolean) => {
            cursor.take = null;
            if (cursor.seq < this.#lines.length) resolve(this.#nextChunk(cursor));
            else if (isEnd) resolve(null);
          };
          if (cursor.seq < this.#lines.length || this.#isEnded) take(this.#isEnded);
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
