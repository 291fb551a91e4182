/** The stream of a room: open while the page is shown, and opened again when it is lost or silent. */
import { watchPresence } from '../page/presence.ts';

/** The server sends a heartbeat every 3 s: after this long without one, in ms, the connection is dead. */
const SILENT_MS = 7500;
/** Pause before a stream that the server refused is opened again, in ms. */
const RETRY_MS = 3000;

type RoomHandlers = {
  /** What to do with each named event, given its data. */
  events: Record<string, (data: string) => void>;
  /** A stream has opened: something may have been missed. */
  opened?(): void;
  /** The server does not open the stream: it is starting, or this browser is in the room no longer. */
  refused?(): void;
  /** There will be no more: the room has ended, or this browser is in it no longer. */
  ended?(): void;
};

/** Follows the stream at `address` until `signal` aborts. */
export function followRoom(
  address: string,
  { events, opened, refused, ended }: RoomHandlers,
  signal: AbortSignal,
): void {
  let isOver = false;
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const reopenAfter = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(open, ms);
  };
  function open(): void {
    close();
    if (isOver) return;
    const own = new EventSource(address);
    source = own;
    const heard = () => reopenAfter(SILENT_MS);
    heard();
    own.addEventListener('open', () => {
      heard();
      opened?.();
    });
    own.addEventListener('heartbeat', heard);
    own.addEventListener('end', () => {
      isOver = true;
      close();
      ended?.();
    });
    for (const [name, handle] of Object.entries(events)) {
      own.addEventListener(name, ({ data }: MessageEvent<string>) => {
        heard();
        handle(data);
      });
    }
    // The browser opens a broken stream again by itself, but not one that the server refused.
    own.addEventListener('error', () => {
      if (own.readyState !== EventSource.CLOSED) return;
      reopenAfter(RETRY_MS);
      refused?.();
    });
  }
  watchPresence({ onShown: open, onHidden: close }, signal);
  signal.addEventListener('abort', close);
}
