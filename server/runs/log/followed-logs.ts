/**
 * Logs of runs that other servers execute, filled from the store while they are read here: once for all readers of a
 * run. Notifications say when there is something new; behind them, the store is asked from time to time.
 */
import type { LogFeed, News } from '../../store/log-feed.ts';
import type { Store, StoredRun } from '../../store/store.ts';
import { StoreError } from '../../store/store-error.ts';
import { FollowedLog } from './followed-log.ts';
import type { Log } from './log.ts';
import type { Logs } from './logs.ts';
import { StoredLogs } from './stored-logs.ts';

/** Pauses between questions for all logs that are followed, in ms: while notifications come, and while they do not. */
const POLL_MS = { hearing: 2000, deaf: 100, failing: 500 };
/** How long a log without readers is followed after its last use, in ms: a page that was sent opens its stream. */
const UNUSED_MS = 5000;
/** Most logs in one question. */
const MAX_ASKED = 200;
/** Most questions at the same time: one that takes long, for a long log, must not keep the others waiting. */
const MAX_QUESTIONS = 2;
/** What there is of a run that the store does not have. */
const GONE: News = { lines: [], isMore: false, isOver: true };

/** A promise with what settles it. */
type Waiting = { resolve: () => void; reject: (error: unknown) => void };
/** A log that is followed. */
type Entry = {
  log: FollowedLog;
  /** Whether something may be new since the last question began. */
  isDue: boolean;
  isAsked: boolean;
  /** Those that wait for the next question, and those that wait for the one under way. */
  next: Waiting[];
  now: Waiting[];
};

/** For a server that shares its store with others. */
export class FollowedLogs implements Logs {
  #feed: LogFeed;
  #ended: StoredLogs;
  #entries = new Map<string, Entry>();
  #questions = 0;
  #timer: NodeJS.Timeout | null = null;
  #isFailing = false;
  #isClosed = false;
  #newlyFollowed: () => void = () => {};

  constructor(store: Pick<Store, 'lines'>, feed: LogFeed) {
    this.#feed = feed;
    this.#ended = new StoredLogs(store);
    feed.listen({
      woken: (ids) => this.#woken(ids),
      hearingChanged: () => this.#askAll(),
    });
  }

  /** Number of logs that are followed. */
  get size(): number {
    return this.#entries.size;
  }

  /** Calls `listener` whenever another log is followed. There is one listener. */
  onFollowed(listener: () => void): void {
    this.#newlyFollowed = listener;
  }

  get followed(): FollowedLog[] {
    return [...this.#entries.values()].map(({ log }) => log);
  }

  /** Returns the log of a run that has just been submitted: its events come when there are any. */
  begin(id: string): Log {
    const entry = this.#entries.get(id) ?? this.#follow(new FollowedLog(id, (log) => this.#used(log)));
    return entry.log;
  }

  /** Returns the log of a run with all events that the store had when this was called. */
  async of(run: StoredRun): Promise<Log> {
    const known = this.#entries.get(run.id);
    if (!known && run.status !== null) return this.#ended.of(run);
    const entry = known ?? this.#follow(new FollowedLog(run.id, (log) => this.#used(log)));
    // While notifications come, a log that has been read is as new as any answer would be.
    const isCurrent = known && run.status === null && this.#feed.isHearing && known.log.position > 0;
    if (!entry.log.isEnded && !isCurrent) await this.#asked(entry);
    return entry.log;
  }

  share(id: string, log: Log): void {
    this.#ended.share(id, log);
  }

  forget(id: string): void {
    this.#ended.forget(id);
    // Its readers receive the end: there is no such run any more.
    const entry = this.#entries.get(id);
    entry?.log.add(entry.log.position, GONE);
    for (const { resolve } of entry?.next.splice(0) ?? []) resolve();
    this.#entries.delete(id);
  }

  /** Stops following. */
  close(): void {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (const { next } of this.#entries.values()) for (const { resolve } of next.splice(0)) resolve();
  }

  #follow(log: FollowedLog): Entry {
    const entry: Entry = { log, isDue: true, isAsked: false, next: [], now: [] };
    this.#entries.set(log.id, entry);
    this.#schedule();
    this.#newlyFollowed();
    return entry;
  }

  /** Follows a log again that was forgotten while somebody had kept it. */
  #used(log: FollowedLog): void {
    if (this.#isClosed || log.isEnded || this.#entries.has(log.id)) return;
    this.#follow(log);
    this.#ask();
  }

  #woken(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry) entry.isDue = true;
    }
    this.#ask();
  }

  #askAll(): void {
    for (const [id, entry] of this.#entries) {
      if (entry.log.isEnded || !entry.log.isUsed(UNUSED_MS)) this.#drop(id, entry);
      else entry.isDue = true;
    }
    this.#ask();
    this.#schedule();
  }

  #drop(id: string, entry: Entry): void {
    if (entry.isAsked || entry.next.length > 0) return;
    this.#entries.delete(id);
  }

  /** Asks for all logs from time to time, as long as there are any. */
  #schedule(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#isClosed || this.#entries.size === 0) return;
    const pauses = this.#isFailing ? POLL_MS.failing : POLL_MS.deaf;
    this.#timer = setTimeout(() => this.#askAll(), this.#feed.isHearing ? POLL_MS.hearing : pauses);
    this.#timer.unref();
  }

  /** Resolves when a question that has not begun yet is answered. */
  #asked(entry: Entry): Promise<void> {
    entry.isDue = true;
    const answered = new Promise<void>((resolve, reject) => void entry.next.push({ resolve, reject }));
    this.#ask();
    return answered;
  }

  /** Asks for what is due. One log is in one question at a time. */
  #ask(): void {
    if (this.#isClosed || this.#questions >= MAX_QUESTIONS) return;
    const due: Entry[] = [];
    for (const entry of this.#entries.values()) {
      if (!entry.isDue || entry.isAsked || due.length === MAX_ASKED) continue;
      due.push(entry);
    }
    if (due.length === 0) return;
    this.#questions++;
    void this.#answer(due).finally(() => {
      this.#questions--;
      this.#ask();
    });
  }

  /** Asks the store, and gives readers what is new. Never rejects. */
  async #answer(entries: Entry[]): Promise<void> {
    const after = new Map<string, number>();
    for (const entry of entries) {
      after.set(entry.log.id, entry.log.position);
      entry.isDue = false;
      entry.isAsked = true;
      entry.now = entry.next.splice(0);
    }
    try {
      const news = await this.#feed.news(after);
      this.#isFailing = false;
      for (const entry of entries) this.#add(entry, after.get(entry.log.id) ?? 0, news.get(entry.log.id));
    } catch (error) {
      this.#fail(entries, error);
    }
  }

  #add(entry: Entry, after: number, news = GONE): void {
    const { log } = entry;
    entry.isAsked = false;
    log.unsaved = null;
    log.add(after, news);
    if (log.isEnded) this.#finish(entry);
    else if (news.isMore) {
      // Who waits receives all of it.
      entry.isDue = true;
      entry.next.unshift(...entry.now.splice(0));
    }
    for (const { resolve } of entry.now.splice(0)) resolve();
  }

  /** Shares a log that has ended as those of all ended runs. */
  #finish(entry: Entry): void {
    const { log } = entry;
    this.#ended.share(log.id, log);
    if (this.#entries.get(log.id) === entry) this.#entries.delete(log.id);
    for (const { resolve } of entry.next.splice(0)) resolve();
  }

  /** Readers wait: the next question is asked by the timer. */
  #fail(entries: Entry[], error: unknown): void {
    if (!this.#isFailing && !(error instanceof StoreError))
      console.error('logs: those of other servers could not be read yet', error);
    this.#isFailing = true;
    const trouble = error instanceof StoreError ? error.trouble : 'failing';
    for (const entry of entries) {
      entry.isAsked = false;
      entry.log.unsaved = { since: entry.log.unsaved?.since ?? performance.now(), trouble };
      for (const { reject } of entry.now.splice(0)) reject(error);
    }
    this.#schedule();
  }
}
