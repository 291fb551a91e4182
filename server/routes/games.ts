/** Being the scheduler: programs that a person executes by hand, step by step. */
import { type Context, Hono } from 'hono';
import { type GameOrigin, type GameProps, gamePage, gameSection } from '../../views/game/game.ts';
import { page } from '../../views/page/page.ts';
import type { Game, Moved } from '../runs/plays/plays.ts';
import { isOrdered } from '../spec/explore.ts';
import { formatSchedule, parseSchedule, type ScheduleStep } from '../spec/schedule.ts';
import type { Spec } from '../spec/spec.ts';
import { apply, newTimeline } from '../timeline/timeline.ts';
import { baseOf, siteOf } from './address.ts';
import { refusalOf } from './busy.ts';
import { unlist } from './caching.ts';
import { checkSpec } from './check.ts';
import { failure, isHtmx } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { refusedIn } from './room-rules.ts';
import { fieldsOf, formIn, refuseForm, submissionIn } from './submitted.ts';
import { entryOf, lessonOf, poolsOf } from './view.ts';

/** Most jobs of a program that is executed by hand: nobody sees more lanes at once. */
const MAX_JOBS = 30;
const NO_GAME =
  'There is no game of yours at this address. Games are not stored, and are forgotten after an hour. Begin another.';
const ELSEWHERE =
  'This game went on in another window. This is where it is now: save it if it is what you want.';
/** What the page says of a request that changed nothing; a second click needs no words. */
const WORDS: Record<Moved, string | undefined> = {
  moved: undefined,
  late: undefined,
  impossible: 'This step cannot be taken now. Choose one of the steps below.',
  'too-long': 'This game is as long as an order can be. Undo some steps, or start over.',
};

/** Routes `/games` and `/games/:id`. */
export function gameRoutes(playground: Playground): Hono<Env> {
  const { plays, runs, rooms } = playground;
  const base = baseOf(playground.settings);
  const routes = new Hono<Env>();
  const noGame = (c: Context<Env>) => failure(c, playground, 404, NO_GAME);
  const find = (c: Context<Env>) => plays.find(c.req.param('id') ?? '', c.get('person'));

  routes.post('/games', async (c) => {
    const form = await formIn(c, playground);
    if (form instanceof Response) return form;
    const { values, by, inRoom } = await submissionIn(c, playground, form);
    const refuse = (content: Omit<Parameters<typeof refuseForm>[2], 'values'>) =>
      refuseForm(c, playground, { values, ...inRoom, ...content });
    try {
      const parsed = await checkSpec(c, playground, byHand(fieldsOf(form)));
      if (!parsed.ok) return await refuse({ ...parsed, status: 422 });
      const errors = refusedByHand(parsed.spec) ?? (inRoom && (await refusedIn(inRoom.room, parsed.spec)));
      if (errors) return await refuse({ errors, status: 422 });
      const { id } = await plays.begin(parsed.spec, by);
      const url = `${base}/games/${id}`;
      if (!isHtmx(c)) return c.redirect(url, 303);
      c.header('HX-Redirect', url);
      return c.body(null, 200);
    } catch (error) {
      const refusal = refusalOf(c, error);
      if (refusal === null) throw error;
      return refuse({ message: refusal.message, status: refusal.status });
    }
  });

  // Where a form was refused, reloading asks for this.
  routes.get('/games', (c) => c.redirect(`${base}/`));

  routes.get('/games/:id', (c) => {
    const game = find(c);
    return game ? show(c, game) : noGame(c);
  });

  routes.post('/games/:id/pick', async (c) => {
    const game = find(c);
    if (!game) return noGame(c);
    const { at, step } = await moveIn(c);
    return change(c, game, step === null ? 'impossible' : plays.pick(game, at, step));
  });

  routes.post('/games/:id/undo', async (c) => {
    const game = find(c);
    return game ? change(c, game, plays.undo(game, (await moveIn(c)).at)) : noGame(c);
  });

  routes.post('/games/:id/again', async (c) => {
    const game = find(c);
    return game ? change(c, game, plays.again(game, (await moveIn(c)).at)) : noGame(c);
  });

  // The player has left the page: sent as it is closed.
  routes.post('/games/:id/rest', async (c) => {
    const game = find(c);
    if (!game) return noGame(c);
    await plays.rest(game);
    return c.body(null, 204);
  });

  routes.post('/games/:id/save', async (c) => {
    const game = find(c);
    if (!game) return noGame(c);
    const { steps, outcome } = game.position;
    if (outcome === null) return show(c, game, 'Play to the end first: then there is an order to save.', 422);
    const schedule = formatSchedule(steps);
    const shown = (await c.req.formData().catch(() => null))?.get('schedule') ?? schedule;
    if (shown !== schedule) return show(c, game, ELSEWHERE, 422);
    const room = game.by.seat && (await rooms.findById(game.by.seat.room));
    const errors = room && (await refusedIn(room, game.spec));
    if (errors) return show(c, game, Object.values(errors)[0], 422);
    try {
      // A second press leads to the same run.
      if (game.saved?.schedule !== schedule) {
        const submitted = runs.submit({ ...game.spec, schedule }, game.by);
        game.saved = { schedule, runId: submitted.then(({ id }) => id) };
      }
      return c.redirect(`${base}/runs/${await game.saved.runId}`, 303);
    } catch (error) {
      game.saved = null;
      const refusal = refusalOf(c, error);
      if (refusal === null) throw error;
      return show(c, game, refusal.message, refusal.status);
    }
  });

  /** Responds to a request that changes a game. */
  async function change(c: Context<Env>, game: Game, moving: Moved | Promise<Moved>): Promise<Response> {
    try {
      const moved = await moving;
      const words = WORDS[moved];
      if (words !== undefined) return show(c, game, words, 422);
    } catch (error) {
      const refusal = refusalOf(c, error);
      if (refusal === null) throw error;
      return show(c, game, refusal.message, refusal.status);
    }
    return isHtmx(c) ? show(c, game) : c.redirect(`${base}/games/${game.id}`, 303);
  }

  async function show(
    c: Context<Env>,
    game: Game,
    message?: string,
    status: 200 | 422 | 429 | 503 = 200,
  ): Promise<Response> {
    const room = game.by.seat ? await rooms.findById(game.by.seat.room) : null;
    const from = originOf(playground, game.spec, room?.code ?? null);
    const props = { ...propsOf(playground, game, message), from };
    if (isHtmx(c)) {
      // Also what is refused shows the game as it is.
      c.header('HX-Retarget', '#play');
      c.header('HX-Reswap', 'outerMorph');
      return c.html(gameSection(props), status);
    }
    unlist(c);
    const title = 'Be the scheduler · Concurrency Playground';
    return c.html(
      page({
        ...{ title, site: siteOf(playground, c), body: gamePage(props), isListed: false },
        ...(from?.kind === 'Challenge' && { nav: 'challenges' as const }),
      }),
      status,
    );
  }
  return routes;
}

/** Returns the fields of a program that is executed by hand: in one mode that can be, and once. */
function byHand({
  repeat: _,
  sweep: __,
  everyRuntime: ___,
  explore: ____,
  preemptions: _____,
  schedules: ______,
  ...fields
}: Record<string, unknown>): Record<string, unknown> {
  const chosen = Array.isArray(fields.modes) ? fields.modes.filter(isOrdered) : [];
  const mode = chosen.length === 0 || chosen.includes('threads') ? 'threads' : chosen[0];
  return { ...fields, modes: [mode], schedule: 'none' };
}

function refusedByHand({ jobs }: Spec): { jobs: string } | null {
  if (jobs <= MAX_JOBS) return null;
  return { jobs: `Enter a whole number from 1 to ${MAX_JOBS} to be the scheduler.` };
}

/** Returns the position that a request is meant for, and the step that it takes; null if it is none. */
async function moveIn(c: Context<Env>): Promise<{ at: number; step: ScheduleStep | null }> {
  const form = await c.req.formData().catch(() => null);
  const at = String(form?.get('at') ?? '');
  const step = String(form?.get('step') ?? '');
  const [parsed = null] = step.length < 12 ? (parseSchedule(step, 1) ?? []) : [];
  return { at: /^\d{1,4}$/.test(at) ? Number(at) : -1, step: parsed };
}

/** Returns where the program of a game comes from. `room`: the code of the room that the game is in, which has its own lessons. */
function originOf({ settings, ...playground }: Playground, spec: Spec, room: string | null): GameOrigin {
  const base = baseOf(settings);
  const challenge = playground.challenges.find(({ slug }) => slug === spec.challenge);
  if (challenge) {
    const address = `${base}/challenges/${challenge.slug}${room === null ? '' : `?room=${room}`}`;
    return { kind: 'Challenge', name: challenge.title, address };
  }
  const lesson = lessonOf(playground.lessons, spec.lesson);
  if (!lesson) return null;
  const way = room === null ? base : `${base}/rooms/${room}`;
  return { kind: 'Lesson', name: lesson.title, address: `${way}/lessons/${lesson.slug}` };
}

function propsOf(playground: Playground, game: Game, message: string | undefined): Omit<GameProps, 'from'> {
  const { id, spec, reached, position } = game;
  const { steps, events, next, count, outcome, fault, isMisfit } = position;
  const timeline = newTimeline();
  for (const event of events) apply(timeline, event);
  return {
    ...{ id, spec, reached, timeline, next, count, outcome, fault, isMisfit, message },
    lesson: entryOf(playground.lessons, spec),
    chosen: steps.length,
    schedule: formatSchedule(steps),
    pools: poolsOf(spec, playground.settings),
    base: baseOf(playground.settings),
  };
}
