/** The events of a run, as a stream of server-sent events. */
import { Hono } from 'hono';
import type { Log } from '../runs/log/log.ts';
import { type Begin, STREAM_HEADERS, type StreamOptions, streamed, TICK_MS } from './event-stream.ts';
import { failure } from './failure.ts';
import { END, Frames, HEARTBEAT, lateFrame, START } from './frames.ts';
import { lateEvents } from './late-events.ts';
import { PlaceNews } from './place-news.ts';
import type { Playground } from './playground.ts';
import { NOT_A_NUMBER, resumePoint } from './resume-point.ts';
import { Ticks } from './ticks.ts';

/** Routes `GET /runs/:id/events`. */
export function eventRoutes(playground: Playground, options: StreamOptions): Hono {
  const routes = new Hono();
  const shared = { frames: new Frames(), ticks: new Ticks(TICK_MS) };
  routes.get('/runs/:id/events', async (c) => {
    const run = await playground.runs.get(c.req.param('id'));
    if (!run) return failure(c, playground, 404, 'There is no run at this address.');
    const after = resumePoint(c);
    if (after === null) return failure(c, playground, 400, NOT_A_NUMBER);
    // The stream of a response to HEAD would never be read or closed.
    if (c.req.method === 'HEAD') return c.body(null, 200, STREAM_HEADERS);
    const late = () => lateEvents(run.log, playground);
    return streamed(c, stream(run.log, after, late, shared, options));
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
  { frames, ticks }: { frames: Frames; ticks: Ticks },
  { stallMs, heartbeatMs }: StreamOptions,
): Begin {
  return (sink) => {
    const reader = log.read(after);
    let isOpen = true;
    let isWaiting = false;
    let said: string | null = null;
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      for (const timer of timers) clearInterval(timer);
      quiet();
      places.close();
      reader.close();
    };
    sink.send(START);
    const beat = () => isWaiting && sink.send(HEARTBEAT);
    const watch = () => {
      if (!reader.stalledSince(performance.now() - stallMs)) return;
      close();
      sink.drop();
    };
    const tell = () => {
      const words = late();
      if (!isWaiting || words === said) return;
      said = words;
      sink.send(lateFrame(words));
    };
    const timers = [setInterval(beat, heartbeatMs), setInterval(watch, stallMs / 2)];
    const quiet = ticks.on(tell);
    const places = new PlaceNews(log, (frame) => {
      if (isWaiting) sink.send(frame);
      return isWaiting;
    });

    /** Sends what there is, until the client has to read it or there is no more for now. */
    const sendAll = () => {
      while (isOpen && !sink.isFull) {
        const chunk = reader.next(send);
        if (chunk === undefined) {
          isWaiting = true;
          places.tell();
          return;
        }
        sink.send(chunk ? frames.of(chunk) : END);
        if (chunk) continue;
        close();
        sink.end();
      }
      if (isOpen) sink.onDrained(send);
    };
    /** Never throws, for the log has other readers. */
    const send = () => {
      isWaiting = false;
      try {
        sendAll();
      } catch (error) {
        console.error('events:', error);
        close();
        sink.drop();
      }
    };
    send();
    return close;
  };
}
