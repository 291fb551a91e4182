/** The page's script and styles, from memory, compressed once. Browsers cache them: names change with the content. */
import { Hono } from 'hono';
import { accepts } from 'hono/accepts';
import type { Encoding } from '../programs/compressed.ts';
import type { Playground } from './playground.ts';

/** In order of preference. */
const ENCODINGS: readonly Encoding[] = ['br', 'gzip'];

/** Routes `GET /static/:name`. */
export function assetRoutes({ built, compressed }: Pick<Playground, 'built' | 'compressed'>): Hono {
  const routes = new Hono();
  routes.get('/static/:name', async (c, next) => {
    const name = c.req.param('name');
    const asset = built.assets.get(name);
    if (!asset) return next();
    c.header('Content-Type', asset.type);
    c.header('Cache-Control', 'public, max-age=31536000, immutable');
    c.header('Vary', 'Accept-Encoding');
    const accepted = accepts(c, {
      header: 'Accept-Encoding',
      supports: [...ENCODINGS],
      default: 'identity',
      // Browsers list encodings without preference, so the server chooses.
      match: (listed, { supports, default: plain }) =>
        supports.find((name) => listed.some(({ type, q }) => type.toLowerCase() === name && q > 0)) ?? plain,
    });
    const encoding = ENCODINGS.find((name) => name === accepted);
    if (!encoding) return c.body(asset.body);
    c.header('Content-Encoding', encoding);
    return c.body(await compressed.of(name, encoding));
  });
  return routes;
}
