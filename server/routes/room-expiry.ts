/** Keeps a room that would soon end by itself, for whoever has the teacher's key. */
import { Hono } from 'hono';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { roomToTeach, toTeach } from './room-access.ts';

/** Routes `POST /rooms/:code/keep`. */
export function roomExpiryRoutes(playground: Playground): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post('/rooms/:code/keep', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    await room.keep();
    return toTeach(c, playground, room, 'round');
  });
  return routes;
}
