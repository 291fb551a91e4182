/** What all streams of server-sent events share: headers, options, and how a client that does not read is dropped. */
import { END, type Frame, HEARTBEAT, START } from './frames.ts';

/** See `AppDeps`. */
export type StreamOptions = {
  hangUp: (env: unknown) => boolean;
  stallMs: number;
  heartbeatMs: number;
};

/** Proxies must not buffer, compress or cache a stream. Some recognise its type only without parameters. */
export const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** How often a stream looks for what it has to say besides a log, in ms. */
export const TICK_MS = 500;
/** Shortest time between two messages that do not wait for the tick, in ms. */
const SOONEST_MS = 200;

/** Closes the connection of a client that does not read. Call it once the stream's own timers are stopped. */
export function dropReader(
  controller: ReadableStreamDefaultController<Frame>,
  env: unknown,
  hangUp: StreamOptions['hangUp'],
): void {
  if (!hangUp(env)) controller.error(new Error('The reader does not read.'));
}

/** What a stream sends. */
export type Feed = {
  /** Returns what there is to say now. */
  next(): Frame[];
  /** Whether there will be no more. */
  isOver(): boolean;
  close(): void;
  /** Calls `tell` when there is something to say before the next tick. Returns a function that stops that. */
  onNews?(tell: () => void): () => void;
};

/**
 * Streams what a feed has to say, asked at each tick, no faster than the client reads it: what it has not read yet is
 * not asked for. A client that reads nothing for `stallMs` is disconnected, and can come back.
 */
export function feedStream(
  feed: Feed,
  env: unknown,
  { hangUp, stallMs, heartbeatMs }: StreamOptions,
): ReadableStream<Frame> {
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;
  let stopNews = () => {};
  const close = () => {
    clearInterval(timer);
    clearTimeout(soon);
    stopNews();
    feed.close();
  };
  let askedMs = performance.now();
  /** Since when the client has not read what was sent; null if it has. */
  let unreadMs: number | null = null;

  function say(controller: ReadableStreamDefaultController<Frame>, quietMs: number): void {
    clearTimeout(soon);
    soon = undefined;
    const nowMs = performance.now();
    if ((controller.desiredSize ?? 0) <= 0) {
      unreadMs ??= nowMs;
      if (nowMs - unreadMs < stallMs) return;
      close();
      dropReader(controller, env, hangUp);
      return;
    }
    unreadMs = null;
    const isOver = feed.isOver();
    const frames = feed.next();
    if (frames.length === 0 && !isOver && nowMs - askedMs < quietMs) return;
    askedMs = nowMs;
    if (frames.length === 0 && !isOver) frames.push(HEARTBEAT);
    for (const frame of frames) controller.enqueue(frame);
    if (!isOver) return;
    controller.enqueue(END);
    close();
    controller.close();
  }

  return new ReadableStream(
    {
      start(controller) {
        controller.enqueue(START);
        // A tick early, so that a heartbeat is never late.
        timer = setInterval(() => say(controller, heartbeatMs - TICK_MS / 2), TICK_MS);
        stopNews =
          feed.onNews?.(() => {
            soon ??= setTimeout(
              () => say(controller, heartbeatMs),
              Math.max(0, askedMs + SOONEST_MS - performance.now()),
            );
          }) ?? stopNews;
      },
      cancel: close,
    },
    { highWaterMark: 2 },
  );
}
