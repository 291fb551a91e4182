/** The rules of a room: which lessons it offers, and how much a run in it may take. */
import { type Context, Hono } from 'hono';
import { page } from '../../views/page/page.ts';
import { type RulesErrors, type RulesTyped, rulesPage } from '../../views/room/rules.ts';
import type { Room } from '../rooms/room.ts';
import { baseOf, siteOf } from './address.ts';
import { failure } from './failure.ts';
import { lessonValues } from './form-values.ts';
import { type Env, remember } from './person.ts';
import type { Playground } from './playground.ts';
import { playgroundPage } from './playground-page.ts';
import { memberAt, NOT_IN, roomToTeach, toTeach } from './room-access.ts';
import { offeredIn, withinLimits } from './room-rules.ts';

/** Routes `/rooms/:code/rules` for whoever has the teacher's key, and the lessons in the room for its members. */
export function roomRuleRoutes(playground: Playground): Hono<Env> {
  const { lessons, settings } = playground;
  const base = baseOf(settings);
  const most = { jobs: settings.MAX_JOBS, seconds: settings.PASS_SECONDS };
  const routes = new Hono<Env>();

  const show = (c: Context<Env>, room: Room, typed: RulesTyped, errors: RulesErrors) => {
    const paths = { address: `${base}/rooms/${room.code}`, key: `?key=${room.teacherKey}` };
    const body = rulesPage({ ...paths, code: room.code, lessons, typed, errors, most });
    const status = Object.keys(errors).length === 0 ? 200 : 422;
    const title = `Lessons and limits of room ${room.code}`;
    return c.html(page({ title, site: siteOf(playground, c), body, nav: 'rooms', isListed: false }), status);
  };

  routes.get('/rooms/:code/rules', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    const { maxJobs, maxSeconds } = room.state;
    const offered = room.state.lessons ?? lessons.map(({ slug }) => slug);
    return show(
      c,
      room,
      { lessons: offered, jobs: String(maxJobs ?? ''), seconds: String(maxSeconds ?? '') },
      {},
    );
  });

  routes.post('/rooms/:code/rules', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    const form = await c.req.formData().catch(() => new FormData());
    const typed = {
      lessons: form.getAll('lesson').map(String),
      jobs: String(form.get('jobs') ?? ''),
      seconds: String(form.get('seconds') ?? ''),
    };
    const offered = lessons.map(({ slug }) => slug).filter((slug) => typed.lessons.includes(slug));
    const maxJobs = limitIn(typed.jobs, most.jobs);
    const maxSeconds = limitIn(typed.seconds, most.seconds);
    const errors: RulesErrors = {
      ...(offered.length === 0 && { lessons: 'Choose at least one lesson.' }),
      ...(maxJobs instanceof Error && { jobs: maxJobs.message }),
      ...(maxSeconds instanceof Error && { seconds: maxSeconds.message }),
    };
    if (offered.length === 0 || maxJobs instanceof Error || maxSeconds instanceof Error)
      return show(c, room, typed, errors);
    // All of them: also those of a later version.
    const isAll = offered.length === lessons.length;
    await room.set({ lessons: isAll ? null : offered, maxJobs, maxSeconds });
    return toTeach(c, playground, room, 'rules');
  });

  routes.get('/rooms/:code/lessons/:slug', async (c) => {
    const found = await memberAt(c, playground);
    if (found === null) return failure(c, playground, 403, NOT_IN);
    const { room } = found;
    const lesson = offeredIn(lessons, room.state).find(({ slug }) => slug === c.req.param('slug'));
    const back = [{ href: `${base}/rooms/${room.code}`, text: 'Back to the room' }];
    if (!lesson) return failure(c, playground, 404, 'This room does not offer a lesson of this name.', back);
    await remember(c);
    return playgroundPage(c, playground, {
      values: withinLimits(lessonValues(lesson, playground.health.offered(false)), room.state),
      room,
    });
  });
  return routes;
}

/** Returns the number that was typed as a limit; null if the field is empty. */
function limitIn(typed: string, most: number): number | null | Error {
  const text = typed.trim();
  if (text === '') return null;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= most
    ? number
    : new Error(`Enter a whole number from 1 to ${most}, or nothing.`);
}
