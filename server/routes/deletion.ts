/** Deleting a run or a family: a page that asks for confirmation, and the request that does it. */
import { type Context, Hono } from 'hono';
import { deletePage } from '../../views/page/delete.ts';
import { page } from '../../views/page/page.ts';
import type { StoredFamily, StoredRun } from '../store/store.ts';
import { baseOf, siteOf } from './address.ts';
import { failure } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { keyOf, mayDelete } from './rights.ts';

/** What the addresses of the two kinds begin with, and how to find one. */
const KINDS = {
  runs: (playground: Playground, id: string): Promise<StoredRun | null> => playground.runs.get(id),
  families: (playground: Playground, id: string): Promise<StoredFamily | null> =>
    playground.families.stored(id),
} as const;

/** Routes `/runs/:id/delete` and `/families/:id/delete`. */
export function deletionRoutes(playground: Playground): Hono<Env> {
  const base = baseOf(playground.settings);
  const routes = new Hono<Env>();

  for (const kind of ['runs', 'families'] as const) {
    const what = kind === 'runs' ? 'run' : 'series of runs';

    /** Returns what may be deleted at the address of a request, or the refusal. */
    const find = async (c: Context<Env>) => {
      const found = await KINDS[kind](playground, c.req.param('id') ?? '');
      if (!found) return failure(c, playground, 404, `There is no ${what} at this address.`);
      if (mayDelete(c, playground, found)) return found;
      return failure(c, playground, 403, `Only the browser that started this ${what} can delete it.`);
    };

    routes.get(`/${kind}/:id/delete`, async (c) => {
      const found = await find(c);
      if (found instanceof Response) return found;
      const { id, status } = found;
      const key = keyOf('delete', c, playground, id);
      const body = deletePage({ address: `${base}/${kind}/${id}`, what, isLive: status === null, key });
      return c.html(
        page({ title: `Delete this ${what}?`, site: siteOf(playground, c), body, isListed: false }),
      );
    });

    routes.post(`/${kind}/:id/delete`, async (c) => {
      const found = await find(c);
      if (found instanceof Response) return found;
      await playground.removal.remove(found.id);
      return (c.req.header('accept') ?? '').includes('text/html')
        ? c.redirect(`${base}/runs?deleted=1`, 303)
        : c.body(null, 204);
    });
  }
  return routes;
}
