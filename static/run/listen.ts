/** One attempt to read a run's events as a stream, over EventSource. */
import type { RunEvent } from '../../server/protocol/events.ts';
import { isEvents } from './event-lines.ts';

/** How long a stream that has just been opened may take until its first word, in ms. The server sends one at once. */
const FIRST_WORD_MS = 3000;
/** How long it may be silent after that, in ms: two and a half heartbeats of the server (app.ts). */
const SILENCE_MS = 12_500;
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
};

/**
 * How a stream is over: all events have come; it was silent for too long; it was `stuck`, silent after its first words;
 * or the browser reported an error.
 */
export type Ending = 'end' | 'silent' | 'stuck' | 'error';

/**
 * Opens the stream at `address`, which is steady after `steadyMs`. Resolves when it is over; with an error, too, when
 * `signal` aborts.
 */
export function listen(
  address: string,
  listener: Listener,
  steadyMs: number,
  signal: AbortSignal,
): Promise<Ending> {
  return new Promise((resolve) => {
    const source = new EventSource(address);
    const leave = () => close('error');
    const silent = () => close(firstAtMs === null || isSteady ? 'silent' : 'stuck');
    let timer = setTimeout(silent, FIRST_WORD_MS);
    let firstAtMs: number | null = null;
    let isSteady = false;

    // An open connection alone counts for nothing: a proxy may answer, and then hold back all that the server sends.
    function hear(): void {
      clearTimeout(timer);
      timer = setTimeout(silent, SILENCE_MS);
      const nowMs = performance.now();
      if (firstAtMs === null) {
        firstAtMs = nowMs;
        listener.onFirstWord();
      } else if (!isSteady && nowMs - firstAtMs >= steadyMs) {
        isSteady = true;
        listener.onSteady();
      }
    }

    function close(ending: Ending): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      source.close();
      resolve(ending);
    }

    source.onmessage = ({ data }) => {
      const events = parse(data);
      if (events === null) return;
      hear();
      listener.onEvents(events);
    };
    source.addEventListener('heartbeat', hear);
    source.addEventListener('end', () => {
      hear();
      close('end');
    });
    // Closed rather than left to reconnect by itself: the browser would neither count nor space its attempts as here.
    source.onerror = leave;
    signal.addEventListener('abort', leave);
  });
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
