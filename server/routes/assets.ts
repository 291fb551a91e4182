/** The page's script and styles, from memory, compressed once. Browsers cache them: names change with the content. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { Hono } from 'hono';
import { accepts } from 'hono/accepts';
import type { Asset } from '../programs/build.ts';

const encoders = { br: promisify(zlib.brotliCompress), gzip: promisify(zlib.gzip) };
/** In order of preference. */
const ENCODINGS = ['br', 'gzip'] as const;

/** Routes `GET /static/:name`. */
export function assetRoutes(assets: Map<string, Asset>): Hono {
  const routes = new Hono();
  const compressed = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  function compress(name: string, body: Asset['body'], encoding: (typeof ENCODINGS)[number]) {
    const key = `${encoding} ${name}`;
    const bytes = compressed.get(key) ?? encoders[encoding](body).then((buffer) => new Uint8Array(buffer));
    compressed.set(key, bytes);
    return bytes;
  }

  routes.get('/static/:name', async (c, next) => {
    const name = c.req.param('name');
    const asset = assets.get(name);
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
    return c.body(await compress(name, asset.body, encoding));
  });
  return routes;
}
