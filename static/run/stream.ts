/** Follows a run's events over EventSource, through lost connections, until the server says that they have ended. */
import type { RunEvent } from '../../server/protocol/events.ts';

/** `onLost` and `onBack` come in turns; `after` tells the last event had, for a stream that must be opened anew. */
export type Follower = {
  onEvents(events: RunEvent[]): void;
  onLost(): void;
  onBack(): void;
  onEnd(): void;
  after(): number;
};

/** How long to wait before opening a stream that the browser has given up, in ms: doubled each time up to the last. */
const RETRY_MS = { first: 1000, last: 20_000 };
/** After how long without a word a connection counts as lost, though it is open, in ms: two and a half heartbeats of the server (app.ts). */
const SILENCE_MS = 12_500;

/** Opens the stream at `url`; returns the function that closes it for good. */
export function follow(url: string, follower: Follower): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = RETRY_MS.first;
  let isLost = false;

  function open(address: string) {
    const opened = new EventSource(address);
    source = opened;
    listen();
    opened.onopen = () => {
      listen();
      retryMs = RETRY_MS.first;
      if (isLost) follower.onBack();
      isLost = false;
    };
    opened.onmessage = ({ data }) => {
      listen();
      const events = parse(data);
      if (events !== null) follower.onEvents(events);
    };
    opened.addEventListener('heartbeat', listen);
    opened.addEventListener('end', () => {
      close();
      follower.onEnd();
    });
    opened.onerror = () => {
      lose();
      // The browser comes back by itself from a broken connection, but not from an answer that is no stream.
      if (opened.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(reopen, retryMs);
      retryMs = Math.min(RETRY_MS.last, retryMs * 2);
    };
  }

  /** Waits for the next word, and no longer than it may take. */
  function listen() {
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

/** The events of a message; null where it holds something else. */
function parse(data: unknown): RunEvent[] | null {
  try {
    const found: unknown = JSON.parse(String(data));
    return isEvents(found) ? found : null;
  } catch {
    return null;
  }
}

/** Our own server writes the events, each checked before it was logged: this only tells them from something else. */
function isEvents(value: unknown): value is RunEvent[] {
  return (
    Array.isArray(value) && value.every((one) => typeof one?.seq === 'number' && typeof one.type === 'string')
  );
}
