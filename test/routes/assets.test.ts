/** The page's script and styles: compressed as accepted, cached for ever, under names that change with the content. */
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elements } from '../markup.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
let script: string;
let style: string;
beforeAll(async () => {
  app = await playgroundApp();
  const html = await (await app.newBrowser().get('/')).text();
  script = elements(html, 'script')[0]?.attributes.src ?? '';
  style =
    elements(html, 'link').find(({ attributes }) => attributes.rel === 'stylesheet')?.attributes.href ?? '';
});
afterAll(() => app.close());

const get = (path: string, encoding?: string) =>
  app.request(path, encoding === undefined ? {} : { headers: { 'Accept-Encoding': encoding } });

describe('GET /static/:name', () => {
  it('assets: everything that the page refers to exists, has its type, and may be cached for ever', async () => {
    for (const [path, type] of [
      [script, 'text/javascript'],
      [style, 'text/css'],
    ] as const) {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(path).toMatch(/-[A-Z0-9]{8}\.(js|css)$/);
      expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect((await response.text()).length).toBeGreaterThan(100);
    }
  });

  it('assets: the page of a run refers to what its timelines need, a page without one does not', async () => {
    const preloads = async (path: string) =>
      elements(await (await app.newBrowser().get(path)).text(), 'link')
        .filter(({ attributes }) => attributes.rel === 'modulepreload')
        .map(({ attributes }) => attributes.href ?? '');
    expect(await preloads('/')).toEqual([]);
    const id = await app.start(QUICK);
    await app.events(id);
    for (const path of [`/runs/${id}`, `/runs/${id}/embed`]) {
      const named = await preloads(path);
      expect(named.length).toBeGreaterThan(0);
      for (const address of named) expect((await get(address)).status).toBe(200);
    }
  });

  it.each([
    ['br', zlib.brotliDecompressSync],
    ['gzip', zlib.gunzipSync],
  ] as const)('assets: as %s it is smaller, and the same when unpacked', async (encoding, unpack) => {
    const plain = Buffer.from(await (await get(script)).arrayBuffer());
    for (let time = 0; time < 2; time++) {
      const response = await get(script, encoding);
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(response.headers.get('vary')).toMatch(/accept-encoding/i);
      const packed = Buffer.from(await response.arrayBuffer());
      expect(packed.length).toBeLessThan(plain.length);
      expect(unpack(packed).equals(plain)).toBe(true);
    }
  });

  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['GZIP;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', null],
    ['gzip;q=0', null],
    ['br;q=0, gzip;q=0', null],
    ['', null],
  ])('assets: with Accept-Encoding "%s" it is sent as %s', async (accepted, encoding) => {
    const response = await get(style, accepted);
    expect(response.headers.get('content-encoding')).toBe(encoding);
    await response.body?.cancel();
  });

  it('assets: a missing asset is 404, and no other files can be reached', async () => {
    for (const name of ['nothing.js', '..%2f..%2fpackage.json', '../package.json', '__proto__', '']) {
      expect((await get(`/static/${name}`)).status, name).toBe(404);
    }
  });
});
