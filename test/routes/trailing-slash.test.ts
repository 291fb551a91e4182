/** Addresses that end in a slash: each page is found, and nothing leads to another site. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlaygroundApp, playgroundApp } from '../playground-app.ts';

const ORIGIN = 'https://school.example';

describe.each([
  ['no prefix', '', (path: string) => path],
  ['a prefix that the proxy strips', '/my%20play', (path: string) => path.slice('/my%20play'.length)],
  ['a prefix that the proxy passes on', '/my%20play', (path: string) => path],
])('%s', (_, prefix, passedOn) => {
  let app: PlaygroundApp;
  beforeAll(async () => {
    app = await playgroundApp(prefix === '' ? {} : { PUBLIC_URL: ORIGIN + prefix });
  });
  afterAll(() => app.close());

  const send = (path: string, method = 'GET') =>
    app.request(`http://127.0.0.1:8080${passedOn(prefix + path)}`, { method, redirect: 'manual' });

  it('slash: every page without a name in its address leads to the one without the slash', async () => {
    for (const page of [
      '/runs',
      '/terms',
      '/privacy',
      '/new',
      '/notebook',
      '/challenges',
      '/lessons/join',
      '/rooms/new',
    ]) {
      for (const method of ['GET', 'HEAD']) {
        const { status, headers } = await send(`${page}/?a=1&b=%2F`, method);
        expect([status, headers.get('location')], page).toEqual([308, `${prefix}${page}?a=1&b=%2F`]);
      }
      expect((await send(page)).status, page).toBe(200);
    }
    expect((await send('/runs///')).headers.get('location')).toBe(`${prefix}/runs`);
    expect((await send('/')).status).toBe(200);
  });

  it('slash: what is not a page of ours, and no form, is led anywhere', async () => {
    for (const path of [
      '//evil.example/',
      '///evil.example/',
      '/\\evil.example/',
      '/%2Fevil.example/',
      '/%5cevil.example/',
      '/.%2F/evil.example/',
      '/@evil.example/',
      '/runs/%0d%0aSet-Cookie:x/',
    ]) {
      const { headers } = await send(path);
      const location = headers.get('location');
      if (location === null) continue;
      const { origin, pathname } = new URL(location, ORIGIN);
      expect([origin, pathname.startsWith(`${prefix}/`)], path).toEqual([ORIGIN, true]);
      expect(location, path).not.toMatch(/^\/[/\\]/);
    }
    expect((await send('/runs/', 'POST')).headers.get('location')).toBeNull();
  });
});
