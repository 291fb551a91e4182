/**
 * The wall of a room as one stream of server-sent events: `room` is who is in it, whenever that changes, and `tiles` the
 * runs that have changed since the last message. A reader that reconnects gets all of it.
 */
import { Hono } from 'hono';
import type { RoomNews } from '../figures/room-news.ts';
import type { Room } from '../rooms/room.ts';
import { Wall } from '../rooms/wall.ts';
import type { StreamOptions } from './events.ts';
import { failure } from './failure.ts';
import { END, type Frame, HEARTBEAT, message, START } from './frames.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { isTeacher, NOT_IN } from './room-access.ts';
import { viewerOf } from './rooms.ts';
import { roundNewsOf, spotlightOf } from './rounds.ts';

/** Pause between messages, in ms. */
const TICK_MS = 500;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** Routes the streams of a room: `/events` for its wall, and `/news` for its members and its teacher. */
export function roomEventRoutes(playground: Playground, { heartbeatMs }: StreamOptions): Hono<Env> {
  const walls = new WeakMap<Room, Wall>();
  const routes = new Hono<Env>();

  routes.get('/rooms/:code/events', async (c) => {
    const room = await viewerOf(c, playground);
    if (room instanceof Response) return room;
    const wall = walls.get(room) ?? new Wall(room, playground.runs);
    walls.set(room, wall);
    if (c.req.method === 'HEAD') return c.body(null, 200, HEADERS);
    const reader = wall.read();
    let last = '';
    const next = () => {
      const news = JSON.stringify(newsOf(playground, room));
      const tiles = reader.changed();
      const frames = tiles.length > 0 ? [message('tiles', `[${tiles.join(',')}]`)] : [];
      if (news !== last) frames.unshift(message('room', news));
      last = news;
      return frames;
    };
    const feed = { next, isOver: () => room.isOver, close: () => reader.close() };
    return c.body(stream(feed, heartbeatMs), 200, HEADERS);
  });

  routes.get('/rooms/:code/news', (c) => {
    const room = playground.rooms.byCode(c.req.param('code'));
    const member = room?.memberOf(c.get('person')) ?? null;
    const teaches = room !== null && isTeacher(c, room);
    if (room === null || (member === null && !teaches)) return failure(c, playground, 403, NOT_IN);
    if (c.req.method === 'HEAD') return c.body(null, 200, HEADERS);
    // What the page shows of the room now comes from its address; the stream says when to ask for it again.
    const shown = () => {
      if (teaches)
        return JSON.stringify([
          newsOf(playground, room),
          room.state,
          room.answers.explanations(room.round?.number ?? 0),
        ]);
      const { name, handAt } = room.memberOf(c.get('person')) ?? {};
      const { state, round } = room;
      const { run, name: shownName } = spotlightOf(room) ?? {};
      return JSON.stringify([
        state.lesson,
        round,
        name,
        handAt,
        run,
        shownName,
        room.isOver,
        ...rulesOf(room),
      ]);
    };
    let last = shown();
    const next = () => {
      const now = shown();
      if (now === last) return [];
      last = now;
      return [message('changed', '')];
    };
    const isOver = () => room.isOver || (!teaches && room.memberOf(c.get('person')) === null);
    return c.body(stream({ next, isOver, close() {} }, heartbeatMs), 200, HEADERS);
  });
  return routes;
}

function rulesOf({ state: { isClosed, isLocked } }: Room) {
  return [isClosed, isLocked];
}

/** What a stream sends. */
type Feed = {
  /** Returns what there is to say now. */
  next(): Frame[];
  /** Whether there will be no more. */
  isOver(): boolean;
  close(): void;
};

/**
 * Streams what a feed has to say, asked at each tick, no faster than the client reads it: what it has not read yet is
 * not asked for.
 */
function stream(feed: Feed, heartbeatMs: number): ReadableStream<Frame> {
  let timer: NodeJS.Timeout | undefined;
  const close = () => {
    clearInterval(timer);
    feed.close();
  };
  let quietMs = 0;
  return new ReadableStream(
    {
      start(controller) {
        controller.enqueue(START);
        timer = setInterval(() => {
          if ((controller.desiredSize ?? 0) <= 0) return;
          const isOver = feed.isOver();
          const frames = feed.next();
          quietMs += TICK_MS;
          if (frames.length === 0 && quietMs >= heartbeatMs) frames.push(HEARTBEAT);
          if (frames.length > 0) quietMs = 0;
          for (const frame of frames) controller.enqueue(frame);
          if (!isOver) return;
          controller.enqueue(END);
          close();
          controller.close();
        }, TICK_MS);
      },
      cancel: close,
    },
    { highWaterMark: 2 },
  );
}

function newsOf(playground: Playground, room: Room): RoomNews {
  return {
    members: room.members.map(({ number, name, joinedAt, run, handAt, showsName }) => {
      const isInSpotlight = room.state.spotlight === number;
      // A name is shown beside a run that everyone looks at only if its owner wants that.
      const shown = isInSpotlight && !showsName ? '' : name;
      return { number, name: shown, joinedAt, run, hasHand: handAt !== null, isInSpotlight };
    }),
    round: roundNewsOf(playground, room),
    isOver: room.isOver,
  };
}
