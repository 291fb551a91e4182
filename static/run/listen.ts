/** One attempt to read a run's events as a stream, over EventSource. */
import type { RunEvent } from '../../server/protocol/events.ts';
import { type Place, parsePlace } from '../../server/protocol/place.ts';
import { isEvents } from './event-lines.ts';

/** How long a stream that has just been opened may take until its first word, in ms. The server sends one at once. */
const FIRST_WORD_MS = 3000;
/** How long it may be silent after that, in ms: two and a half heartbeats of the server (app.ts). */
const SILENCE_MS = 7500;
/** How often that is checked, in ms. */
const TICK_MS = 300;
/** Most connections of a browser to a server. */
const MAX_CONNECTIONS = 6;
/**
 * A stream is steady once a word has come this long after its first, in ms. Until then the network may have let pass
 * only what was there when the stream was opened. On a network that has cut or stopped a steady stream soon, the next
 * one must last longer than a silence.
 */
export const STEADY_MS = { usual: 1000, doubted: 15_000 };

/** What an attempt reports. A word is anything from the server: events, a heartbeat, or the end. */
export type Listener = {
  onFirstWord(): void;
  onSteady(): void;
  onEvents(events: RunEvent[]): void;
  /** The server says why no events come; null: they do again. */
  onLate(words: string | null): void;
  /** The run's place in the queue; null: it no longer waits. */
  onPlace(place: Place | null): void;
};

type ListenOptions = {
  /** When the stream is steady. */
  steadyMs: number;
  /**
   * Whether the connections that the browser keeps may be dead without its knowing. If the first word is late, the
   * stream is then opened on all of them at once: where one is missing, the browser makes a new one.
   */
  isUrgent: boolean;
};

/**
 * How a stream is over: all events have come; it was silent for too long; it was `stuck`, silent after its first words;
 * or the browser reported an error.
 */
export type Ending = 'end' | 'silent' | 'stuck' | 'error';

/** Opens the stream at `address`. Resolves when it is over; with an error, too, when `signal` aborts. */
export function listen(
  address: string,
  listener: Listener,
  { steadyMs, isUrgent }: ListenOptions,
  signal: AbortSignal,
): Promise<Ending> {
  return new Promise((resolve) => {
    const sources: EventSource[] = [];
    const leave = () => close('error');
    let lastWord = newInstant();
    let firstAtMs: number | null = null;
    let isSteady = false;
    /** Whether the last check found too long a silence. A page that was busy for as long has words to read first. */
    let isSuspect = false;
    const watch = setInterval(check, TICK_MS);

    function check(): void {
      const silentMs = msSince(lastWord);
      if (firstAtMs === null && isUrgent) {
        // If the connections of other tabs are dead, too, some had to wait until one is closed.
        if (sources.length === MAX_CONNECTIONS) sources[0]?.close();
        while (sources.length < MAX_CONNECTIONS) open();
      }
      const isSilent = silentMs >= (firstAtMs === null ? FIRST_WORD_MS : SILENCE_MS);
      if (isSilent && isSuspect) close(firstAtMs === null || isSteady ? 'silent' : 'stuck');
      isSuspect = isSilent;
    }

    // An open connection alone counts for nothing: a proxy may answer, and then hold back all that the server sends.
    function hear(source: EventSource): void {
      lastWord = newInstant();
      isSuspect = false;
      const nowMs = performance.now();
      if (firstAtMs === null) {
        firstAtMs = nowMs;
        for (const other of sources) if (other !== source) other.close();
        listener.onFirstWord();
      } else if (!isSteady && nowMs - firstAtMs >= steadyMs) {
        isSteady = true;
        listener.onSteady();
      }
    }

    function close(ending: Ending): void {
      clearInterval(watch);
      signal.removeEventListener('abort', leave);
      for (const source of sources) source.close();
      resolve(ending);
    }

    function open(): void {
      const source = new EventSource(address);
      sources.push(source);
      source.onmessage = ({ data }) => {
        const events = parse(data);
        if (events === null) return;
        hear(source);
        listener.onEvents(events);
      };
      source.addEventListener('heartbeat', () => hear(source));
      source.addEventListener('late', ({ data }) => {
        hear(source);
        listener.onLate(data || null);
      });
      source.addEventListener('place', ({ data }) => {
        hear(source);
        listener.onPlace(parsePlace(data));
      });
      source.addEventListener('end', () => {
        hear(source);
        close('end');
      });
      // Closed rather than left to reconnect by itself: the browser would neither count nor space its attempts as here.
      source.onerror = leave;
    }

    open();
    signal.addEventListener('abort', leave);
  });
}

/** A moment on the page's clock and on the computer's, which also counts the time in which it sleeps. In ms. */
type Instant = { pageMs: number; wallMs: number };

function newInstant(): Instant {
  return { pageMs: performance.now(), wallMs: Date.now() };
}

/** The wall clock may be set back, and the page's then counts. */
function msSince({ pageMs, wallMs }: Instant): number {
  return Math.max(performance.now() - pageMs, Date.now() - wallMs);
}

/** Parses the events of a message; returns null if it holds something else. */
function parse(data: unknown): RunEvent[] | null {
  try {
    const found: unknown = JSON.parse(String(data));
    return isEvents(found) ? found : null;
  } catch {
    return null;
  }
}
