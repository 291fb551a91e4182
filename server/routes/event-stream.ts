/**
 * What all streams of server-sent events share: what they are written to, headers, options, and how a client that does
 * not read is dropped.
 */
import type { Context } from 'hono';
import { END, type Frame, HEARTBEAT, START } from './frames.ts';

/** See `AppDeps`. */
export type StreamOptions = { stallMs: number; heartbeatMs: number };

/** What a stream is written to: the connection of its client. */
export type Sink = {
  send(frame: Frame): void;
  /** Whether the client has yet to read what was sent. */
  readonly isFull: boolean;
  /** Calls `then` when it has; never if the client goes. */
  onDrained(then: () => void): void;
  end(): void;
  /** Closes the connection of a client that does not read. */
  drop(): void;
};

/** Begins to write a stream. Returns what is called when the client has gone, which may be after the end. */
export type Begin = (sink: Sink) => () => void;

/**
 * What a runtime passes along with a request where a stream can be written to the connection itself (node-streams.ts).
 * It is to be called once, before the response, which has no body.
 */
type Direct = { stream?(begin: Begin): void };

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

/** Answers a request with a stream. */
export function streamed(c: Context, begin: Begin): Response {
  const { stream }: Direct = c.env ?? {};
  if (stream === undefined) return c.body(webStream(begin), 200, STREAM_HEADERS);
  stream(begin);
  return c.body(null, 200, STREAM_HEADERS);
}

/** Returns a stream that is written no faster than it is read. */
export function webStream(begin: Begin): ReadableStream<Frame> {
  let close = () => {};
  let sink: Sink & { isFull: boolean };
  let want: (() => void) | undefined;
  return new ReadableStream(
    {
      start(controller) {
        sink = {
          isFull: true,
          send(frame) {
            sink.isFull = true;
            controller.enqueue(frame);
          },
          onDrained(then) {
            want = then;
          },
          end: () => controller.close(),
          drop: () => controller.error(new Error('The reader does not read.')),
        };
        close = begin(sink);
      },
      pull() {
        sink.isFull = false;
        const then = want;
        want = undefined;
        then?.();
      },
      cancel: () => close(),
    },
    { highWaterMark: 0 },
  );
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
export function feedStream(feed: Feed, { stallMs, heartbeatMs }: StreamOptions): Begin {
  return (sink) => {
    let soon: NodeJS.Timeout | undefined;
    let askedMs = performance.now();
    /** Since when the client has not read what was sent; null if it has. */
    let unreadMs: number | null = null;
    let isOpen = true;
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      clearInterval(timer);
      clearTimeout(soon);
      stopNews?.();
      feed.close();
    };

    const say = (quietMs: number): void => {
      clearTimeout(soon);
      soon = undefined;
      const nowMs = performance.now();
      if (sink.isFull) {
        unreadMs ??= nowMs;
        if (nowMs - unreadMs < stallMs) return;
        close();
        sink.drop();
        return;
      }
      unreadMs = null;
      const isOver = feed.isOver();
      const frames = feed.next();
      if (frames.length === 0 && !isOver && nowMs - askedMs < quietMs) return;
      askedMs = nowMs;
      if (frames.length === 0 && !isOver) frames.push(HEARTBEAT);
      for (const frame of frames) sink.send(frame);
      if (!isOver) return;
      sink.send(END);
      close();
      sink.end();
    };

    sink.send(START);
    // A tick early, so that a heartbeat is never late.
    const timer = setInterval(say, TICK_MS, heartbeatMs - TICK_MS / 2);
    const stopNews = feed.onNews?.(() => {
      soon ??= setTimeout(say, Math.max(0, askedMs + SOONEST_MS - performance.now()), heartbeatMs);
    });
    return close;
  };
}
