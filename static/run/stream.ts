/**
 * Follows a run's events until they have ended: as a stream, which is opened again as often as needed, and where the
 * network holds streams back, by asking every second what is new.
 */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Connection } from '../../server/words/connection.ts';
import { fetchEvents } from './event-lines.ts';
import { keep, kept } from './kept.ts';
import { type Ending, listen, STEADY_MS } from './listen.ts';

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
/** Tells later pages of the tab that the network holds streams back, and how: they ask for events at once. */
const HELD_KEY = 'events-held';
/** Its value where streams begin well but do not last. */
const BRIEF = 'brief';

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
  /** Whether those before brought only what was there when they were opened: then a first word proves nothing. */
  #isDoubted = this.#failures > 0;
  /** When the next stream is steady. */
  #steadyMs = kept(HELD_KEY) === BRIEF ? STEADY_MS.doubted : STEADY_MS.usual;
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
    const retries = new Backoff(RETRY_MS);
    const returns = new Backoff(RETURN_MS);
    /** Of the stream that is open. */
    let firstWordMs: number | null = null;
    let isSteady = false;
    const listener = {
      onFirstWord: () => {
        firstWordMs = performance.now();
        retries.reset();
        if (!this.#isDoubted) this.#hear();
      },
      onSteady: () => {
        isSteady = true;
        this.#failures = 0;
        this.#isDoubted = false;
        this.#steadyMs = STEADY_MS.usual;
        returns.reset();
        keep(HELD_KEY, null);
        this.#hear();
      },
      onEvents: (events: RunEvent[]) => this.#follower.onEvents(events),
    };
    for (let address = this.#url; ; address = `${this.#url}?after=${this.#follower.after()}`) {
      firstWordMs = null;
      isSteady = false;
      const ending = await listen(address, listener, this.#steadyMs, signal);
      if (signal.aborted) return;
      if (ending === 'end') return this.#end();
      this.#count(ending, firstWordMs, isSteady);
      if (this.#isHeard) this.#lose();
      this.#isHeard = false;
      this.#pollIfNeeded();
      if (this.#polling !== null && this.#isReached) await this.#pause(returns.next());
      else if (ending === 'error') await this.#pause(retries.next());
      if (signal.aborted) return;
    }
  }

  /**
   * Counts a stream that is over too early. Where streams begin well but do not last, the page must not wait for each.
   */
  #count(ending: Ending, firstWordMs: number | null, isSteady: boolean): void {
    this.#failures += ending === 'stuck' ? MAX_FAILURES : 1;
    if (firstWordMs === null) return;
    if (!isSteady) this.#isDoubted ||= this.#failures >= MAX_FAILURES;
    else if (performance.now() - firstWordMs < 2 * STEADY_MS.doubted) this.#steadyMs = STEADY_MS.doubted;
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
    const retries = new Backoff(RETRY_MS);
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
      keep(HELD_KEY, this.#steadyMs === STEADY_MS.usual ? 'true' : BRIEF);
      this.#follower.onConnection('held');
    }
  }
}

/** Pauses that double from `first` up to `last`, in ms. */
class Backoff {
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
