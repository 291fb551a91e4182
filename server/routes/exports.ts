/** Exports of a run: a picture, a table, text, a trace, a page to embed, and its link as a QR code. */
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import { renderSVG } from 'uqr';
import { embedPage } from '../../views/run/embed.ts';
import type { RunProps as View } from '../../views/run/view.ts';
import { readDrawingStyle } from '../exports/drawing-style.ts';
import type { Drawings } from '../exports/drawings.ts';
import { ENDINGS, type Ending, EXPORTS, type Exported } from '../exports/exports.ts';
import { RenderingsBusyError } from '../exports/renderings.ts';
import { nameOf } from '../lessons/own-program.ts';
import type { RunRecord } from '../runs/execution.ts';
import { publicUrlOf } from './address.ts';
import { ASK_AGAIN, cacheOf } from './caching.ts';
import { failure } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { languageOf } from './preferred-language.ts';
import { loggedOf, timelineOf, viewOf } from './view.ts';

/** The address of the exports: a run's id, and the ending of one. */
export const EXPORT_PATH = `/runs/:file{[\\w-]+\\.(?:${ENDINGS.join('|').replaceAll('.', '\\.')})}`;

const NO_LANES =
  'A search for orders has no timeline of its own. Open one of its orders; what it has found is in its JSON.';

const NO_RUN = 'There is no run at this address.';

/** Routes the exports of a run, all below `/runs/`. */
export function exportRoutes(playground: Playground, drawings: Drawings): Hono<Env> {
  const { runs, settings, built } = playground;
  const routes = new Hono<Env>();
  const style = readDrawingStyle();

  const viewAt = async (c: Context<Env>, id: string): Promise<View | null> => {
    const run = await runs.get(id);
    return run && viewOf(run, c.get('person'), playground);
  };

  /** Returns what an export is made of. */
  function exported(run: RunRecord, c: Context<Env>): Exported {
    const styles = { picture: style.adaptive, card: style.light };
    return {
      spec: run.spec,
      timeline: () => timelineOf(run.log),
      draw: (kind) =>
        drawings.of({ kind, run: loggedOf(run, playground), style: styles[kind] }, run.log.isEnded),
      address: `${publicUrlOf(c, settings)}/runs/${run.id}`,
      spreadsheet: c.req.query('for') === 'spreadsheet' ? languageOf(c) : null,
    };
  }

  routes.get(EXPORT_PATH, etag(), async (c) => {
    const [id = '', ...endings] = (c.req.param('file') ?? '').split('.');
    const ending = endings.join('.') as Ending;
    const { type, isShown, isOfLanes, of } = EXPORTS[ending];
    const run = await runs.get(id);
    if (!run) return failure(c, playground, 404, NO_RUN);
    if (run.spec.explore && isOfLanes) return failure(c, playground, 404, NO_LANES);
    try {
      // The state before the export: events that are added during it may be missing.
      const headers = { ...cacheOf(run.log), ...(ending === 'csv' && { Vary: 'Accept-Language' }) };
      const body = await of(exported(run, c));
      return c.body(body as string, 200, {
        'Content-Type': type,
        'Content-Disposition': `${isShown ? 'inline' : 'attachment'}; filename="${nameOf(run.spec)}-${id}.${ending}"`,
        ...headers,
      });
    } catch (error) {
      if (!(error instanceof RenderingsBusyError)) throw error;
      c.header('Retry-After', '10');
      return failure(
        c,
        playground,
        503,
        'Too many pictures were requested at once. Try again in 10 seconds.',
      );
    }
  });

  // Sets no cookie: in a frame of another site it would be a third-party cookie.
  routes.get('/runs/:id/embed', async (c) => {
    const view = await viewAt(c, c.req.param('id'));
    if (!view) return failure(c, playground, 404, NO_RUN);
    return c.html(embedPage(view, built.page));
  });

  routes.get('/runs/:id/qr.svg', etag(), async (c) => {
    const id = c.req.param('id');
    const run = await runs.get(id);
    if (!run) return failure(c, playground, 404, NO_RUN);
    const code = renderSVG(`${publicUrlOf(c, settings)}/runs/${id}`, { ecc: 'M', border: 4 });
    return c.body(code, 200, { 'Content-Type': EXPORTS.svg.type, ...ASK_AGAIN });
  });
  return routes;
}
