/** Rooms, for the people in them: to enter one, its lesson, its wall, and asking for help. */
import { type Context, Hono } from 'hono';
import { renderSVG } from 'uqr';
import { page } from '../../views/page/page.ts';
import { memberPage } from '../../views/room/member.ts';
import { enterRoom, joinRoom } from '../../views/room/rooms.ts';
import { wall } from '../../views/room/wall.ts';
import { readCode } from '../rooms/codes.ts';
import { NameError } from '../rooms/member-names.ts';
import { isRefused } from '../rooms/refused.ts';
import { FullError, type Room } from '../rooms/room.ts';
import { baseOf, publicUrlOf, siteOf } from './address.ts';
import { failure, isHtmx } from './failure.ts';
import { type Env, remember } from './person.ts';
import type { Playground } from './playground.ts';
import { runLookedAt } from './raised-hand.ts';
import { findRoom, hasKey, memberAt, NO_ROOM, NOT_IN } from './room-access.ts';
import { roomPage } from './room-page.ts';
import { barOf } from './rounds.ts';

const NO_ENTRY = 'The teacher has closed this room, so nobody can enter it now. Try again later.';
const REMOVED = 'The teacher has removed you from this room. To enter it again, ask them to let you in.';
const TOO_MANY_DEVICES =
  'Too many wrong codes were tried. Wait a few minutes, then get a new code on your other device.';

/** Routes `/rooms` and `/rooms/:code`, but for the teacher's. */
export function roomRoutes(playground: Playground): Hono<Env> {
  const { rooms } = playground;
  const base = baseOf(playground.settings);
  const routes = new Hono<Env>();

  const show = (
    c: Context<Env>,
    title: string,
    body: ReturnType<typeof enterRoom>,
    status: 200 | 403 | 422 | 429 = 200,
  ) => {
    return c.html(page({ title, site: siteOf(playground, c), body, nav: 'rooms', isListed: false }), status);
  };

  routes.get('/rooms', async (c) => {
    const person = await remember(c);
    const own = (await rooms.of(person)).map((room) => ({
      code: room.code,
      name: room.memberOf(person)?.name ?? '',
    }));
    const typed = c.req.query('code');
    const ended = readCode(c.req.query('ended') ?? '') ?? undefined;
    if (typed === undefined) return show(c, 'Rooms', enterRoom({ base, own, ...(ended && { ended }) }));
    const room = await findRoom(c, playground, typed);
    if (room instanceof Error)
      return show(c, 'Rooms', enterRoom({ base, own, typed, error: room.message }), 422);
    return c.redirect(`${base}/rooms/${room.code}`, 303);
  });

  routes.get('/rooms/:code', async (c) => {
    const room = await findRoom(c, playground, c.req.param('code'));
    if (room instanceof Error) return failure(c, playground, 404, room.message, again(base));
    const member = room.memberOf(await remember(c));
    if (member === null) {
      const key = hasKey(c, room) ? room.key : undefined;
      const why = whyNoEntry(room, c.get('person'));
      const error = why === null ? {} : { all: why };
      return show(c, `Room ${room.code}`, joinRoom({ base, code: room.code, key, error }));
    }
    return roomPage(c, playground, room);
  });

  routes.post('/rooms/:code/join', async (c) => {
    const form = await c.req.formData().catch(() => new FormData());
    const key = textOf(form, 'key');
    const room = await findRoom(c, playground, c.req.param('code'), key);
    if (room instanceof Error) return failure(c, playground, 404, room.message, again(base));
    const why = whyNoEntry(room, c.get('person'));
    if (why !== null)
      return show(
        c,
        `Room ${room.code}`,
        joinRoom({ base, code: room.code, key: key || undefined, error: { all: why } }),
        403,
      );
    try {
      await room.join(await remember(c), textOf(form, 'name'), form.get('showsName') === '1');
    } catch (error) {
      const isOfName = error instanceof NameError;
      if (!isOfName && !(error instanceof FullError)) throw error;
      const typed = textOf(form, 'name').slice(0, 100);
      return show(
        c,
        `Room ${room.code}`,
        joinRoom({
          base,
          code: room.code,
          key: key || undefined,
          typed,
          error: { [isOfName ? 'name' : 'all']: error.message },
        }),
        isOfName ? 422 : 429,
      );
    }
    return c.redirect(`${base}/rooms/${room.code}`, 303);
  });

  routes.post('/rooms/:code/device', async (c) => {
    const form = await c.req.formData().catch(() => new FormData());
    const room = await findRoom(c, playground, c.req.param('code'), textOf(form, 'key'));
    if (room instanceof Error) return failure(c, playground, 404, room.message, again(base));
    if (isRefused(room.state.refused, room.id, c.get('person'))) {
      const key = textOf(form, 'key') || undefined;
      const body = joinRoom({ base, code: room.code, key, error: { device: REMOVED } });
      return show(c, `Room ${room.code}`, body, 403);
    }
    const network = c.get('network');
    const { devices } = playground.guesses;
    // Before it is tried, so that many requests at once are no more guesses than one after the other.
    const isTried = await devices.failed(network);
    const person = await remember(c);
    if (isTried && (await room.takeOver(textOf(form, 'device'), person))) {
      devices.succeeded(network);
      return c.redirect(`${base}/rooms/${room.code}`, 303);
    }
    const error = isTried ? 'This code is wrong, or older than five minutes.' : TOO_MANY_DEVICES;
    const key = textOf(form, 'key') || undefined;
    return show(
      c,
      `Room ${room.code}`,
      joinRoom({ base, code: room.code, key, error: { device: error } }),
      422,
    );
  });

  routes.get('/rooms/:code/me', async (c) => {
    const found = await memberAt(c, playground);
    if (found === null) return failure(c, playground, 403, NOT_IN, again(base));
    return show(c, 'Your name', memberPage({ base, code: found.room.code, ...found.member }));
  });

  routes.post('/rooms/:code/me', async (c) => {
    const found = await memberAt(c, playground);
    if (found === null) return failure(c, playground, 403, NOT_IN, again(base));
    const { room, member } = found;
    const form = await c.req.formData().catch(() => new FormData());
    switch (form.get('do')) {
      case 'move': {
        const device = await room.deviceCode(member.number);
        return show(c, 'Your name', memberPage({ base, code: room.code, ...member, device }));
      }
      case 'leave':
        await room.remove(member.number);
        return c.redirect(`${base}/rooms`, 303);
      default:
        try {
          await room.join(member.person, textOf(form, 'name'), form.get('showsName') === '1');
        } catch (error) {
          if (!(error instanceof NameError)) throw error;
          const typed = { ...member, name: textOf(form, 'name').slice(0, 100) };
          const body = memberPage({ base, code: room.code, ...typed, error: error.message });
          return show(c, 'Your name', body, 422);
        }
        return c.redirect(`${base}/rooms/${room.code}`, 303);
    }
  });

  routes.post('/rooms/:code/hand', async (c) => {
    const found = await memberAt(c, playground);
    if (found === null) return failure(c, playground, 403, NOT_IN);
    const { room, member } = found;
    const form = await c.req.formData().catch(() => new FormData());
    if (form.get('up') === '1') await room.raiseHand(member.number, await runLookedAt(c, playground, member));
    else await room.lowerHand(member.number);
    if (!isHtmx(c)) return c.redirect(`${base}/rooms/${room.code}`, 303);
    return c.html(barOf(playground, room, member));
  });

  routes.get('/rooms/:code/wall', async (c) => {
    const room = await viewerOf(c, playground);
    if (room instanceof Response) return room;
    const site = publicUrlOf(c, playground.settings);
    const body = wall({
      base,
      code: room.code,
      joinAt: `${site.replace(/^https?:\/\//, '')}/rooms`,
      key: room.key,
      members: room.members.map(({ number, name, showsName, handAt, run }) => {
        const isHidden = room.state.spotlight === number && !showsName;
        return { number, name: isHidden ? '' : name, handAt, run };
      }),
    });
    const title = `Wall of room ${room.code}`;
    return c.html(
      page({ title, site: siteOf(playground, c), body, nav: 'rooms', isListed: false, isWall: true }),
    );
  });

  routes.get('/rooms/:code/qr.svg', async (c) => {
    const room = await rooms.find(c.req.param('code'));
    if (room === null || !hasKey(c, room)) return failure(c, playground, 404, NO_ROOM);
    const url = `${publicUrlOf(c, playground.settings)}/rooms/${room.code}?key=${room.key}`;
    return c.body(renderSVG(url, { border: 4 }), 200, {
      'Content-Type': 'image/svg+xml; charset=utf-8',
    });
  });
  return routes;
}

/** Returns why a person cannot enter a room; null if they can, or are in it. */
function whyNoEntry(room: Room, person: string): string | null {
  if (room.memberOf(person) !== null) return null;
  if (isRefused(room.state.refused, room.id, person)) return REMOVED;
  return room.state.isClosed ? NO_ENTRY : null;
}

/** Returns the room whose wall a request may see: its members', and that of whoever has its key. Or the refusal. */
export async function viewerOf(c: Context<Env>, playground: Playground): Promise<Room | Response> {
  const room = await playground.rooms.find(c.req.param('code') ?? '');
  const isMember = room?.memberOf(c.get('person')) != null;
  if (room && (isMember || hasKey(c, room))) return room;
  // The same answer whether there is such a room or not.
  return failure(
    c,
    playground,
    404,
    'There is no wall at this address. Enter the room first.',
    again(baseOf(playground.settings)),
  );
}

function again(base: string) {
  return [{ href: `${base}/rooms`, text: 'Enter a room' }];
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
