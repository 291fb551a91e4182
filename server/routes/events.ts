/** The events of a run, as a stream of server-sent events. */
import { Hono } from 'hono';
import type { Log } from '../runs/log.ts';
import { dropReader, STREAM_HEADERS, type StreamOptions, TICK_MS } from './event-stream.ts';
import { failure } from './failure.ts';
import { END, type Frame, Frames, HEARTBEAT, lateFrame, START } from './frames.ts';
import { lateEvents } from './late-events.ts';
import { PlaceNews } from './place-news.ts';
import type { Playground } from './playground.ts';
import { NOT_A_NUMBER, resumePoint } from './resume-point.ts';

/** Routes `GET /runs/:id/events`. */
export function eventRoutes(playground: Playground, options: StreamOptions): Hono {
  const routes = new Hono();
  const frames = new Frames();
  routes.get('/runs/:id/events', async (c) => {
    const run = await playground.runs.get(c.req.param('id'));
    if (!run) return failure(c, playground, 404, 'There is no run at this address.');
    const after = resumePoint(c);
    if (after === null) return failure(c, playground, 400, NOT_A_NUMBER);
    // The stream of a response to HEAD would never be read or closed.
    if (c.req.method === 'HEAD') return c.body(null, 200, STREAM_HEADERS);
    const late = () => lateEvents(run.log, playground);
    return c.body(stream(run.log, after, late, frames, c.env, options), 200, STREAM_HEADERS);
  });
  return routes;
}

/**
 * Streams the events of `log` after number `after`, and the run's place in the queue, no faster than the client reads.
 * A client that reads nothing for `stallMs` while there are unread events is disconnected, and can resume. `late`
 * returns why no events come.
 */
function stream(
  log: Log,
  after: number,
  late: () => string | null,
  frames: Frames,
  env: unknown,
  { hangUp, stallMs, heartbeatMs }: StreamOptions,
): ReadableStream<Frame> {
  const reader = log.read(after);
  let places: PlaceNews | null = null;
  let timers: NodeJS.Timeout[] = [];
  const close = () => {
    for (const timer of timers) clearInterval(timer);
    timers = [];
    places?.close();
    reader.close();
  };
  let isWaiting = false;
  let said: string | null = null;
  return new ReadableStream(
    {
      start(controller) {
        controller.enqueue(START);
        const beat = setInterval(() => isWaiting && controller.enqueue(HEARTBEAT), heartbeatMs);
        const watch = setInterval(() => {
          if (!reader.stalledSince(performance.now() - stallMs)) return;
          close();
          dropReader(controller, env, hangUp);
        }, stallMs / 2);
        const tell = setInterval(() => {
          const words = late();
          if (!isWaiting || words === said) return;
          said = words;
          controller.enqueue(lateFrame(words));
        }, TICK_MS);
        timers = [beat, watch, tell];
        places = new PlaceNews(log, (frame) => {
          if (isWaiting) controller.enqueue(frame);
          return isWaiting;
        });
      },
      async pull(controller) {
        isWaiting = true;
        places?.tell();
        const chunk = await reader.next();
        isWaiting = false;
        if (timers.length === 0) return; // The stream has been closed.
        controller.enqueue(chunk ? frames.of(chunk) : END);
        if (chunk) return;
        close();
        controller.close();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
