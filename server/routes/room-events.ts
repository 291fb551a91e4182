/**
 * The wall of a room as one stream of server-sent events: `room` is who is in it, whenever that changes, and `tiles` the
 * runs that have changed since the last message. A reader that reconnects gets all of it.
 */
import { Hono } from 'hono';
import type { DatedNews, RoomNews } from '../figures/room-news.ts';
import type { Room } from '../rooms/room.ts';
import { endsSoon } from '../words/room-end.ts';
import { feedStream, STREAM_HEADERS, type StreamOptions, streamed, TICK_MS } from './event-stream.ts';
import { failure } from './failure.ts';
import { message } from './frames.ts';
import { lookFeed } from './look-feed.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { isTeacher, NOT_IN } from './room-access.ts';
import { helpOf } from './room-help.ts';
import { viewerOf } from './rooms.ts';
import { roundNewsOf, spotlightOf } from './rounds.ts';

/** Routes the streams of a room: `/events` for its wall, and `/news` for its members and its teacher. */
export function roomEventRoutes(playground: Playground, options: StreamOptions): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/rooms/:code/events', async (c) => {
    const room = await viewerOf(c, playground);
    if (room instanceof Response) return room;
    if (c.req.method === 'HEAD') return c.body(null, 200, STREAM_HEADERS);
    const reader = playground.walls.of(room).read();
    let last = '';
    const next = () => {
      const current = newsOf(playground, room);
      const news = JSON.stringify(current);
      const tiles = reader.changed();
      const frames = tiles.length > 0 ? [message('tiles', `[${tiles.join(',')}]`)] : [];
      // With the time by the server's clock, for the screen of a wall may have another.
      if (news !== last) {
        const dated: DatedNews = { ...current, atMs: Date.now() };
        frames.unshift(message('room', JSON.stringify(dated)));
      }
      last = news;
      return frames;
    };
    const leave = room.read();
    const close = () => {
      leave();
      reader.close();
    };
    const feed = { next, isOver: () => room.isOver, close };
    return streamed(c, feedStream(feed, options));
  });

  routes.get('/rooms/:code/news', async (c) => {
    const room = await playground.rooms.find(c.req.param('code'));
    const member = room?.memberOf(c.get('person')) ?? null;
    const teaches = room !== null && isTeacher(c, room);
    if (room === null || (member === null && !teaches)) return failure(c, playground, 403, NOT_IN);
    if (c.req.method === 'HEAD') return c.body(null, 200, STREAM_HEADERS);
    const wall = playground.walls.of(room);
    // What the page shows of the room now comes from its address; the stream says when to ask for it again.
    const shown = () => {
      if (teaches)
        return JSON.stringify([
          newsOf(playground, room),
          helpOf(room, wall.tiles, Date.now()),
          room.state,
          room.looks.shown?.run,
          room.members.map(({ handRun }) => handRun),
          room.answers.explanations(room.round?.number ?? 0),
        ]);
      const { number = 0, name, handAt, handRun } = room.memberOf(c.get('person')) ?? {};
      const { state, round } = room;
      const { run, name: shownName } = spotlightOf(room) ?? {};
      return JSON.stringify([
        state.lesson,
        round,
        name,
        handAt,
        handRun,
        room.looks.shown?.run,
        room.looks.runWith(number),
        run,
        shownName,
        room.isOver,
        ...rulesOf(room),
      ]);
    };
    const beside = teaches ? room.member(Number(c.req.query('with'))) : null;
    const looks = lookFeed(room, () => beside?.number ?? room.memberOf(c.get('person'))?.number ?? null);
    let last = shown();
    let lookedMs = performance.now();
    const next = () => {
      const frames = looks();
      const nowMs = performance.now();
      // Views come more often than all else, which takes longer to say.
      if (nowMs - lookedMs < TICK_MS / 2) return frames;
      lookedMs = nowMs;
      const now = shown();
      if (now !== last) frames.unshift(message('changed', ''));
      last = now;
      return frames;
    };
    const isOver = () => room.isOver || (!teaches && room.memberOf(c.get('person')) === null);
    // Whoever looks along with a member does so for as long as their page is shown.
    const leave = beside === null ? null : room.looks.join(beside.number, c.req.query('run') ?? '');
    // Whoever teaches is shown who is stuck, which the tiles say.
    const reader = teaches ? wall.read() : null;
    const stopReading = room.read();
    const close = () => {
      stopReading();
      leave?.();
      reader?.close();
    };
    const onNews = (tell: () => void) => room.looks.onChange(tell);
    return streamed(c, feedStream({ next, isOver, close, onNews }, options));
  });
  return routes;
}

function rulesOf({ expiresAt, state }: Room) {
  const { isClosed, isLocked, program, lessons, maxJobs, maxSeconds } = state;
  return [isClosed, isLocked, program, lessons, maxJobs, maxSeconds, endsSoon(expiresAt, Date.now())];
}

function newsOf(playground: Playground, room: Room): RoomNews {
  return {
    members: room.members.map(({ number, name, joinedAt, run, handAt, showsName }) => {
      const isInSpotlight = room.state.spotlight === number;
      // A name is shown beside a run that everyone looks at only if its owner wants that.
      const shown = isInSpotlight && !showsName ? '' : name;
      return { number, name: shown, joinedAt, run, handAt, isInSpotlight };
    }),
    round: roundNewsOf(playground, room),
    isClosed: room.state.isClosed,
    isOver: room.isOver,
  };
}
