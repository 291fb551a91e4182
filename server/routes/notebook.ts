/** The page of the notebook, with its cells to run. */
import { Hono } from 'hono';
import { notebookPage } from '../../views/notebook/notebook.ts';
import { page } from '../../views/page/page.ts';
import { requestOf } from '../notebook/cell.ts';
import { NOTEBOOK } from '../notebook/notebook.ts';
import { isPython } from '../spec/runtimes.ts';
import { addressOf, baseOf, siteOf } from './address.ts';
import { KEEP_TYPED } from './caching.ts';
import { expectedOf } from './expected.ts';
import { cellForm } from './form-values.ts';
import { ownRoom } from './own-room.ts';
import { type Env, remember } from './person.ts';
import type { Playground } from './playground.ts';

/** Routes `/notebook`. */
export function notebookRoutes(playground: Playground): Hono<Env> {
  const { settings, lessons, health } = playground;
  const base = baseOf(settings);
  const routes = new Hono<Env>();

  routes.get('/notebook', async (c) => {
    await remember(c);
    await health.look();
    const runtime = health.offered(false).find(isPython) ?? null;
    const [first] = NOTEBOOK;
    // Asked for in vain, it says why.
    const parsed = first && playground.parseSpec(requestOf(first, runtime ?? 'python'));
    const why = parsed?.ok === false ? (parsed.errors.runtime ?? '') : '';
    const expected = new Map(
      NOTEBOOK.map((cell) => {
        const { values } = cellForm(cell, [runtime ?? 'python']);
        return [cell.number, expectedOf(playground, values).inAll] as const;
      }),
    );
    const able = why === '' ? runtime : null;
    // From a room, its runs are shown in the room.
    const room = ownRoom(c, playground)?.code;
    const props = { cells: NOTEBOOK, lessons, runtime: able, why, expected, base };
    const body = notebookPage({ ...props, ...(room !== undefined && { room }) });
    const address = addressOf(c, settings);
    const site = siteOf(playground, c);
    return c.html(page({ title: 'The notebook', site, body, nav: 'notebook', address }), 200, KEEP_TYPED);
  });
  return routes;
}
