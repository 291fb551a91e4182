/** Runs for people: submitted with the form, shown at their permalink, cancelled, and forked. */
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { runSettings } from '../../views/form/form.ts';
import { SHOWN } from '../../views/page/own-intro.ts';
import { runSection } from '../../views/run/run.ts';
import type { Room } from '../rooms/room.ts';
import type { Spec } from '../spec/spec.ts';
import { MAX_PROGRAMS } from '../store/rooms.ts';
import { baseOf } from './address.ts';
import { refusalOf } from './busy.ts';
import { checkSpec } from './check.ts';
import { failure, isHtmx } from './failure.ts';
import { typedValues, valuesOf } from './form-values.ts';
import { formOf, formProps, type PageContent, pageTitle, playgroundPage, waysOf } from './pages.ts';
import { type Env, remember, rememberSubmitter } from './person.ts';
import type { Playground } from './playground.ts';
import { addressesOf, keyFor, mayCancel } from './rights.ts';
import { refusedIn } from './room-rules.ts';
import { sideOf } from './side.ts';
import { entryOf, viewOf } from './view.ts';

const NO_RUN = 'There is no run at this address. It may have been mistyped, or the run has expired.';
/** The field of the guess, which is no part of a run. */
const GUESS = 'guess';
/** The field with the code of the room that the run is made in. */
const ROOM = 'room';
/** The field with the number of the room's program that the form began with. */
const START = 'start';
/** Fields of the form that are about the page, not about a run. */
const NOT_OF_RUNS: readonly string[] = [GUESS, SHOWN, ROOM, START];
const FORM_TYPES = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/** Routes `POST /runs` and `/runs/:id`. */
export function runRoutes(playground: Playground): Hono<Env> {
  const { runs, families, rooms } = playground;
  const base = baseOf(playground.settings);
  const routes = new Hono<Env>();

  routes.post('/runs', async (c) => {
    if (!FORM_TYPES.test(c.req.header('content-type') ?? '')) {
      return failure(c, playground, 415, 'Send a form here, or JSON to /api/runs.');
    }
    const form = await c.req.formData().catch(() => null);
    if (!form)
      return failure(c, playground, 400, 'The form could not be read. Reload the page and try again.');
    const values = typedValues(form);
    const submitter = await rememberSubmitter(c);
    const room = await rooms.find(String(form.get(ROOM) ?? ''));
    const seat = room?.seatOf(submitter.person);
    const maxSeconds = room?.state.maxSeconds ?? null;
    const by = { ...submitter, ...(seat && { seat, ...(maxSeconds !== null && { maxSeconds }) }) };
    const start = /^\d{1,9}$/.exec(String(form.get(START) ?? ''))?.[0];
    const inRoom = room && seat && { room, ...(start !== undefined && { start: Number(start) }) };
    try {
      const parsed = await checkSpec(c, playground, fieldsOf(form));
      if (!parsed.ok) return await refuse(c, { values, ...parsed, ...inRoom, status: 422 });
      const errors = inRoom && (await refusedIn(inRoom.room, parsed.spec));
      if (errors) return await refuse(c, { values, errors, ...inRoom, status: 422 });
      // Closed while it was being submitted.
      const isClosed = () => inRoom?.room.state.isClosed === true;
      if (parsed.family) {
        const { id } = await families.start(parsed.spec, by, parsed.family);
        if (isClosed()) void families.cancel(id);
        const url = `${base}/families/${id}`;
        if (!isHtmx(c)) return c.redirect(url, 303);
        c.header('HX-Redirect', url);
        c.header('Cancel-Address', addressesOf(playground, url, id).cancel);
        return c.body(null, 200);
      }
      const run = await runs.submit(parsed.spec, by);
      if (isClosed()) void runs.cancel(run.id);
      const url = `${base}/runs/${run.id}`;
      if (!isHtmx(c)) return c.redirect(`${url}${guessQuery(playground, run.spec, form)}`, 303);
      c.header('HX-Push-Url', url);
      const view = { ...viewOf(run, by.person, playground), cancelKey: keyFor('cancel', playground, run.id) };
      const section = runSection(view, await waysOf(c, playground));
      // The page may say of a changed program what the lesson says of its own, or the other way round.
      const isOther = run.spec.code !== '' || form.get(SHOWN) === 'own';
      const side = isOther
        ? sideOf(playground, view, { way: inRoom ? `${base}/rooms/${inRoom.room.code}` : base, isSwap: true })
        : null;
      return c.html(
        side === null
          ? section
          : html`<title>${pageTitle(view.lesson?.title)}</title>${section}${side.intro}${side.explanation}${runSettings(formProps(playground, { values, run }), true)}`,
      );
    } catch (error) {
      const refusal = refusalOf(c, error);
      if (refusal === null) throw error;
      return refuse(c, { values, ...inRoom, message: refusal.message, status: refusal.status });
    }
  });

  /** Responds with the form as typed, and its errors. */
  function refuse(c: Context<Env>, content: PageContent & { status: 422 | 429 | 503 }) {
    if (!isHtmx(c)) return playgroundPage(c, playground, content);
    const { message = content.errors?.[''] ?? '', status } = content;
    // Nothing in the form is wrong: it stays as it is, with the cursor where it was.
    if (status !== 422) return failure(c, playground, status, message);
    c.header('HX-Retarget', '#run-form');
    c.header('HX-Reswap', 'outerHTML');
    return c.html(formOf(playground, content), status);
  }

  routes.get('/runs/:id', async (c, next) => {
    const id = c.req.param('id');
    if (id.includes('.')) return next();
    const run = await runs.get(id);
    if (!run) return failure(c, playground, 404, NO_RUN);
    await remember(c);
    const person = c.get('person');
    const own = run.seat && (await rooms.findById(run.seat.room));
    const room = own?.memberOf(person) ? own : await rooms.whereShown(person, id);
    return playgroundPage(c, playground, {
      values: valuesOf(run.spec),
      run,
      ...(room && { room, ...(await startIn(room, run.spec)) }),
    });
  });

  routes.post('/runs/:id/cancel', async (c) => {
    const id = c.req.param('id');
    const run = await runs.get(id);
    if (!run) return failure(c, playground, 404, NO_RUN);
    if (!mayCancel(c, playground, run))
      return failure(c, playground, 403, 'Only the person who started this run can cancel it.');
    await runs.cancel(id);
    return isHtmx(c) || !(c.req.header('accept') ?? '').includes('text/html')
      ? c.body(null, 204)
      : c.redirect(`${base}/runs/${id}`, 303);
  });

  routes.post('/runs/:id/fork', async (c) => {
    const id = c.req.param('id');
    return (await runs.get(id))
      ? c.redirect(`${base}/?from=${id}`, 303)
      : failure(c, playground, 404, NO_RUN);
  });
  return routes;
}

/** Returns the number of the room's program that is that of a run; nothing if it has changed since, or never was. */
async function startIn(room: Room, { lesson, code }: Spec): Promise<{ start?: number }> {
  const latest = room.state.program?.number ?? 0;
  if (lesson !== '') return {};
  for (let number = latest; number > latest - MAX_PROGRAMS && number > 0; number--)
    if ((await room.program(number))?.code === code) return { start: number };
  return {};
}

/**
 * Returns the guess as the query of the run's address, where a page without script finds it again: the index of the
 * choice. Empty if there is no guess.
 */
function guessQuery({ lessons }: Playground, spec: Spec, form: FormData): string {
  const guess = form.get(GUESS);
  const choices = entryOf(lessons, spec)?.prediction.choices ?? [];
  const index = typeof guess === 'string' ? choices.indexOf(guess) : -1;
  return index < 0 ? '' : `?${GUESS}=${index}`;
}

/** Returns the fields as `parseSpec` expects them: lists for the modes and for fields sent twice, text for others. */
function fieldsOf(form: FormData): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null);
  // In one pass: with `getAll` for each name, the largest body would take ten seconds.
  for (const [name, value] of form) {
    if (NOT_OF_RUNS.includes(name)) continue;
    const before = fields[name];
    if (before === undefined) fields[name] = name === 'modes' ? [value] : value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  fields.modes ??= [];
  return fields;
}
