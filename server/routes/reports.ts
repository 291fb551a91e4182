/** Reports of a run to the operator of this server, who lists them with `npm run runs -- list --reported`. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import { page } from '../../views/page/page.ts';
import { problem } from '../../views/page/problem.ts';
import { REASON_CHARS } from '../../views/run/report.ts';
import { baseOf, siteOf } from './address.ts';
import { refusalOf } from './busy.ts';
import { failure, isHtmx } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { mayDelete } from './rights.ts';

const THANKS = 'Thank you. The operator of this server will look at this run.';

/** Routes `POST /runs/:id/report`. */
export function reportRoutes(playground: Playground): Hono<Env> {
  const { runs, fairUse, settings } = playground;
  const base = baseOf(settings);
  const routes = new Hono<Env>();

  routes.post('/runs/:id/report', async (c) => {
    const run = await runs.get(c.req.param('id'));
    if (!run) return failure(c, playground, 404, 'There is no run at this address.');
    const address = `${base}/runs/${run.id}`;
    const links = [{ href: address, text: 'Back to the run' }];
    if (mayDelete(c, playground, run))
      return failure(c, playground, 403, 'This run is yours: you can delete it.', links);
    const form = await c.req.formData().catch(() => null);
    const given = form?.get('reason');
    const reason = typeof given === 'string' ? given.trim() : '';
    if (reason === '')
      return failure(c, playground, 422, 'Say in a few words what is wrong with this run.', links);
    if (reason.length > REASON_CHARS)
      return failure(c, playground, 422, `Use at most ${REASON_CHARS} characters.`, links);
    try {
      await fairUse.report(c.get('user'));
    } catch (error) {
      const refusal = refusalOf(c, error);
      if (refusal === null) throw error;
      return failure(c, playground, refusal.status, refusal.message, links);
    }
    await runs.report(run.id, reason);
    if (isHtmx(c)) return c.html(html`<p role="status">${THANKS}</p>`);
    if (!(c.req.header('accept') ?? '').includes('text/html')) return c.body(null, 204);
    const body = problem({ title: 'Reported', message: THANKS, links });
    return c.html(page({ title: 'Reported', site: siteOf(playground, c), body, isListed: false }));
  });
  return routes;
}
