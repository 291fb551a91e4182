/** By which names the server answers, whose forms it takes, and what of a proxy's headers it believes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../server/app.ts';
import { forwarded } from '../../server/routes/forwarded.ts';
import { readSettings, SettingsError } from '../../server/settings.ts';
import { elements } from '../markup.ts';
import { encodeForm, type PlaygroundApp, playgroundApp } from '../playground-app.ts';

type Headers = Record<string, string>;

let shared: PlaygroundApp;
beforeAll(async () => {
  shared = await playgroundApp();
});
afterAll(() => shared.close());

/** Returns an app with other settings, and the same playground behind it. */
function appWith(env: Headers) {
  const { DATA_DIR, READY } = shared.playground.settings;
  const settings = { ...readSettings(env), DATA_DIR, READY };
  return createApp({ playground: { ...shared.playground, settings } });
}

/** Submits a form without a job to a server of that host: 422 if it is taken, and no run. */
function post(env: Headers, host: string, headers: Headers) {
  return appWith(env).request(`http://${host}/runs`, {
    method: 'POST',
    body: encodeForm({ jobs: 'none' }),
    headers: { Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
  });
}
const WIDE = { HOST: '0.0.0.0' };

describe('forms', () => {
  it.each<[string, Headers, string, Headers]>([
    [
      'the page of a plain name, without Sec-Fetch-Site',
      WIDE,
      'laptop.lan:8080',
      { Origin: 'http://laptop.lan:8080' },
    ],
    ['behind TLS, of which the server does not know', WIDE, 'laptop.lan', { Origin: 'https://laptop.lan' }],
    [
      'the scheme’s own port, named in one place only',
      WIDE,
      'laptop.lan:443',
      { Origin: 'https://laptop.lan' },
    ],
    [
      'the browser’s own word',
      {},
      '127.0.0.1:8080',
      { Origin: 'https://a.example', 'Sec-Fetch-Site': 'same-origin' },
    ],
    ['a program', {}, '127.0.0.1:8080', {}],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://school.lan' }, '127.0.0.1:8080', { Origin: 'http://school.lan' }],
    [
      'PUBLIC_URL with a port',
      { PUBLIC_URL: 'https://school.lan:8443/play' },
      '127.0.0.1:8080',
      { Origin: 'https://school.lan:8443' },
    ],
    [
      'the server’s own address beside it',
      { PUBLIC_URL: 'https://school.lan' },
      '192.0.2.7:8080',
      { Origin: 'http://192.0.2.7:8080' },
    ],
    [
      'a trusted proxy’s host',
      { TRUST_PROXY: '1' },
      '127.0.0.1:8080',
      { Origin: 'https://school.lan:8443', 'X-Forwarded-Host': 'evil.example, school.lan:8443' },
    ],
  ])('forms: taken from %s', async (_, env, host, headers) => {
    expect((await post(env, host, headers)).status).toBe(422);
  });

  it.each<[string, Headers, Headers, string]>([
    [
      'another site',
      {},
      { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
      'of another site',
    ],
    [
      'another site that claims our origin',
      {},
      { Origin: 'http://127.0.0.1:8080', 'Sec-Fetch-Site': 'cross-site' },
      'of another site',
    ],
    [
      'an address that no setting names',
      {},
      { Origin: 'http://school.lan' },
      'set PUBLIC_URL=http://school.lan.',
    ],
    [
      'another port',
      { PUBLIC_URL: 'https://school.lan' },
      { Origin: 'https://school.lan:8443' },
      'set PUBLIC_URL=https://school.lan:8443.',
    ],
    [
      'another name, below the same prefix',
      { PUBLIC_URL: 'https://school.lan/play' },
      { Origin: 'http://school.example' },
      'set PUBLIC_URL=http://school.example/play.',
    ],
    ['a sibling', {}, { Origin: 'http://a.school.lan', 'Sec-Fetch-Site': 'same-site' }, 'PUBLIC_URL='],
    [
      'a page in a sandbox',
      {},
      { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
      'in a sandboxed frame, open it in its own tab.',
    ],
    ['a page that hides its origin', {}, { Origin: 'null' }, 'Referrer-Policy'],
    [
      'an untrusted X-Forwarded-Host',
      {},
      { Origin: 'http://school.lan', 'X-Forwarded-Host': 'school.lan' },
      'PUBLIC_URL=',
    ],
    [
      'a client’s own X-Forwarded-Host',
      { TRUST_PROXY: '1' },
      { Origin: 'http://evil.lan', 'X-Forwarded-Host': 'evil.lan, school.lan' },
      'PUBLIC_URL=',
    ],
  ])('forms: refused from %s, with words', async (_, env, headers, words) => {
    const page = await post(env, '127.0.0.1:8080', headers);
    expect(page.status).toBe(403);
    expect(
      elements(await page.text(), 'p')
        .map(({ text }) => text)
        .join('\n'),
    ).toContain(words);
    const htmx = await post(env, '127.0.0.1:8080', { ...headers, 'HX-Request': 'true' });
    expect(htmx.status).toBe(403);
    expect(htmx.headers.get('hx-retarget')).toBe('#form-message');
    expect(await htmx.text()).toContain(words);
    const json = await post(env, '127.0.0.1:8080', { ...headers, Accept: '*/*' });
    expect(json.status).toBe(403);
    expect((await json.json()).title).toContain(words);
  });
});

describe('hosts', () => {
  const get = async (env: Headers, host: string, path = '/terms') =>
    appWith(env).request(`http://${host}${path}`, { headers: { Accept: 'text/html', Host: host } });

  it.each<[string, Headers, string[]]>([
    [
      'its own',
      {},
      [
        'localhost',
        'LOCALHOST:8080',
        'localhost.',
        'a.localhost',
        '127.0.0.1:8080',
        '[::1]:8080',
        '192.0.2.7',
        '127.1',
      ],
    ],
    [
      'PUBLIC_URL',
      { PUBLIC_URL: 'https://School.example:8443/play' },
      ['school.example:8443', 'school.example', '127.0.0.1'],
    ],
    [
      'ALLOWED_HOSTS',
      { ALLOWED_HOSTS: 'playground.lan .school.example' },
      ['playground.lan:8080', 'a.b.school.example', 'school.example'],
    ],
    [
      'names with a dot at their end',
      { PUBLIC_URL: 'https://school.example.', ALLOWED_HOSTS: 'playground.lan. .a.example.' },
      ['school.example', 'school.example.', 'playground.lan', 'playground.lan.:8080', 'b.a.example'],
    ],
    ['the name that it listens on', { HOST: 'Laptop' }, ['laptop:8080', '127.0.0.1']],
    ['any where it listens wider', WIDE, ['evil.example', 'laptop.lan:8080']],
    ['any where it listens on an address of the network', { HOST: '192.0.2.7' }, ['laptop.lan']],
  ])('hosts: %s', async (_, env, hosts) => {
    for (const host of hosts) expect((await get(env, host)).status, host).toBe(200);
  });

  it.each<[Headers, string[]]>([
    [
      {},
      [
        'evil.example',
        'evil.example:8080',
        'localhost.evil.example',
        '127.0.0.1.evil.example',
        'notlocalhost',
      ],
    ],
    [{ HOST: '127.0.0.2' }, ['evil.example']],
    [{ HOST: '::1' }, ['evil.example']],
    [{ HOST: 'localhost' }, ['evil.example']],
    [{ HOST: 'laptop' }, ['evil.example']],
    [{ ALLOWED_HOSTS: 'playground.lan' }, ['a.playground.lan', 'playground.lan.evil.example']],
    [{ PUBLIC_URL: 'https://school.example', TRUST_PROXY: '1' }, ['evil.example']],
  ])(
    'hosts: with %j, loopback only, other names are refused, and the page names the setting',
    async (env, hosts) => {
      for (const host of hosts) {
        const name = host.replace(/:\d+$/, '');
        for (const path of ['/', '/runs', '/healthz', '/runs/x/events']) {
          const response = await get(env, host, path);
          expect(response.status, host + path).toBe(403);
          expect(await response.text()).toContain(`set ALLOWED_HOSTS=${name}.`);
        }
        const run = await post(env, host, { Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-origin' });
        expect(run.status).toBe(403);
      }
      const [style = ''] = elements(await (await get(env, 'evil.example')).text(), 'link').flatMap(
        ({ attributes }) => (attributes.rel === 'stylesheet' ? (attributes.href ?? '') : []),
      );
      expect((await get(env, 'evil.example', style)).status).toBe(200);
    },
  );
});

describe('forwarded', () => {
  const values = (proxies: number, header?: string) => {
    const context = { req: { header: () => header } };
    return forwarded(context as never, 'for', proxies);
  };

  it.each([
    [0, 'a, b, c', undefined],
    [1, 'a, b, c', 'c'],
    [2, 'a, b, c', 'b'],
    [3, 'a,b ,c', 'a'],
    [4, 'a, b, c', 'a'],
    [1, '', undefined],
    [1, undefined, undefined],
    [2, 'a,, c', undefined],
  ])('forwarded: with %i trusted proxies, %j gives %j', (proxies, header, expected) => {
    expect(values(proxies, header)).toBe(expected);
  });
});

describe('the address of a client', () => {
  const NGINX = { 'X-Forwarded-For': '203.0.113.9' };
  it.each<[string, string, Headers, string]>([
    ['its connection', '192.0.2.1', {}, 'at 192.0.2.1'],
    ['its connection, whatever it claims', '192.0.2.1', NGINX, 'at 192.0.2.1'],
    ['none behind a proxy on this machine that no setting counts', '127.0.0.1', NGINX, 'at unknown'],
    ['none there on IPv6', '::ffff:127.0.0.1', { Via: '1.1 proxy' }, 'at unknown'],
  ])('address: %s', async (_, peer, headers, person) => {
    const response = await shared
      .program(peer)
      .sendJson('/api/runs', { modes: ['sequential'], jobs: 1, minSeconds: 0, maxSeconds: 0 }, headers);
    const { id } = await response.json();
    expect((await shared.playground.runs.get(id))?.person).toBe(person);
  });
});

describe('headers that browsers take from https and localhost only', () => {
  it.each([
    [{ 'Sec-Fetch-Site': 'none' }, 'same-origin', '?1'],
    [{}, null, null],
  ] as const)('headers: to a browser that sends %j', async (headers, opener, cluster) => {
    const response = await appWith({}).request('/', { headers });
    expect(response.headers.get('cross-origin-opener-policy')).toBe(opener);
    expect(response.headers.get('origin-agent-cluster')).toBe(cluster);
    expect(response.headers.get('referrer-policy')).toBe('same-origin');
  });
});

describe('the path of PUBLIC_URL', () => {
  it.each(['runs', 'static', 'lessons', 'api/runs'])(
    'PUBLIC_URL: /%s is refused: it is a path of the server',
    (path) => {
      expect(() => appWith({ PUBLIC_URL: `https://school.example/${path}` })).toThrow(SettingsError);
    },
  );

  it.each(['run', 'play/runs', 'runs/play', 'übung'])(
    'PUBLIC_URL: /%s is taken, stripped or not',
    async (path) => {
      const app = appWith({ PUBLIC_URL: `https://school.example/${path}/` });
      for (const begin of ['', `/${path}`, `/${encodeURI(path)}`])
        for (const page of ['/', '/runs', '/terms', '//terms'])
          expect((await app.request(`http://localhost${begin}${page}`)).status, begin + page).toBe(200);
    },
  );
});

describe('the cookie beside an https PUBLIC_URL', () => {
  it('cookie: not Secure where the page is opened by the server’s own http address', async () => {
    const env = { ...WIDE, PUBLIC_URL: 'https://school.example/play' };
    const submit = async (host: string, origin: string) => {
      const response = await appWith(env).request(`http://${host}/play/runs`, {
        method: 'POST',
        body: encodeForm({ modes: 'sequential', jobs: '1', minSeconds: '0', maxSeconds: '0' }),
        headers: { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' },
      });
      expect(response.status).toBe(303);
      return response.headers.get('set-cookie');
    };
    expect(await submit('192.0.2.7:8080', 'http://192.0.2.7:8080')).not.toMatch(/Secure/);
    expect(await submit('192.0.2.7:8080', 'https://school.example')).toMatch(/Secure/);
  });
});
