/**
 * What a server learns of the logs of runs that other servers execute. This is the port; postgres/log-feed.ts
 * implements it. Asking is what counts: a notification says only that it is worth while, and may be lost.
 */

/** What is new in the log of a run. */
export type News = {
  /** The events after the position asked for, each as JSON. What cannot be read as an event is returned as it is. */
  readonly lines: readonly string[];
  /** Whether there were more events than are returned at once. */
  readonly isMore: boolean;
  /** Whether the run has ended, or is gone: no events follow but those that `isMore` announces. */
  readonly isOver: boolean;
};

/** Receives what is heard of logs. */
export type FeedListener = {
  /** There is something new in the logs of these runs. */
  woken(ids: readonly string[]): void;
  /** Whether notifications come has changed. */
  hearingChanged(): void;
};

/** The logs of runs of other servers. */
export interface LogFeed {
  /**
   * Returns what is new in the logs of all these runs, each after a sequence number that ends a chunk. All of it is read
   * at once, so that many logs cost one question.
   */
  news(after: ReadonlyMap<string, number>): Promise<Map<string, News>>;
  /** Whether notifications come. While they do not, only asking tells what is new. */
  readonly isHearing: boolean;
  /** Calls `listener` from now on. There is one. */
  listen(listener: FeedListener): void;
}
