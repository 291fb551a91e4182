/** The page's script and styles, from memory, compressed once, and cached for ever: their names change with their content. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { Hono } from 'hono';
import { accepts } from 'hono/accepts';
import type { Asset } from '../programs/build.ts';

const encoders = { br: promisify(zlib.brotliCompress), gzip: promisify(zlib.gzip) };
/** Best first. */
const ENCODINGS = ['br', 'gzip'] as const;

export function assetRoutes(assets: Map<string, Asset>): Hono {
  const routes = new Hono();
  const compressed = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  function compress(name: string, body: Asset['body'], encoding: (typeof ENCODINGS)[number]) {
    const key = `${encoding} ${name}`;
    const done = compressed.get(key) ?? encoders[encoding](body).then((bytes) => new Uint8Array(bytes));
    compressed.set(key, done);
    return done;
  }

  routes.get('/static/:name', async (c, next) => {
    const name = c.req.param('name');
    const asset = assets.get(name);
    if (!asset) return next();
    c.header('Content-Type', asset.type);
    c.header('Cache-Control', 'public, max-age=31536000, immutable');
    c.header('Vary', 'Accept-Encoding');
    const wanted = accepts(c, {
      header: 'Accept-Encoding',
      supports: [...ENCODINGS],
      default: 'identity',
      // Browsers name all they take in no order: the best is ours to choose.
      match: (taken, { supports, default: plain }) =>
        supports.find((one) => taken.some(({ type, q }) => type.toLowerCase() === one && q > 0)) ?? plain,
    });
    const encoding = ENCODINGS.find((one) => one === wanted);
    if (!encoding) return c.body(asset.body);
    c.header('Content-Encoding', encoding);
    return c.body(await compress(name, asset.body, encoding));
  });
  return routes;
}
