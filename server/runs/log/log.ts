/**
 * The log of a run as readers see it. This is the port. The server that executes the run has its log in memory
 * (published-log.ts); another server may fill one from the store.
 */
import type { Place } from '../../protocol/place.ts';
import type { StorageTrouble } from '../../words/unavailable-words.ts';

/** `since`: of performance.now. */
export type Unsaved = { since: number; trouble: StorageTrouble };

/** Consecutive events of a log. */
export type Chunk = {
  /** Each event as JSON. There is at least one. */
  readonly lines: readonly string[];
  /** Sequence number of the last of them. */
  readonly lastSeq: number;
};

/** Reads a log at its own pace. Unread events are not buffered for each reader; they are in the log. */
export interface Reader {
  /**
   * Returns the next events, or null if the log has ended. Readers at the same position receive the same object. If
   * there are none yet, returns undefined and calls `wake` once when it is to be called again.
   */
  next(wake: () => void): Chunk | null | undefined;
  /** Reports whether there have been unread events since before `atMs` (performance.now) without a call of `next`. */
  stalledSince(atMs: number): boolean;
  close(): void;
}

/** Resolves with the next events as soon as there are any, or with null when the log has ended. */
export function nextChunk(reader: Reader): Promise<Chunk | null> {
  return new Promise((resolve) => {
    const ask = () => {
      const chunk = reader.next(ask);
      if (chunk !== undefined) resolve(chunk);
    };
    ask();
  });
}

/** A log, open for reading. Everything that it returns is already in the store. */
export interface Log {
  /** Sequence number of the last event that can be read. */
  readonly lastSeq: number;
  readonly isEnded: boolean;
  /** Since when there are events that could not be saved, and why; null if there are none. */
  readonly unsaved: Unsaved | null;
  /** The run's place in the queue; null if it does not wait. Not a part of the events. */
  readonly place: Place | null;
  /** Calls `listener` whenever the place may have changed. Returns a function that ends that. */
  watchPlace(listener: () => void): () => void;
  /** Returns the events so far after `seq`, each as JSON. */
  after(seq: number): string[];
  /** Returns a reader that starts after `seq`. The caller must close it. */
  read(seq: number): Reader;
}
