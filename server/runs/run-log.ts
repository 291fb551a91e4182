/**
 * The log of a run under way. Each event is numbered and serialised once, and is in the store before any reader has it,
 * so a server killed at any moment has lost nothing that somebody saw.
 */
import type { RunEvent } from '../protocol/events.ts';
import type { Fact } from '../protocol/facts.ts';
import { toMicrosecond } from '../protocol/times.ts';
import { isKept } from './event-limit.ts';
import type { Log, Reader } from './log.ts';
import { LogWriter, type SaveChunk } from './log-writer.ts';
import { PublishedLog } from './published-log.ts';

export type RunLogOptions = {
  save: SaveChunk;
  /** Most events; past it only those that close what is open are taken. */
  maxEvents: number;
  /** Whether the store does not have the run yet: nothing is saved before `release` is called. */
  isHeld?: boolean;
};

export class RunLog implements Log {
  #published: PublishedLog;
  #writer: LogWriter;
  #maxEvents: number;
  #isCut = false;

  /** A log that goes on after `lines`, which are in the store already. */
  constructor({ save, maxEvents, isHeld = false }: RunLogOptions, lines: string[] = []) {
    this.#published = new PublishedLog(lines);
    this.#writer = new LogWriter(this.#published, save, isHeld);
    this.#maxEvents = maxEvents;
  }

  get lastSeq(): number {
    return this.#published.lastSeq;
  }

  get isEnded(): boolean {
    return this.#published.isEnded;
  }

  after(seq: number): string[] {
    return this.#published.after(seq);
  }

  read(seq: number): Reader {
    return this.#published.read(seq);
  }

  /**
   * Adds an event. `pass` and `atMs` are as in `RunEvent`. Events past the limit are left out, and a `cut` event says so,
   * once.
   */
  append(fact: Fact, pass: number | null, atMs: number): void {
    if (this.#writer.isClosed) return;
    if (this.#length >= this.#maxEvents - 1 && !isKept(fact)) {
      if (this.#isCut) return;
      this.#isCut = true;
      this.#add({ type: 'cut', what: 'events', job: null, limit: this.#maxEvents }, pass, atMs);
      return;
    }
    this.#add(fact, pass, atMs);
  }

  #add(fact: Fact, pass: number | null, atMs: number): void {
    const event: RunEvent = { seq: this.#length + 1, pass, atMs: toMicrosecond(atMs), ...fact };
    this.#writer.add(JSON.stringify(event));
  }

  get #length(): number {
    return this.#published.lastSeq + this.#writer.unsaved;
  }

  /** Begins to save what a log that is held has: the store has the run. */
  release(): void {
    this.#writer.release();
  }

  /**
   * Ends the log: nothing more is added. When all is saved, and `finish` has saved what else there is, readers that have
   * read all are told. What fails is tried again, until `giveUp`. Resolves after the first try, whether or not it failed.
   */
  end(finish: () => void | Promise<void> = () => {}): void | Promise<void> {
    return this.#writer.end(finish);
  }

  /**
   * Tries no more to save what could not be saved: the store is about to close. Readers are not told an end. Resolves
   * when nothing is being written any more.
   */
  giveUp(): void | Promise<void> {
    return this.#writer.giveUp();
  }

  /** Writes what is new to the store, then lets readers have it, without waiting for more. Never rejects. */
  flush(): void | Promise<void> {
    return this.#writer.flush();
  }
}
