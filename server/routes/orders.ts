/** Orders of an exploration: opening one as a run of its own, and the part of a search's page that changes. */
import { Hono } from 'hono';
import { searchPart } from '../../views/run/search.ts';
import { searchesIn } from '../figures/search.ts';
import { openOrder } from '../runs/opened-orders.ts';
import { MODES } from '../spec/modes.ts';
import { MAX_SCHEDULE, MAX_STEPS, parseSchedule } from '../spec/schedule.ts';
import { baseOf } from './address.ts';
import { refusalOf } from './busy.ts';
import { failure, isHtmx } from './failure.ts';
import { type Env, rememberSubmitter } from './person.ts';
import type { Playground } from './playground.ts';
import { viewOf } from './view.ts';

/** Routes `POST /families/:id/orders` and `GET /runs/:id/search`. */
export function orderRoutes(playground: Playground): Hono<Env> {
  const { families, runs, storage } = playground;
  const base = baseOf(playground.settings);
  const routes = new Hono<Env>();

  // Whoever sees a search may open its orders, as they may start a run with its settings: the run is theirs.
  routes.post('/families/:id/orders', async (c) => {
    const family = await families.get(c.req.param('id'));
    if (family?.kind !== 'exploration')
      return failure(c, playground, 404, 'There is no search for orders at this address.');
    const form = await c.req.formData().catch(() => null);
    if (!form)
      return failure(c, playground, 400, 'The form could not be read. Reload the page and try again.');
    const mode = MODES.find((name) => name === form.get('mode'));
    if (mode === undefined || !family.spec.modes.includes(mode))
      return failure(c, playground, 422, `Choose a mode of this search: ${family.spec.modes.join(' or ')}.`);
    const schedule = String(form.get('schedule') ?? '').trim();
    if (schedule.length > MAX_SCHEDULE || parseSchedule(schedule, MAX_STEPS) === null)
      return failure(c, playground, 422, 'This is no order. Open one of those that the search has found.');
    if (family.status === null)
      return failure(c, playground, 409, 'The search has not ended yet. Open its orders when it has.');
    const found = searchesIn(family).find((one) => one.mode === mode)?.search.outcomes ?? [];
    const isReported = found.some((outcome) => outcome.schedule === schedule);
    const by = await rememberSubmitter(c);
    try {
      const id = await openOrder({ runs, store: storage.store }, family, { mode, schedule, isReported }, by);
      const url = `${base}/runs/${id}`;
      if (!isHtmx(c)) return c.redirect(url, 303);
      c.header('HX-Location', url);
      return c.body(null, 200);
    } catch (error) {
      const refusal = refusalOf(c, error);
      if (refusal === null) throw error;
      return failure(c, playground, refusal.status, refusal.message);
    }
  });

  routes.get('/runs/:id/search', async (c) => {
    const run = await runs.get(c.req.param('id'));
    if (!run?.spec.explore)
      return failure(c, playground, 404, 'There is no search for orders at this address.');
    return c.html(searchPart(await viewOf(run, c.get('person'), playground)));
  });
  return routes;
}
