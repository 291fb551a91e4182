/** The person behind a request: a browser by its cookie, other clients by address. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDLESS, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

const personOf = async (id: string) => (await app.playground.runs.get(id))?.person ?? '';
const cookieOf = (response: Response) => response.headers.get('set-cookie');

/** A person and a signature. */
const SIGNED = /^person=[\w-]{21}\.[\w%]{40,};/;

describe('person', () => {
  it('person: a browser gets a random cookie once, which no script can read', async () => {
    const browser = app.newBrowser();
    const cookie = cookieOf(await browser.get('/'));
    expect(cookie).toMatch(SIGNED);
    expect(cookie).toMatch(/; HttpOnly/i);
    expect(cookie).toMatch(/; SameSite=Lax/i);
    expect(cookie).toMatch(/; Path=\//i);
    expect(cookie).not.toMatch(/; Secure/i);
    expect(cookieOf(await browser.get('/'))).toBeNull();
    expect(cookieOf(await app.newBrowser().get('/'))).not.toBe(cookie);
  });

  it('person: over TLS the cookie is Secure', async () => {
    const response = await app.request('https://localhost/');
    expect(cookieOf(response)).toMatch(/; Secure/i);
  });

  it('person: a browser owns its runs, from its first form on', async () => {
    const browser = app.newBrowser();
    const response = await browser.submit('/runs', {
      modes: ['sequential'],
      jobs: '1',
      minSeconds: '0',
      maxSeconds: '0',
    });
    const cookie = cookieOf(response)?.split(';')[0];
    const id = response.headers.get('location')?.split('/').at(-1) ?? '';
    expect(cookie?.split('.')[0]).toBe(`person=${await personOf(id)}`);
    expect(await (await browser.get('/runs')).text()).toContain(`/runs/${id}`);
  });

  it('person: a program is identified by its address, and gets no cookie', async () => {
    const here = app.program('192.0.2.1');
    const response = await here.sendJson('/api/runs', ENDLESS);
    expect(cookieOf(response)).toBeNull();
    const { id } = await response.json();
    expect(await personOf(id)).toBe('at 192.0.2.1');
    expect((await app.program('192.0.2.2').submit(`/runs/${id}/cancel`)).status).toBe(403);
    expect((await here.submit(`/runs/${id}/cancel`)).status).toBe(204);
  });

  it('person: behind a trusted proxy, the address that the proxy saw; otherwise the header is ignored', async () => {
    const spoofed = { 'X-Forwarded-For': '203.0.113.9, 198.51.100.7', 'X-Forwarded-Proto': 'https' };
    const proxied = await playgroundApp({ TRUST_PROXY: '1' });
    try {
      for (const [target, person] of [
        [proxied, 'at 198.51.100.7'],
        [app, 'at 192.0.2.4'],
      ] as const) {
        const { id } = await (await target.program('192.0.2.4').sendJson('/api/runs', QUICK, spoofed)).json();
        expect((await target.playground.runs.get(id))?.person).toBe(person);
      }
      expect(cookieOf(await proxied.newBrowser().get('/', spoofed))).toMatch(/; Secure/i);
    } finally {
      await proxied.close();
    }
  });

  it('person: behind a proxy on this machine that is not trusted, the address is unknown', async () => {
    const program = app.program('127.0.0.1');
    for (const name of ['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'Via']) {
      const id = await (await program.sendJson('/api/runs', QUICK, { [name]: '203.0.113.9' })).json();
      expect(await personOf(id.id)).toBe('at unknown');
    }
    expect(await personOf(await app.start(QUICK, program))).toBe('at 127.0.0.1');
  });

  it('person: an unsigned cookie of an earlier version counts if runs of it are kept, and gets signed', async () => {
    const person = 'an-old-browser-0123_z';
    const Cookie = `person=${person}`;
    const before = cookieOf(await app.newBrowser().get('/', { Cookie }));
    expect(before).toMatch(SIGNED);
    expect(before).not.toContain(person);
    const spec = (await app.playground.runs.get(await app.start(QUICK)))?.spec;
    if (!spec) throw new Error('The run is not there.');
    const { id } = await app.playground.runs.submit(spec, { person });
    await app.events(id);
    const browser = app.newBrowser();
    const response = await browser.get('/runs', { Cookie });
    expect(cookieOf(response)).toMatch(SIGNED);
    expect(cookieOf(response)).toContain(`person=${person}.`);
    expect(await response.text()).toContain(`/runs/${id}`);
    expect(await (await browser.get('/runs')).text()).toContain(`/runs/${id}`);
  });

  it.each([
    '',
    'at 192.0.2.1',
    'x',
    '"><script>',
    'a'.repeat(22),
    'a'.repeat(10_000),
    // Made up, with no signature, with a false one, and with that of another.
    'a'.repeat(21),
    `${'a'.repeat(21)}.${btoa('b'.repeat(32))}`,
    `${'a'.repeat(21)}.%`,
  ])('person: an invalid cookie (%s) is ignored, and replaced', async (value) => {
    const stranger = app.program('192.0.2.3');
    const Cookie = `person=${encodeURIComponent(value)}`;
    const id = await app.start(QUICK, {
      ...stranger,
      sendJson: (path, body) => stranger.sendJson(path, body, { Cookie }),
    });
    expect(await personOf(id)).toBe('at 192.0.2.3');
    expect(cookieOf(await stranger.get('/', { Cookie }))).toMatch(SIGNED);
  });

  it('person: the signature of one person is none of another', async () => {
    const cookie = cookieOf(await app.newBrowser().get('/'))?.split(';')[0] ?? '';
    const stranger = app.program('192.0.2.3');
    const Cookie = cookie.replace(/=[\w-]{21}/, `=${'a'.repeat(21)}`);
    expect(Cookie).not.toBe(cookie);
    const { id } = await (await stranger.sendJson('/api/runs', QUICK, { Cookie })).json();
    expect(await personOf(id)).toBe('at 192.0.2.3');
  });
});
