/**
 * PUBLIC_URL with a prefix, behind a proxy that strips it and one that passes it on: a walk over all pages, by every
 * address that they hold. None may leave the prefix.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elements } from '../markup.ts';
import { encodeForm, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

const ORIGIN = 'https://school.example';
const PREFIX = '/@me/my%20pl%C3%A4y';
const FORM = { ...QUICK, modes: [...QUICK.modes], jobs: '1', minSeconds: '0', maxSeconds: '0' };
/** How a proxy passes a path on. It sends the server's own host, as nginx does by default. */
const PROXIES = [
  ['strips', (path: string) => path.slice(PREFIX.length) || '/'],
  ['passes on', (path: string) => path],
] as const;

describe.each(PROXIES)('a prefix that the proxy %s', (_, passedOn) => {
  let app: PlaygroundApp;
  let ended: string;
  let live: string;
  let family: string;
  let cookie: string;
  /** Sends a request to the proxy, as a browser at the public address. */
  function send(address: string, init: RequestInit = {}) {
    const { pathname, search } = new URL(address, ORIGIN);
    const headers = { Cookie: cookie, Accept: 'text/html', Origin: ORIGIN, ...init.headers };
    return app.request(`http://127.0.0.1:8080${passedOn(pathname)}${search}`, { ...init, headers });
  }
  const post = (address: string, fields = {}, headers = {}) =>
    send(address, {
      method: 'POST',
      body: encodeForm(fields),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    });
  const idIn = (address: string | null) => /[\w-]{21}$/.exec(address ?? '')?.[0] ?? '';

  beforeAll(async () => {
    app = await playgroundApp({ PUBLIC_URL: `${ORIGIN}${PREFIX}/` });
    cookie = '';
    cookie = (await send(`${PREFIX}/`)).headers.get('set-cookie')?.split(';')[0] ?? '';
    const started = await Promise.all([
      post(`${PREFIX}/runs`, FORM),
      post(`${PREFIX}/runs`, { ...FORM, minSeconds: '59', maxSeconds: '60' }),
      post(`${PREFIX}/runs`, { ...FORM, repeat: '2' }),
    ]);
    [ended, live, family] = started.map(({ headers }) => idIn(headers.get('location'))) as [
      string,
      string,
      string,
    ];
    await app.events(ended);
  });
  afterAll(() => app.close());

  it('prefix: no address on any page leaves it, and each leads somewhere', async () => {
    const from = [
      '/',
      '',
      '/runs',
      '/terms',
      '/compare',
      '/nothing',
      '/lessons/nothing',
      '/healthz',
      '/api/runs',
      `/compare?a=${ended}&b=${live}`,
      `/compare?a=${ended}&b=nothing`,
      `/families/${family}`,
      `/families/${family}/figures`,
      `/runs/${ended}/embed`,
      `/?from=${ended}`,
      `/runs/${live}/embed`,
    ];
    const queue = from.map((path) => ({ address: `${PREFIX}${path}`, on: 'the test' }));
    const seen = new Map(queue.map((one) => [one.address, one.on]));
    const wrong: string[] = [];
    for (let one = queue.shift(); one; one = queue.shift()) {
      const response = await send(one.address);
      // Pages that are not there hold addresses too; what only takes a form is sent one below.
      const isMissing = /nothing|api\/runs$|\/cancel$/.test(one.address);
      if (response.status >= 400 && !isMissing) wrong.push(`${one.address} on ${one.on}: ${response.status}`);
      for (const address of await addressesIn(response)) {
        if (!`${address}/`.startsWith(`${PREFIX}/`)) wrong.push(`${address} on ${one.address}`);
        else if (!seen.has(address)) {
          seen.set(address, one.address);
          queue.push({ address, on: one.address });
        }
      }
    }
    expect(wrong).toEqual([]);
    // It has been everywhere.
    for (const path of [
      '/static/',
      `/runs/${ended}/qr.svg`,
      `/runs/${ended}/events`,
      `/runs/${ended}/program.py`,
      `/runs/${ended}.json`,
      '/lessons/join/program.ts',
      `/families/${family}.json`,
      `/runs/${live}/cancel`,
    ])
      expect([...seen.keys()].join('\n')).toContain(`${PREFIX}${path}`);
  });

  it('prefix: redirects, and what htmx and JSON are answered', async () => {
    const htmx = { 'HX-Request': 'true' };
    const json = { 'Content-Type': 'application/json' };
    const start = (fields: object) =>
      send(`${PREFIX}/api/runs`, {
        method: 'POST',
        body: JSON.stringify({ ...QUICK, ...fields }),
        headers: json,
      });
    const answers = {
      run: await post(`${PREFIX}/runs`, FORM),
      family: await post(`${PREFIX}/runs`, { ...FORM, repeat: '2' }),
      htmxRun: await post(`${PREFIX}/runs`, FORM, htmx),
      htmxFamily: await post(`${PREFIX}/runs`, { ...FORM, repeat: '2' }, htmx),
      refused: await post(`${PREFIX}/runs`, { ...FORM, jobs: 'x' }, htmx),
      cancel: await post(`${PREFIX}/runs/${live}/cancel`),
      cancelFamily: await post(`${PREFIX}/families/${family}/cancel`),
      fork: await post(`${PREFIX}/runs/${ended}/fork`),
      compare: await send(`${PREFIX}/compare?run=${ended}&run=${live}`),
      api: await start({}),
      apiFamily: await start({ repeat: 2 }),
      apiFigures: await send(`${PREFIX}/runs/${ended}.json`),
    };
    for (const [name, response] of Object.entries(answers)) {
      const found = await addressesIn(response);
      expect(found.length, name).toBeGreaterThan(0);
      for (const address of found) expect(`${name}: ${address}`).toContain(`${name}: ${PREFIX}/`);
    }
  });

  it('prefix: what leaves the page has the public address, also where the page is opened by the server’s own', async () => {
    for (const get of [send, (path: string) => app.request(`http://192.0.2.7:8080${path}`)]) {
      const page = await (await get(`${PREFIX}/runs/${ended}`)).text();
      const metas = elements(page, 'meta').map(({ attributes }) => attributes);
      const url = `${ORIGIN}${PREFIX}/runs/${ended}`;
      expect(metas.find(({ property }) => property === 'og:url')?.content).toBe(url);
      expect(metas.find(({ property }) => property === 'og:image')?.content).toBe(`${url}.png`);
      const fields = elements(page, 'input').map(({ attributes }) => attributes);
      expect(fields.find(({ id }) => id === 'embed-snippet')?.value).toContain(`src="${url}/embed"`);
      expect(page).toContain(`data-address="${url}"`);
      for (const file of ['program.mjs', 'program.ts', 'program.py'])
        expect(await (await get(`${PREFIX}/runs/${ended}/${file}`)).text()).toContain(`settings of ${url}\n`);
      expect(await (await get(`${PREFIX}/runs/${ended}.trace.json`)).text()).toContain(`"${url}"`);
    }
  });

  it('prefix: the cookie is for the prefix, and Secure', async () => {
    cookie = '';
    const set = (await send(`${PREFIX}/`)).headers.get('set-cookie');
    expect(set).toContain(`; Path=${PREFIX};`);
    expect(set).toMatch(/; Secure(;|$)/);
  });
});

/**
 * Returns the addresses of this server in a response, without fragments: in any attribute of any element, in headers,
 * in JSON and in style sheets.
 */
async function addressesIn(response: Response): Promise<string[]> {
  const type = response.headers.get('content-type') ?? '';
  const inHeaders = ['location', 'hx-redirect', 'hx-push-url', 'content-location', 'link'].flatMap(
    (name) => response.headers.get(name) ?? [],
  );
  if (type.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return inHeaders;
  }
  const text = await response.text();
  const inBody = /^text\/html/.test(type)
    ? elements(text).flatMap(({ attributes }) => Object.values(attributes))
    : /json/.test(type) && !/ndjson/.test(type)
      ? [...text.matchAll(/"(?:url|events|runs|id)":\s*\[?"([^"]*)"/g)].map(([, value = '']) => value)
      : /css/.test(type)
        ? [...text.matchAll(/url\(["']?([^"')]*)/g)].map(([, value = '']) => value)
        : [];
  return [...inHeaders, ...inBody]
    .map((value) => value.replace(ORIGIN, '').replace(/#.*/s, ''))
    .filter((value) => value.startsWith('/'));
}
