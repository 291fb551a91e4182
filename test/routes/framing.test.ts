/** Which sites may frame the pages, and the cookie that browsers send from there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../server/app.ts';
import { readSettings } from '../../server/settings.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
let id: string;
beforeAll(async () => {
  app = await playgroundApp();
  id = await app.start(QUICK);
  await app.events(id);
});
afterAll(() => app.close());

/** Returns the app with other settings. */
function appWith(env: Record<string, string>) {
  return createApp({ playground: { ...app.playground, settings: readSettings(env) } });
}

const LMS = "'self' https://lms.example";
const HTTPS = { PUBLIC_URL: 'https://school.example' };

describe('FRAME_ANCESTORS', () => {
  it.each([
    ['', "frame-ancestors 'self'", 'SAMEORIGIN'],
    ["'none'", "frame-ancestors 'none'", 'DENY'],
    [LMS, `frame-ancestors ${LMS}`, null],
    ['https://*.lms.example', 'frame-ancestors https://*.lms.example', null],
  ])('FRAME_ANCESTORS=%s: the policy of every page is %s', async (sites, policy, options) => {
    const framed = appWith({ FRAME_ANCESTORS: sites });
    for (const path of ['/', `/runs/${id}`, '/runs/nobody', '/terms', '/nothing']) {
      const { headers } = await framed.request(path, { headers: { Accept: 'text/html' } });
      expect(headers.get('content-security-policy')?.split('; '), path).toContain(policy);
      expect(headers.get('x-frame-options'), path).toBe(options);
    }
    const embed = await framed.request(`/runs/${id}/embed`);
    expect(embed.headers.get('content-security-policy')).toContain('frame-ancestors *');
    expect(embed.headers.get('x-frame-options')).toBeNull();
  });

  it.each([
    [{ ...HTTPS, FRAME_ANCESTORS: LMS }, /; Secure; SameSite=None; Partitioned$/],
    [{ ...HTTPS, FRAME_ANCESTORS: "'self'" }, /; Secure; SameSite=Lax$/],
    [{ ...HTTPS, FRAME_ANCESTORS: "'none'" }, /; Secure; SameSite=Lax$/],
    [{ FRAME_ANCESTORS: LMS }, /; HttpOnly; SameSite=Lax$/],
  ])('cookie: with %j it ends in %s', async (env, attributes) => {
    const response = await appWith(env).request('/');
    expect(response.headers.get('set-cookie')).toMatch(attributes);
  });
});

describe('what the page to embed reads', () => {
  it('sandbox: its files, its stream and its log may be read without an origin, and nothing else', async () => {
    const embed = await (await app.request(`/runs/${id}/embed`)).text();
    const files = [...embed.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(files.length).toBeGreaterThan(2);
    const read = [...files, `/runs/${id}/events`, `/runs/${id}.ndjson?after=1`];
    for (const path of read) {
      const { status, headers } = await app.request(path, { headers: { Origin: 'null' } });
      expect([status, headers.get('access-control-allow-origin')], path).toEqual([200, '*']);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
    for (const path of files) {
      const { headers } = await app.request(path);
      expect(headers.get('cross-origin-resource-policy'), path).toBe('cross-origin');
    }
    for (const path of ['/', `/runs/${id}`, `/runs/${id}.json`, '/runs', '/healthz', `/runs/${id}/embed`]) {
      const { headers } = await app.request(path, { headers: { Origin: 'null' } });
      expect(headers.get('access-control-allow-origin'), path).toBeNull();
    }
  });
});
