/** Follows a run's events over EventSource, reconnecting until the server sends that they have ended. */
import type { RunEvent } from '../../server/protocol/events.ts';

/** `onLost` and `onBack` alternate; `after` returns the last event received, for reopening the stream. */
export type Follower = {
  onEvents(events: RunEvent[]): void;
  onLost(): void;
  onBack(): void;
  onEnd(): void;
  after(): number;
};

/** How long to wait before reopening a stream that the browser has closed, in ms: doubled each time up to `last`. */
const RETRY_MS = { first: 1000, last: 20_000 };
/**
 * How long an open connection may be silent before it counts as lost, in ms: two and a half heartbeats of the server
 * (app.ts).
 */
const SILENCE_MS = 12_500;

/** Opens the stream at `url`; returns a function that closes it for good. */
export function follow(url: string, follower: Follower): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = RETRY_MS.first;
  let isLost = false;

  function open(address: string) {
    const opened = new EventSource(address);
    source = opened;
    resetTimeout();
    opened.onopen = () => {
      resetTimeout();
      retryMs = RETRY_MS.first;
      if (isLost) follower.onBack();
      isLost = false;
    };
    opened.onmessage = ({ data }) => {
      resetTimeout();
      const events = parse(data);
      if (events !== null) follower.onEvents(events);
    };
    opened.addEventListener('heartbeat', resetTimeout);
    opened.addEventListener('end', () => {
      close();
      follower.onEnd();
    });
    opened.onerror = () => {
      lose();
      // The browser reconnects after a broken connection, but not after a response that is not a stream.
      if (opened.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(reopen, retryMs);
      retryMs = Math.min(RETRY_MS.last, retryMs * 2);
    };
  }

  /** Restarts the timeout for the next message. */
  function resetTimeout() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      lose();
      reopen();
    }, SILENCE_MS);
  }

  function lose() {
    if (!isLost) follower.onLost();
    isLost = true;
  }

  function reopen() {
    close();
    open(`${url}?after=${follower.after()}`);
  }

  function close() {
    clearTimeout(timer);
    source?.close();
  }

  open(url);
  return close;
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

/** Our own server checked each event before logging it, so this only distinguishes events from other content. */
function isEvents(value: unknown): value is RunEvent[] {
  return (
    Array.isArray(value) && value.every((one) => typeof one?.seq === 'number' && typeof one.type === 'string')
  );
}
