/** What a teacher does to the whole class at once: stop all runs, lock editing, close the room. */
import { Hono } from 'hono';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { roomToTeach, toTeach } from './room-access.ts';

const STOPPED = 'The teacher stopped all runs of the room.';
const CLOSED = 'The teacher closed the room.';

/** Routes `POST /rooms/:code/stop`, `/lock` and `/close`, for whoever has the teacher's key. */
export function roomHandRoutes(playground: Playground): Hono<Env> {
  const { families } = playground;
  const routes = new Hono<Env>();

  routes.post('/rooms/:code/stop', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    await families.cancelRoom(room.id, STOPPED);
    return toTeach(c, playground, room, 'stop');
  });

  routes.post('/rooms/:code/lock', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    const form = await c.req.formData().catch(() => new FormData());
    await room.set({ isLocked: form.get('on') === '1' });
    return toTeach(c, playground, room, 'lock');
  });

  routes.post('/rooms/:code/close', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    const form = await c.req.formData().catch(() => new FormData());
    const isClosed = form.get('on') === '1';
    await room.set({ isClosed });
    if (isClosed) await families.cancelRoom(room.id, CLOSED);
    return toTeach(c, playground, room, 'close');
  });
  return routes;
}
