/**
 * Follows a run's events until they have ended: as a stream, which is opened again as often as needed, and where the
 * network holds streams back, by asking every second what is new.
 */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Connection } from '../../server/words/connection.ts';
import { fetchEvents } from './event-lines.ts';
import { keep, kept } from './kept.ts';
import { listen } from './listen.ts';

export type Follower = {
  /** The same events may come again. */
  onEvents(events: RunEvent[]): void;
  /** The connection is live, held or lost from now on. Called again with each answer while it is held. */
  onConnection(connection: Connection): void;
  /** All events have come. */
  onEnd(): void;
  /** Returns the number of the last event received. */
  after(): number;
};

/** Attempts to open a stream that is not steady before the page asks for events. */
const MAX_FAILURES = 2;
/** Pause before a broken stream is opened again, and before asking a server again that did not answer, in ms. */
const RETRY_MS = { first: 1000, last: 5000 };
/** Pause between answers, in ms. */
const POLL_MS = 1000;
/** Pause before a stream is tried again while answers come, in ms. */
const RETURN_MS = { first: 5000, last: 60_000 };
/** Tells later pages of the tab that the network holds streams back: they ask for events at once. */
const HELD_KEY = 'events-held';

/** Follows the stream at `url`, which ends in `/events`. Returns a function that stops it for good. */
export function follow(url: string, follower: Follower): () => void {
  const following = new Following(url, follower);
  return () => following.stop();
}

class Following {
  readonly #url: string;
  readonly #follower: Follower;
  readonly #stopping = new AbortController();
  /** Attempts to open a stream since one was steady. */
  #failures = kept(HELD_KEY) === null ? 0 : MAX_FAILURES;
  /** Whether the server was reached when it was last tried; the page itself came from it. */
  #isReached = true;
  /** Whether the stream that is open brings events. */
  #isHeard = false;
  /** Whether the last one brought only what was there when it was opened: then a first word proves nothing. */
  #isDoubted = false;
  /** Ends the requests for events; null while there are none. */
  #polling: AbortController | null = null;
  /** Ends the pause before the next stream. */
  #wake = () => {};

  constructor(url: string, follower: Follower) {
    this.#url = url;
    this.#follower = follower;
    this.#pollIfNeeded();
    void this.#stream();
  }

  stop(): void {
    this.#stopping.abort();
    this.#polling?.abort();
    this.#wake();
  }

  #end(): void {
    this.stop();
    this.#follower.onEnd();
  }

  #hear(): void {
    if (this.#isHeard) return;
    this.#isHeard = true;
    this.#isReached = true;
    this.#polling?.abort();
    this.#polling = null;
    this.#follower.onConnection('live');
  }

  #lose(): void {
    this.#isReached = false;
    this.#follower.onConnection('lost');
  }

  /** Opens one stream after another, until one ends. */
  async #stream(): Promise<void> {
    const { signal } = this.#stopping;
    const retries = new Pauses(RETRY_MS);
    const returns = new Pauses(RETURN_MS);
    const listener = {
      onFirstWord: () => {
        retries.reset();
        if (!this.#isDoubted) this.#hear();
      },
      onSteady: () => {
        this.#failures = 0;
        this.#isDoubted = false;
        returns.reset();
        keep(HELD_KEY, null);
        this.#hear();
      },
      onEvents: (events: RunEvent[]) => this.#follower.onEvents(events),
    };
    for (let address = this.#url; ; address = `${this.#url}?after=${this.#follower.after()}`) {
      const ending = await listen(address, listener, signal);
      if (signal.aborted) return;
      if (ending === 'end') return this.#end();
      this.#isDoubted ||= ending === 'stuck';
      this.#failures += ending === 'stuck' ? MAX_FAILURES : 1;
      if (this.#isHeard) this.#lose();
      this.#isHeard = false;
      this.#pollIfNeeded();
      if (this.#polling !== null && this.#isReached) await this.#pause(returns.next());
      else if (ending === 'error') await this.#pause(retries.next());
      if (signal.aborted) return;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #pollIfNeeded(): void {
    if (this.#failures < MAX_FAILURES || this.#polling !== null) return;
    this.#polling = new AbortController();
    void this.#poll(this.#polling.signal);
  }

  /** Asks for events until `signal` aborts. */
  async #poll(signal: AbortSignal): Promise<void> {
    // Another path than that of the stream, which content blockers take for tracking.
    const address = this.#url.replace(/\/events$/, '.ndjson');
    const retries = new Pauses(RETRY_MS);
    while (!signal.aborted) {
      const events = await fetchEvents(`${address}?after=${this.#follower.after()}`);
      if (signal.aborted) return;
      if (events === null) {
        this.#lose();
        await delay(retries.next());
        continue;
      }
      retries.reset();
      if (this.#isReached) this.#take(events);
      else {
        // Out of reach until now, for the stream too perhaps: it goes first.
        this.#isReached = true;
        this.#wake();
      }
      await delay(POLL_MS);
    }
  }

  /** Takes the events of an answer. The server is reached, so a stream that says nothing is held back on the way. */
  #take(events: RunEvent[]): void {
    this.#follower.onEvents(events);
    if (events.at(-1)?.type === 'run-ended') this.#end();
    else {
      keep(HELD_KEY, 'true');
      this.#follower.onConnection('held');
    }
  }
}

/** Pauses that double from `first` up to `last`, in ms. */
class Pauses {
  readonly #limits: { first: number; last: number };
  #nextMs: number;

  constructor(limits: { first: number; last: number }) {
    this.#limits = limits;
    this.#nextMs = limits.first;
  }

  next(): number {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(this.#limits.last, ms * 2);
    return ms;
  }

  reset(): void {
    this.#nextMs = this.#limits.first;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
