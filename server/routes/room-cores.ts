/** Whether the runs of a room that compute share cores, for its teacher to decide. */
import { Hono } from 'hono';
import type { CoresProps } from '../../views/room/cores.ts';
import type { Room } from '../rooms/room.ts';
import { machineMs } from '../runs/pass/pass-demand.ts';
import { DEFAULTS, type Spec } from '../spec/spec.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { roomToTeach, toTeach } from './room-access.ts';
import { lessonOf } from './view.ts';

/** Routes `POST /rooms/:code/cores`, for whoever has the teacher's key. */
export function roomCoresRoutes(playground: Playground): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post('/rooms/:code/cores', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    const form = await c.req.formData().catch(() => new FormData());
    await room.set({ sharesCores: form.get('on') === '1' });
    playground.runs.shareCores(room.id, room.state.sharesCores);
    return toTeach(c, playground, room, 'cores');
  });
  return routes;
}

/** Returns what the teacher's page shows about cores. `program`: the one that the room is about; null for its lesson. */
export function coresOf(playground: Playground, room: Room, program: Spec | null): CoresProps {
  const { settings, lessons } = playground;
  const lesson = lessonOf(lessons, room.state.lesson);
  const { repeat: _, ...own } = lesson?.settings ?? {};
  const spec = program ?? {
    ...DEFAULTS,
    ...{ modes: [...DEFAULTS.modes], seed: 1, ...own, lesson: room.state.lesson, code: '' },
  };
  return {
    isShared: room.state.sharesCores,
    machineMs: machineMs(spec, settings, program === null ? lesson?.passSeconds : undefined),
    members: room.members.length,
  };
}
