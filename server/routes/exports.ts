/** Exports of a run: a picture, a table, text, a trace, a page to embed, and its link as a QR code. */
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import { renderSVG } from 'uqr';
import { consoleText } from '../../views/run/console.ts';
import { embedPage } from '../../views/run/embed.ts';
import type { RunProps as View } from '../../views/run/view.ts';
import { csvOf, spreadsheetOf } from '../exports/csv.ts';
import type { DrawTask } from '../exports/draw.ts';
import { readDrawingStyle } from '../exports/drawing-style.ts';
import type { Drawings } from '../exports/drawings.ts';
import { RenderingsBusyError } from '../exports/renderings.ts';
import { traceOf } from '../exports/trace.ts';
import { nameOf } from '../lessons/own-program.ts';
import type { RunRecord } from '../runs/execution.ts';
import { publicUrlOf } from './address.ts';
import { ASK_AGAIN, cacheOf } from './caching.ts';
import { failure } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { languageOf } from './preferred-language.ts';
import { loggedOf, timelineOf, viewOf } from './view.ts';

const TYPES = {
  svg: 'image/svg+xml; charset=utf-8',
  png: 'image/png',
  csv: 'text/csv; charset=utf-8; header=present',
  txt: 'text/plain; charset=utf-8',
  'trace.json': 'application/json',
} as const;
type Form = keyof typeof TYPES;

/** Forms that a browser shows inline; it saves the others. */
const SHOWN: readonly Form[] = ['svg', 'png', 'txt'];

/** Forms of what happened in lanes. */
const OF_LANES: readonly Form[] = ['csv', 'trace.json'];
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

  async function exportOf(form: Form, run: RunRecord, c: Context<Env>): Promise<BodyInit> {
    if (form === 'svg' || form === 'png') {
      const logged = loggedOf(run, playground);
      const task: DrawTask =
        form === 'svg'
          ? { kind: 'picture', run: logged, style: style.adaptive }
          : { kind: 'card', run: logged, style: style.light };
      return drawings.of(task, run.log.isEnded);
    }
    const timeline = await timelineOf(run.log);
    if (form === 'csv')
      return c.req.query('for') === 'spreadsheet' ? spreadsheetOf(timeline, languageOf(c)) : csvOf(timeline);
    if (form === 'txt') return consoleText(timeline);
    const address = `${publicUrlOf(c, settings)}/runs/${run.id}`;
    return JSON.stringify(traceOf(timeline, { run: address, lesson: nameOf(run.spec) }));
  }

  routes.get('/runs/:file{[\\w-]+\\.(?:svg|png|csv|txt|trace\\.json)}', etag(), async (c) => {
    const [id = '', ...endings] = c.req.param('file').split('.');
    const form = endings.join('.') as Form;
    const run = await runs.get(id);
    if (!run) return failure(c, playground, 404, NO_RUN);
    if (run.spec.explore && OF_LANES.includes(form)) return failure(c, playground, 404, NO_LANES);
    try {
      // The state before the export: events that are added during it may be missing.
      const headers = { ...cacheOf(run.log), ...(form === 'csv' && { Vary: 'Accept-Language' }) };
      const body = await exportOf(form, run, c);
      const disposition = SHOWN.includes(form) ? 'inline' : 'attachment';
      return c.body(body as string, 200, {
        'Content-Type': TYPES[form],
        'Content-Disposition': `${disposition}; filename="${nameOf(run.spec)}-${id}.${form}"`,
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
    return c.body(code, 200, { 'Content-Type': TYPES.svg, ...ASK_AGAIN });
  });
  return routes;
}
