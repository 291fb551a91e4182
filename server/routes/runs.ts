/** Runs for people: submitted with the form, shown at their permalink, cancelled, and forked. */
import { Hono } from 'hono';
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
import { formProps } from './form-props.ts';
import { valuesOf } from './form-values.ts';
import { type Env, remember } from './person.ts';
import type { Playground } from './playground.ts';
import { pageTitle, playgroundPage, waysOf } from './playground-page.ts';
import { addressesOf, keyFor, mayCancel } from './rights.ts';
import { refusedIn } from './room-rules.ts';
import { sideOf } from './side.ts';
import { fieldsOf, formIn, GUESS, refuseForm, submissionIn } from './submitted.ts';
import { entryOf, viewOf } from './view.ts';

const NO_RUN = 'There is no run at this address. It may have been mistyped, or the run has expired.';

/** Routes `POST /runs` and `/runs/:id`. */
export function runRoutes(playground: Playground): Hono<Env> {
  const { runs, families, rooms } = playground;
  const base = baseOf(playground.settings);
  const routes = new Hono<Env>();

  routes.post('/runs', async (c) => {
    const form = await formIn(c, playground);
    if (form instanceof Response) return form;
    const { values, by, inRoom } = await submissionIn(c, playground, form);
    try {
      const parsed = await checkSpec(c, playground, fieldsOf(form));
      if (!parsed.ok) return await refuseForm(c, playground, { values, ...parsed, ...inRoom, status: 422 });
      const errors = inRoom && (await refusedIn(inRoom.room, parsed.spec));
      if (errors) return await refuseForm(c, playground, { values, errors, ...inRoom, status: 422 });
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
      const view = {
        ...(await viewOf(run, by.person, playground)),
        cancelKey: keyFor('cancel', playground, run.id),
      };
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
      return refuseForm(c, playground, {
        values,
        ...inRoom,
        message: refusal.message,
        status: refusal.status,
      });
    }
  });

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
