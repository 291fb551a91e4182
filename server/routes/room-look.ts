/** Views of runs that are shared in a room: a run opened from the teacher's page, and what its viewers send. */
import { type Context, Hono } from 'hono';
import { taughtBar } from '../../views/room/look.ts';
import { isSession, readLook } from '../figures/look-news.ts';
import type { Room } from '../rooms/room.ts';
import { baseOf } from './address.ts';
import { failure } from './failure.ts';
import { valuesOf } from './form-values.ts';
import { type Env, remember } from './person.ts';
import type { Playground } from './playground.ts';
import { playgroundPage } from './playground-page.ts';
import { isTeacher, NOT_IN, roomToTeach, toTeach } from './room-access.ts';

const NO_LOOK = 'This is no view of a run.';
const NO_RUN = 'There is no such run. It may have expired.';

/** Routes `/rooms/:code/teach/runs/:id`, `/rooms/:code/look` and `/rooms/:code/beside`. */
export function lookRoutes(playground: Playground): Hono<Env> {
  const { rooms, runs, settings } = playground;
  const base = baseOf(settings);
  const routes = new Hono<Env>();

  routes.get('/rooms/:code/teach/runs/:id', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    const run = await runs.get(c.req.param('id'));
    if (!run) return failure(c, playground, 404, NO_RUN);
    await remember(c);
    return playgroundPage(c, playground, {
      values: valuesOf(run.spec),
      run,
      bar: barFor(c, room, run.id, true),
    });
  });

  routes.get('/rooms/:code/teach/runs/:id/bar', async (c) => {
    const room = await roomToTeach(c, playground);
    return room instanceof Response ? room : c.html(barFor(c, room, c.req.param('id'), false));
  });

  routes.post('/rooms/:code/look', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    const form = await c.req.formData().catch(() => new FormData());
    const session = form.get('session');
    if (form.get('do') === 'stop') {
      await room.looks.end(isSession(session) ? session : undefined);
      return isSession(session) ? c.body(null, 204) : toTeach(c, playground, room, 'round');
    }
    const look = readLook(form);
    if (look === null || !isSession(session)) return failure(c, playground, 422, NO_LOOK);
    // The run is looked up when it changes, not at each move.
    if (room.looks.shown?.run !== look.run && !(await runs.get(look.run)))
      return failure(c, playground, 422, NO_RUN);
    const isShown = await room.looks.show(session, look, form.get('do') === 'begin', performance.now());
    return c.body(null, isShown ? 204 : 409);
  });

  routes.post('/rooms/:code/beside', async (c) => {
    const room = await rooms.find(c.req.param('code'));
    const member =
      room &&
      (isTeacher(c, room) ? room.member(Number(c.req.query('with'))) : room.memberOf(c.get('person')));
    if (!room || !member) return failure(c, playground, 403, NOT_IN);
    const look = readLook(await c.req.formData().catch(() => new FormData()));
    if (look === null) return failure(c, playground, 422, NO_LOOK);
    const isShown = await room.looks.showWith(member.number, look, performance.now());
    return c.body(null, isShown ? 204 : 409);
  });

  function barFor(c: Context<Env>, room: Room, run: string, isWhole: boolean) {
    const member = room.member(Number(c.req.query('with')));
    const beside = member && { number: member.number, name: member.name, hasHand: member.handAt !== null };
    const { code, teacherKey } = room;
    return taughtBar({ base, code, teacherKey, run, beside, isShown: room.looks.shown !== null }, isWhole);
  }
  return routes;
}
