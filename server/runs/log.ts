/**
 * The log of a run as its readers have it: this is the port. A run's own server has it in memory (published-log.ts);
 * another server may fill it from the store.
 */

/** Events of a log that follow one another. */
export type Chunk = {
  /** Each event as JSON. There is at least one. */
  readonly lines: readonly string[];
  /** The sequence number of the last of them. */
  readonly lastSeq: number;
};

/** Reads a log at a reader's own pace. What it has not read yet is not held for it: it is in the log. */
export interface Reader {
  /**
   * Resolves with the next events as soon as there are any, or with null when the log has ended. Readers at the same
   * place are given the same object. Must not be called again before it has resolved.
   */
  next(): Promise<Chunk | null>;
  /** Whether there has been something to read since `atMs` (performance.now) that was not asked for. */
  stalledSince(atMs: number): boolean;
  close(): void;
}

/** A log, open for reading: whatever it returns is in the store already. */
export interface Log {
  /** The last sequence number that may be read. */
  readonly lastSeq: number;
  readonly isEnded: boolean;
  /** Returns the events after `seq` that there are now, each as JSON. */
  after(seq: number): string[];
  /** Starts to read after `seq`. The caller must close the reader. */
  read(seq: number): Reader;
}
