/** Raised hands in a room: the run that one is about, and whoever teaches lowering it. */
import { type Context, Hono } from 'hono';
import type { Member } from '../rooms/model.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { roomToTeach, toTeach } from './room-access.ts';

/** Routes `/rooms/:code/members/:number/hand`, with which whoever teaches lowers a hand. */
export function raisedHandRoutes(playground: Playground): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post('/rooms/:code/members/:number/hand', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    await room.lowerHand(Number(c.req.param('number')));
    return toTeach(c, playground, room, 'help');
  });
  return routes;
}

/** Returns the run on the page from which a request was sent; or else the member's latest one, null if there is none. */
export async function runLookedAt(
  c: Context<Env>,
  { runs }: Playground,
  member: Member,
): Promise<string | null> {
  const page = c.req.header('hx-current-url') ?? c.req.header('referer') ?? '';
  const id = /\/runs\/([\w-]{1,64})(?:[?#]|$)/.exec(page)?.[1];
  const found = id === undefined ? null : await runs.get(id).catch(() => null);
  return found?.id ?? member.run;
}
