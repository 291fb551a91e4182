/** The log of a run that another server executes, as far as it has been read from the store, with its readers here. */
import { endsRun } from '../../protocol/events.ts';
import { storedType } from '../../protocol/stored.ts';
import type { News } from '../../store/log-feed.ts';
import { damage } from '../../store/store.ts';
import type { Log, Reader, Unsaved } from './log.ts';
import { PlacedLog } from './placed-log.ts';
import { PublishedLog } from './published-log.ts';

/** A log that is filled from the store while it is in use. */
export class FollowedLog extends PlacedLog implements Log {
  readonly id: string;
  #published = new PublishedLog();
  #used: (log: FollowedLog) => void;
  /** When somebody last asked for something, by performance.now. */
  #usedAt = performance.now();
  /** Whether the last event of the run has come. */
  #isComplete = false;
  /** Since when it could not be read, and why; null if it can. */
  unsaved: Unsaved | null = null;

  /** Calls `used` whenever somebody asks for something: what has been forgotten is then followed again. */
  constructor(id: string, used: (log: FollowedLog) => void) {
    super();
    this.id = id;
    this.#used = used;
  }

  get lastSeq(): number {
    this.#touch();
    return this.#published.lastSeq;
  }

  /** The sequence number from which on events are to be read from the store. */
  get position(): number {
    return this.#published.lastSeq;
  }

  get isEnded(): boolean {
    return this.#published.isEnded;
  }

  after(seq: number): string[] {
    this.#touch();
    return this.#published.after(seq);
  }

  read(seq: number): Reader {
    const reader = this.#published.read(seq);
    this.#touch();
    return reader;
  }

  /** Reports whether it has readers, or had some use in the last `ms`. */
  isUsed(ms: number): boolean {
    return this.#published.readers > 0 || performance.now() - this.#usedAt < ms;
  }

  /**
   * Gives readers what is new after event number `after`. What they have already, because it was asked for twice, is
   * left out. The log ends where it is damaged.
   */
  add(after: number, { lines, isMore, isOver }: News): void {
    if (this.isEnded) return;
    const added: string[] = [];
    let isDamaged = false;
    for (let at = this.position - after; at < lines.length && !this.#isComplete; at++) {
      const line = lines[at] ?? '';
      const seq = after + at + 1;
      isDamaged = storedType(line, seq) === null;
      added.push(isDamaged ? JSON.stringify(damage(seq)) : line);
      this.#isComplete = isDamaged || endsRun(line);
    }
    if (added.length > 0) this.#published.publish(added);
    // Not with the last event, but when the store has its status, too: as where the run is executed.
    if (isDamaged || (isOver && !isMore)) this.#published.end();
  }

  #touch(): void {
    this.#usedAt = performance.now();
    this.#used(this);
  }
}
