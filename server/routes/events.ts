/** A run's events as a stream (server-sent events, WHATWG HTML § 9.2). */
import { type Context, Hono } from 'hono';
import type { Reader } from '../runs/log.ts';
import { failure } from './failure.ts';
import type { Playground } from './playground.ts';

export type StreamOptions = {
  hangUp: (env: unknown) => boolean;
  stallMs: number;
  heartbeatMs: number;
};

const encoder = new TextEncoder();
const END = encoder.encode('event: end\ndata:\n\n');
/** An event, for a page cannot see comments: what is open but silent is a connection that was lost. */
const HEARTBEAT = encoder.encode('event: heartbeat\ndata:\n\n');
/** How soon a browser comes back to a stream that was cut, in ms. */
const RETRY = encoder.encode('retry: 1000\n\n');

export function eventRoutes(playground: Playground, options: StreamOptions): Hono {
  const routes = new Hono();
  routes.get('/runs/:id/events', (c) => {
    const run = playground.runs.get(c.req.param('id'));
    if (!run) return failure(c, playground, 404, 'There is no run at this address.');
    const after = resumePoint(c);
    if (after === null) {
      return failure(
        c,
        playground,
        400,
        'Give the number of the last event that you have, as ?after= or Last-Event-ID.',
      );
    }
    // A proxy must neither buffer, nor compress, nor keep it.
    const headers = {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    };
    // Asked for the headers alone, nobody would ever read a stream, or close it.
    if (c.req.method === 'HEAD') return c.body(null, 200, headers);
    return c.body(stream(run.log.read(after), c.env, options), 200, headers);
  });
  return routes;
}

/** After which event to go on; null if the request gives something that is no number. A browser that comes back gives the header. */
function resumePoint(c: Context): number | null {
  const given = c.req.header('last-event-id') || c.req.query('after') || '0';
  return /^\d{1,15}$/.test(given) ? Number(given) : null;
}

/**
 * What `reader` reads, handed on as fast as it is taken and no faster. Who takes nothing for `stallMs` while there is
 * something to take is cut off, and can resume.
 */
function stream(
  reader: Reader,
  env: unknown,
  { hangUp, stallMs, heartbeatMs }: StreamOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let timers: NodeJS.Timeout[] = [];
  const close = () => {
    for (const timer of timers) clearInterval(timer);
    timers = [];
    reader.close();
  };
  let isWaiting = false;
  return new ReadableStream(
    {
      start(controller) {
        controller.enqueue(RETRY);
        const beat = setInterval(() => isWaiting && controller.enqueue(HEARTBEAT), heartbeatMs);
        const watch = setInterval(() => {
          if (!reader.stalledSince(performance.now() - stallMs)) return;
          close();
          if (!hangUp(env)) controller.error(new Error('The reader does not read.'));
        }, stallMs / 2);
        timers = [beat, watch];
      },
      async pull(controller) {
        isWaiting = true;
        const frame = await reader.next();
        isWaiting = false;
        if (timers.length === 0) return; // Closed meanwhile.
        controller.enqueue(frame ?? END);
        if (frame) return;
        close();
        controller.close();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
