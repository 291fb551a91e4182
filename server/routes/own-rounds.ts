/** A round with a question of the teacher’s own, about what the class works on or about a program that comes with it. */
import { type Context, Hono } from 'hono';
import { page } from '../../views/page/page.ts';
import { type AskErrors, type AskTyped, askPage } from '../../views/room/ask.ts';
import type { Room } from '../rooms/room.ts';
import { isQuestion, readQuestion } from '../rooms/round-question.ts';
import type { Spec } from '../spec/spec.ts';
import { baseOf, siteOf } from './address.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { roomToTeach, toTeach } from './room-access.ts';
import { checkProgram, programOfRun, startOf } from './room-programs.ts';
import { lessonOf } from './view.ts';

const BOTH = 'Give the link of a run or a program, not both: empty one of the fields.';

/** Routes `/rooms/:code/ask`, for whoever has the teacher's key. */
export function ownRoundRoutes(playground: Playground): Hono<Env> {
  const { lessons, settings } = playground;
  const base = baseOf(settings);
  const routes = new Hono<Env>();

  const show = (c: Context<Env>, room: Room, typed: AskTyped, errors: AskErrors) => {
    const { code, state, teacherKey, round } = room;
    const about = state.program?.title ?? lessonOf(lessons, state.lesson)?.title ?? '';
    const paths = { address: `${base}/rooms/${code}`, key: `?key=${teacherKey}` };
    const body = askPage({ ...paths, code, about, after: round?.number ?? 0, typed, errors });
    const status = Object.keys(errors).length === 0 ? 200 : 422;
    const title = `Ask room ${code}`;
    return c.html(page({ title, site: siteOf(playground, c), body, nav: 'rooms', isListed: false }), status);
  };

  routes.get('/rooms/:code/ask', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    return show(c, room, { question: '', choices: [], right: '', run: '', program: '' }, {});
  });

  routes.post('/rooms/:code/ask', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    const form = await c.req.formData().catch(() => new FormData());
    const text = (name: string) => String(form.get(name) ?? '');
    const typed = {
      question: text('question'),
      choices: form.getAll('choice').map(String),
      right: text('right'),
      run: text('run'),
      program: text('code'),
    };
    const question = readQuestion(typed);
    const program = await programIn(c, room, typed);
    if (!isQuestion(question) || 'errors' in program) {
      const errors = { ...(!isQuestion(question) && question), ...('errors' in program && program.errors) };
      return show(c, room, typed, errors);
    }
    const after = form.get('after');
    await room.beginOwnRound(question, program.spec, after === null ? undefined : Number(after));
    return toTeach(c, playground, room, 'round');
  });

  /** Returns the program that comes with a question, checked; null for what the class works on now. */
  async function programIn(
    c: Context<Env>,
    room: Room,
    { run, program }: AskTyped,
  ): Promise<{ spec: Spec | null } | { errors: AskErrors }> {
    const [isRun, isText] = [run.trim() !== '', program.trim() !== ''];
    if (!isRun && !isText) return { spec: null };
    if (isRun && isText) return { errors: { run: BOTH } };
    const given = isRun
      ? await programOfRun(playground, run)
      : { ...(await startOf(playground, room)), code: program };
    if (given instanceof Error) return { errors: { run: given.message } };
    const checked = await checkProgram(c, playground, given);
    return checked.ok ? { spec: checked.spec } : { errors: { [isRun ? 'run' : 'program']: checked.message } };
  }
  return routes;
}
