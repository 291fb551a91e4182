/**
 * Follows a run's events until they have ended: as a stream, which is opened again as often as needed, and where the
 * network holds streams back, by asking every second what is new.
 */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Place } from '../../server/protocol/place.ts';
import type { Connection } from '../../server/words/connection.ts';
import { watchPresence } from '../page/presence.ts';
import { type Answer, fetchEvents } from './event-lines.ts';
import { keep, kept } from './kept.ts';
import { type Ending, listen, STEADY_MS } from './listen.ts';
import { Backoff, delay } from './pauses.ts';
import { shareConnections } from './shared-connections.ts';

export type Follower = {
  /** The same events may come again. */
  onEvents(events: RunEvent[]): void;
  /** The server says why no events come; null: they do again. */
  onLate(words: string | null): void;
  /** The run's place in the queue; null: it no longer waits. */
  onPlace(place: Place | null): void;
  /** The connection has changed. Called again with each answer while it is asked or held, and not after it is gone. */
  onConnection(connection: Connection): void;
  /** No events come until the next connection; the last one stays in words. */
  onPause(): void;
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
/** Pause between answers while the page is hidden, in ms: they tell only when the run has ended, for the tab's title. */
const HIDDEN_MS = 15_000;
/** Pause before a stream is tried again while answers come, in ms. */
const RETURN_MS = { first: 5000, last: 60_000 };
/** How long no events may come before the connection counts as lost, in ms: most come back within that time. */
const LOST_MS = 2000;
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
  /** Ends what goes on while the page is shown, or while it is hidden. */
  #phase = new AbortController();
  /** Whether the page has been shown before. */
  #wasShown = false;
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
  /** Whether newer pages of the browser have all connections for streams. */
  #isCrowded = false;
  /** Ends the stream that is open. */
  #turn = new AbortController();
  /** Ends the requests for events; null while there are none. */
  #polling: AbortController | null = null;
  /** Ends the pause before the next stream. */
  #wake = () => {};
  #lostTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, follower: Follower) {
    this.#url = url;
    this.#follower = follower;
    watchPresence({ onShown: () => this.#begin(), onHidden: () => this.#rest() }, this.#stopping.signal);
  }

  stop(): void {
    this.#stopping.abort();
    this.#leave();
  }

  #end(): void {
    this.stop();
    this.#follower.onEnd();
  }

  /** Ends all requests. Returns a signal for those that follow. */
  #leave(): AbortSignal {
    this.#phase.abort();
    this.#phase = new AbortController();
    this.#turn.abort();
    this.#polling?.abort();
    this.#polling = null;
    this.#isHeard = false;
    clearTimeout(this.#lostTimer);
    this.#lostTimer = undefined;
    this.#wake();
    return this.#phase.signal;
  }

  /** Begins again with a new stream. */
  #begin(): void {
    const signal = this.#leave();
    const isReturn = this.#wasShown;
    this.#wasShown = true;
    this.#isCrowded = false;
    if (isReturn) this.#miss();
    shareConnections((isCrowded) => this.#crowd(isCrowded), signal);
    this.#pollIfNeeded();
    void this.#stream(signal, isReturn);
  }

  /** Gives up the stream while the page is hidden. */
  #rest(): void {
    this.#follower.onPause();
    void this.#askRarely(this.#leave());
  }

  #hear(): void {
    if (this.#isHeard) return;
    this.#isHeard = true;
    this.#isReached = true;
    this.#polling?.abort();
    this.#polling = null;
    this.#connect('live');
  }

  #connect(connection: Connection): void {
    clearTimeout(this.#lostTimer);
    this.#lostTimer = undefined;
    this.#follower.onConnection(connection);
  }

  /** No events come. */
  #miss(): void {
    this.#follower.onPause();
    this.#lostTimer ??= setTimeout(() => this.#follower.onConnection('lost'), LOST_MS);
  }

  #lose(): void {
    this.#isReached = false;
    this.#miss();
  }

  #crowd(isCrowded: boolean): void {
    this.#isCrowded = isCrowded;
    if (isCrowded) this.#turn.abort();
    this.#wake();
  }

  /** Opens one stream after another, until one ends or `signal` aborts. */
  async #stream(signal: AbortSignal, isReturn: boolean): Promise<void> {
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
      onLate: (words: string | null) => this.#follower.onLate(words),
      onPlace: (place: Place | null) => this.#follower.onPlace(place),
    };
    for (let isUrgent = isReturn; ; isUrgent = isSteady) {
      while (this.#isCrowded) {
        this.#pollIfNeeded();
        await this.#pause(RETURN_MS.last);
        if (signal.aborted) return;
      }
      firstWordMs = null;
      isSteady = false;
      this.#turn = new AbortController();
      const options = { steadyMs: this.#steadyMs, isUrgent: isUrgent && this.#polling === null };
      const ending = await listen(this.#address('/events'), listener, options, this.#turn.signal);
      if (signal.aborted) return;
      if (ending === 'end') return this.#end();
      const wasHeard = this.#isHeard;
      this.#isHeard = false;
      if (this.#isCrowded) continue;
      this.#count(ending, firstWordMs, isSteady);
      if (wasHeard) this.#lose();
      this.#pollIfNeeded();
      if (this.#polling !== null && this.#isReached) await this.#pause(returns.next());
      else if (ending === 'error') await this.#pause(retries.next());
      if (signal.aborted) return;
    }
  }

  /** The address of the events that have not come yet. */
  #address(form: '/events' | '.ndjson'): string {
    const after = this.#follower.after();
    const query = after === 0 && form === '/events' ? '' : `?after=${after}`;
    // Another path than that of the stream, which content blockers take for tracking.
    return this.#url.replace(/\/events$/, form) + query;
  }

  /** Counts a stream that is over too early. Where many begin well but end soon, the page must not wait for each. */
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
    if ((this.#failures < MAX_FAILURES && !this.#isCrowded) || this.#polling !== null) return;
    this.#polling = new AbortController();
    void this.#poll(this.#polling.signal);
  }

  /** Asks for events until `signal` aborts. */
  async #poll(signal: AbortSignal): Promise<void> {
    const retries = new Backoff(RETRY_MS);
    while (!signal.aborted) {
      const answer = await this.#ask(signal);
      if (signal.aborted) return;
      if (answer === null) {
        this.#lose();
        await delay(retries.next());
        continue;
      }
      retries.reset();
      if (this.#isReached) this.#take(answer);
      else {
        // Out of reach until now, for the stream too perhaps: it goes first.
        this.#isReached = true;
        this.#wake();
      }
      await delay(POLL_MS);
    }
  }

  /** Takes the events of an answer. The server is reached, so a stream that says nothing is held back on the way. */
  #take({ events, late, place }: Answer): void {
    if (this.#receive(events)) return;
    this.#follower.onPlace(place);
    this.#follower.onLate(late);
    if (!this.#isCrowded) keep(HELD_KEY, this.#steadyMs === STEADY_MS.usual ? 'true' : BRIEF);
    this.#connect(this.#isCrowded ? 'asked' : 'held');
  }

  /** Returns whether these are the last events. */
  #receive(events: RunEvent[]): boolean {
    this.#follower.onEvents(events);
    const isEnd = events.at(-1)?.type === 'run-ended';
    if (isEnd) this.#end();
    return isEnd;
  }

  /** Asks for events now and then until `signal` aborts. */
  async #askRarely(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#pause(HIDDEN_MS);
      if (signal.aborted) return;
      const answer = await this.#ask(signal);
      if (signal.aborted || this.#receive(answer?.events ?? [])) return;
    }
  }

  /** Returns what there is now; null if the server is not reached. Stops for good if it no longer has the run. */
  async #ask(signal: AbortSignal): Promise<Answer | null> {
    const answer = await fetchEvents(this.#address('.ndjson'), signal);
    if (answer !== 'gone') return answer;
    this.stop();
    this.#connect('gone');
    return null;
  }
}
