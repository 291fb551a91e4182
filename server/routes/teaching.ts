/** Rooms, for whoever teaches in one: to open it, set its lesson, name or remove members, and end it. */
import { type Context, Hono } from 'hono';
import { page } from '../../views/page/page.ts';
import { newRoom } from '../../views/room/rooms.ts';
import { NEXT } from '../../views/room/round.ts';
import { endedPart, type TeachProps, teach, teachPart } from '../../views/room/teach.ts';
import { PHASES } from '../figures/room-news.ts';
import { cleanName, NameError } from '../rooms/member-names.ts';
import type { Room } from '../rooms/room.ts';
import { NoRoomError } from '../rooms/rooms.ts';
import { endsSoon } from '../words/room-end.ts';
import { baseOf, publicUrlOf, siteOf } from './address.ts';
import { answersCsv } from './answers-csv.ts';
import { failure } from './failure.ts';
import { type Env, isNamed, remember } from './person.ts';
import type { Playground } from './playground.ts';
import { languageOf } from './preferred-language.ts';
import { isTeacher, roomToTeach, toTeach } from './room-access.ts';
import { coresOf } from './room-cores.ts';
import { helpOf } from './room-help.ts';
import { roundNewsOf } from './rounds.ts';
import { lessonOf } from './view.ts';

const TOO_MANY_KEYS = 'Too many wrong room keys were tried from your network. Try again in a few minutes.';

/** Routes `/rooms/new`, `POST /rooms` and `/rooms/:code/teach`. */
export function teachingRoutes(playground: Playground): Hono<Env> {
  const { rooms, lessons, settings } = playground;
  const base = baseOf(settings);
  const asksKey = settings.ROOM_KEY !== null;
  const routes = new Hono<Env>();
  const roomOf = (c: Context<Env>) => roomToTeach(c, playground);

  const show = (
    c: Context<Env>,
    title: string,
    body: ReturnType<typeof newRoom>,
    status: 200 | 403 | 422 | 429 | 503 = 200,
  ) => {
    return c.html(page({ title, site: siteOf(playground, c), body, nav: 'rooms', isListed: false }), status);
  };
  const askForRoom = (error?: string) => newRoom({ base, lessons, asksKey, ...(error && { error }) });

  routes.get('/rooms/new', (c) => show(c, 'Open a room', askForRoom()));

  routes.post('/rooms', async (c) => {
    await remember(c);
    const form = await c.req.formData().catch(() => new FormData());
    const { keys } = playground.guesses;
    const network = c.get('network');
    const isRight = !asksKey || form.get('key') === settings.ROOM_KEY;
    if (asksKey && !(await (isRight ? keys.mayTry(network) : keys.failed(network))))
      return show(c, 'Open a room', askForRoom(TOO_MANY_KEYS), 429);
    if (!isRight) return show(c, 'Open a room', askForRoom('This is not the room key of this server.'), 403);
    const lesson = lessonOf(lessons, String(form.get('lesson') ?? '')) ?? lessons[0];
    try {
      const room = await rooms.create(lesson?.slug ?? '');
      return c.redirect(`${base}/rooms/${room.code}/teach?key=${room.teacherKey}`, 303);
    } catch (error) {
      if (!(error instanceof NoRoomError)) throw error;
      return show(c, 'Open a room', askForRoom(error.message), 503);
    }
  });

  routes.get('/rooms/:code/teach', async (c) => {
    const room = await roomOf(c);
    if (room instanceof Response) return room;
    return show(c, `Teach in room ${room.code}`, teach(await propsOf(c, room)));
  });

  routes.get('/rooms/:code/teach/part', async (c) => {
    const room = await rooms.find(c.req.param('code'));
    if (room === null || !isTeacher(c, room)) return c.html(endedPart(base));
    return c.html(teachPart(await propsOf(c, room)));
  });

  routes.get('/rooms/:code/answers.csv', async (c) => {
    const room = await roomOf(c);
    if (room instanceof Response) return room;
    return c.body(answersCsv(playground, room, languageOf(c)), 200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="room-${room.code}.csv"`,
    });
  });

  routes.post('/rooms/:code/round', async (c) => {
    const room = await roomOf(c);
    if (room instanceof Response) return room;
    const form = await c.req.formData().catch(() => new FormData());
    const [from, to] = [form.get('from'), form.get('to')].map((one) => PHASES.find((phase) => phase === one));
    if (from && to) {
      if (NEXT[from].some((next) => next.to === to)) await room.goOn(from, to);
      return toTeach(c, playground, room, 'round');
    }
    const lesson = lessonOf(lessons, String(form.get('lesson') ?? ''));
    if (!lesson) return failure(c, playground, 422, 'There is no such lesson.');
    const after = form.get('after');
    await room.beginRound(lesson.slug, after === null ? undefined : Number(after));
    return toTeach(c, playground, room, 'round');
  });

  routes.post('/rooms/:code/explanations/:number', async (c) => {
    const room = await roomOf(c);
    if (room instanceof Response) return room;
    const form = await c.req.formData().catch(() => new FormData());
    const seen = { round: Number(form.get('round')), text: String(form.get('text') ?? '') };
    await room.showExplanation(Number(c.req.param('number')), seen, form.get('show') === '1');
    return toTeach(c, playground, room, `put-${Number(c.req.param('number'))}`);
  });

  routes.post('/rooms/:code/spotlight', async (c) => {
    const room = await roomOf(c);
    if (room instanceof Response) return room;
    const form = await c.req.formData().catch(() => new FormData());
    const number = Number(form.get('member') || Number.NaN);
    const before = room.state.spotlight;
    await room.set({ spotlight: room.member(number)?.number ?? null });
    return toTeach(c, playground, room, `spotlight-${Number.isNaN(number) ? before : number}`);
  });

  routes.post('/rooms/:code/lesson', async (c) => {
    const room = await roomOf(c);
    if (room instanceof Response) return room;
    const form = await c.req.formData().catch(() => new FormData());
    const lesson = lessonOf(lessons, String(form.get('lesson') ?? ''));
    if (!lesson) return failure(c, playground, 422, 'There is no such lesson.');
    await room.set({ lesson: lesson.slug, program: null });
    return toTeach(c, playground, room, 'class');
  });

  routes.post('/rooms/:code/members/:number', async (c) => {
    const room = await roomOf(c);
    if (room instanceof Response) return room;
    const number = Number(c.req.param('number'));
    const form = await c.req.formData().catch(() => new FormData());
    if (form.get('do') === 'remove') {
      const person = room.member(number)?.person;
      // A network address may be that of the whole class.
      if (person !== undefined && isNamed(person)) await room.refuse(person);
      await room.remove(number);
    } else {
      if (room.member(number) === null) return toTeach(c, playground, room, 'members');
      const typed = String(form.get('name') ?? '');
      const refuse = async (error: string) => {
        const refused = { number, typed: typed.slice(0, 100), error };
        const props = { ...(await propsOf(c, room)), refused };
        return show(c, `Teach in room ${room.code}`, teach(props), 422);
      };
      if (cleanName(typed) === '') return refuse('A name needs at least one letter.');
      try {
        await room.change(number, { name: typed });
      } catch (error) {
        if (!(error instanceof NameError)) throw error;
        return refuse(error.message);
      }
    }
    return toTeach(c, playground, room, room.member(number) ? `member-${number}` : 'members');
  });

  routes.post('/rooms/:code/refused', async (c) => {
    const room = await roomOf(c);
    if (room instanceof Response) return room;
    await room.set({ refused: [] });
    return toTeach(c, playground, room, 'members');
  });

  routes.post('/rooms/:code/end', async (c) => {
    const room = await roomOf(c);
    if (room instanceof Response) return room;
    await rooms.end(room);
    return c.redirect(`${base}/rooms?ended=${room.code}`, 303);
  });

  async function propsOf(c: Context<Env>, room: Room): Promise<TeachProps> {
    const site = publicUrlOf(c, settings);
    const said = room.answers.explanations(room.round?.number ?? 0);
    return {
      base,
      code: room.code,
      teacherKey: room.teacherKey,
      joinUrl: `${site}/rooms`,
      wallUrl: `${site}/rooms/${room.code}/wall?key=${room.key}`,
      expiresAt: room.expiresAt,
      endsSoon: endsSoon(room.expiresAt, Date.now()),
      lesson: room.state.lesson,
      lessons,
      members: room.members.map((member) => ({
        ...member,
        isInSpotlight: room.state.spotlight === member.number,
      })),
      removed: room.state.refused.length,
      shown: room.looks.shown?.run ?? null,
      round: roundNewsOf(playground, room),
      help: helpOf(room, await playground.walls.of(room).look(), Date.now()),
      hand: room.state,
      cores: coresOf(playground, room, await room.program()),
      explanations: said.map((one) => ({ ...one, name: room.member(one.member)?.name ?? '' })),
    };
  }

  return routes;
}
