/** Every route says whether its response may be stored, and whether search engines may list it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPORT_PATH } from '../../server/routes/exports.ts';
import { READ_BY_EMBED } from '../../server/routes/other-sites.ts';
import { elements } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

const NEVER = 'no-store';
/** Stored by anyone, and asked for again before each use. */
const ASKED = 'no-cache';
/** The same, in the reader's own browser, which keeps what was typed into it. */
const OWN_FORM = 'private, no-cache';
const FOREVER = 'public, max-age=31536000, immutable';

/** What is said of a route's response to a request; `isListed`: search engines may list it. */
type Said = { path: string; cache: string; isListed?: true };

/** `ID` stands for a run, `FAMILY` for a family, `ASSET` for the page's style, `ROOM` and `TEACHER` for a room's code and key. */
const ROUTES: Record<string, Said> = {
  'GET /': { path: '/', cache: OWN_FORM, isListed: true },
  'GET /lessons/:slug': { path: '/lessons/join', cache: OWN_FORM, isListed: true },
  'GET /new': { path: '/new', cache: OWN_FORM },
  'GET /new/:file{program\\.(?:ts|py)}': { path: '/new/program.py', cache: ASKED },
  'GET /challenges': { path: '/challenges', cache: OWN_FORM, isListed: true },
  'GET /notebook': { path: '/notebook', cache: OWN_FORM, isListed: true },
  'GET /challenges/:slug': { path: '/challenges/lost-update', cache: OWN_FORM },
  // Their reader is in a room here, to which they lead.
  'GET /terms': { path: '/terms', cache: OWN_FORM, isListed: true },
  'GET /privacy': { path: '/privacy', cache: OWN_FORM, isListed: true },
  'GET /lessons/:slug/program.ts': { path: '/lessons/join/program.ts', cache: ASKED, isListed: true },
  'GET /lessons/:slug/program.py': { path: '/lessons/join/program.py', cache: ASKED, isListed: true },
  'GET /static/:name': { path: 'ASSET', cache: FOREVER, isListed: true },
  'GET /runs': { path: '/runs', cache: NEVER },
  'GET /runs/:id': { path: '/runs/ID', cache: NEVER },
  'GET /runs/:id/delete': { path: '/runs/ID/delete', cache: NEVER },
  'GET /runs/:id/embed': { path: '/runs/ID/embed', cache: NEVER },
  'GET /runs/:id/events': { path: '/runs/ID/events', cache: 'no-cache, no-transform' },
  'GET /runs/:id/qr.svg': { path: '/runs/ID/qr.svg', cache: ASKED },
  'GET /runs/:id/:file{source\\.(?:ts|py)}': { path: '/runs/ID/source.ts', cache: ASKED },
  'GET /runs/:id/:file{program\\.(?:mjs|ts|py)}': { path: '/runs/ID/program.mjs', cache: ASKED },
  'GET /runs/:file{[\\w-]+\\.(json|ndjson)}': { path: '/runs/ID.json', cache: ASKED },
  [`GET ${EXPORT_PATH}`]: { path: '/runs/ID.svg', cache: ASKED },
  'GET /families/:id': { path: '/families/FAMILY', cache: NEVER },
  'GET /families/:id/delete': { path: '/families/FAMILY/delete', cache: NEVER },
  'GET /families/:id/figures': { path: '/families/FAMILY/figures', cache: NEVER },
  'GET /runs/:id/search': { path: '/runs/ID/search', cache: NEVER },
  'POST /families/:id/orders': { path: '/families/FAMILY/orders', cache: NEVER },
  'GET /families/:file{[\\w-]+\\.json}': { path: '/families/FAMILY.json', cache: ASKED },
  'POST /games': { path: '/games', cache: NEVER },
  'GET /games': { path: '/games', cache: NEVER },
  'GET /games/:id': { path: '/games/none', cache: NEVER },
  ...Object.fromEntries(
    ['pick', 'undo', 'again', 'rest', 'save'].map((what) => [
      `POST /games/:id/${what}`,
      { path: `/games/none/${what}`, cache: NEVER },
    ]),
  ),
  'GET /compare': { path: '/compare?a=ID&b=ID', cache: NEVER },
  'GET /expected': { path: '/expected?jobs=2', cache: NEVER },
  'GET /healthz': { path: '/healthz', cache: NEVER },
  'GET /metrics': { path: '/metrics', cache: NEVER },
  'GET /readyz': { path: '/readyz', cache: NEVER },
  'POST /runs': { path: '/runs', cache: NEVER },
  'POST /api/runs': { path: '/api/runs', cache: NEVER },
  'POST /hints': { path: '/hints', cache: NEVER },
  'POST /runs/:id/fork': { path: '/runs/ID/fork', cache: NEVER },
  'POST /runs/:id/report': { path: '/runs/ID/report', cache: NEVER },
  'POST /runs/:id/cancel': { path: '/runs/ID/cancel', cache: NEVER },
  'POST /families/:id/cancel': { path: '/families/FAMILY/cancel', cache: NEVER },
  'POST /families/:id/delete': { path: '/families/FAMILY/delete', cache: NEVER },
  'POST /runs/:id/delete': { path: '/runs/ID/delete', cache: NEVER },
  ...Object.fromEntries(
    [
      ...[
        'GET /rooms',
        'GET /rooms/new',
        'GET /rooms/:code',
        'GET /rooms/:code/wall',
        'GET /rooms/:code/qr.svg',
      ],
      ...[
        'GET /rooms/:code/me',
        'GET /rooms/:code/bar',
        'GET /rooms/:code/teach',
        'GET /rooms/:code/teach/part',
      ],
      ...[
        'GET /rooms/:code/answers.csv',
        'GET /rooms/:code/export.zip',
        'GET /rooms/:code/export.html',
        'POST /rooms',
        'POST /rooms/:code/join',
        'POST /rooms/:code/device',
      ],
      ...['POST /rooms/:code/me', 'POST /rooms/:code/hand', 'POST /rooms/:code/answer'],
      ...[
        'POST /rooms/:code/explain',
        'POST /rooms/:code/round',
        'POST /rooms/:code/lesson',
        'POST /rooms/:code/spotlight',
      ],
      ...[
        'POST /rooms/:code/stop',
        'POST /rooms/:code/lock',
        'POST /rooms/:code/cores',
        'POST /rooms/:code/close',
        'POST /rooms/:code/keep',
        'POST /rooms/:code/refused',
        'GET /rooms/:code/teach/runs/:id',
        'GET /rooms/:code/teach/runs/:id/bar',
        'POST /rooms/:code/look',
        'POST /rooms/:code/beside',
        'POST /rooms/:code/members/:number/hand',
      ],
      ...['GET /rooms/:code/program', 'POST /rooms/:code/program', 'GET /rooms/:code/program.json'],
      ...['GET /rooms/:code/members/:number/program', 'GET /rooms/:code/ask', 'POST /rooms/:code/ask'],
      ...['POST /rooms/:code/members/:number', 'POST /rooms/:code/explanations/:number'],
    ].map((route) => [
      route,
      {
        path: `${route.replace(/^\w+ /, '').replace(':code', 'ROOM').replace(':number', '1').replace(':id', 'ID')}?key=TEACHER`,
        cache: NEVER,
      },
    ]),
  ),
  'GET /rooms/:code': { path: '/rooms/ROOM', cache: OWN_FORM },
  'GET /rooms/:code/lessons/:slug': { path: '/rooms/ROOM/lessons/join', cache: OWN_FORM },
  'GET /rooms/:code/rules': { path: '/rooms/ROOM/rules?key=TEACHER', cache: NEVER },
  'POST /rooms/:code/rules': { path: '/rooms/ROOM/rules?key=TEACHER', cache: NEVER },
  'GET /rooms/:code/events': { path: '/rooms/ROOM/events?key=TEACHER', cache: 'no-cache, no-transform' },
  'GET /rooms/:code/news': { path: '/rooms/ROOM/news?key=TEACHER', cache: 'no-cache, no-transform' },
  'POST /rooms/:code/end': { path: '/rooms/ROOM/end?key=TEACHER', cache: NEVER },
};

let app: PlaygroundApp;
let owner: Client;
let names: Record<string, string>;
beforeAll(async () => {
  app = await playgroundApp();
  owner = await app.browser();
  const id = await app.start(QUICK, owner);
  await app.events(id);
  const family = await (await owner.sendJson('/api/runs', { ...QUICK, repeat: 2 })).json();
  const page = await (await owner.get('/terms')).text();
  const style = elements(page, 'link').find(({ attributes }) => attributes.rel === 'stylesheet');
  const { code, teacherKey } = await app.playground.rooms.create('join');
  await owner.submit(`/rooms/${code}/join`, { name: 'Ann' });
  names = { ID: id, FAMILY: family.id, ASSET: style?.attributes.href ?? '', ROOM: code, TEACHER: teacherKey };
  // Its figures are those of an ended family.
  await app.events(String(family.runs[0]).replace('/runs/', ''));
});
afterAll(() => app.close());

const pathOf = (path: string) =>
  path.replaceAll(/ID|FAMILY|ASSET|ROOM|TEACHER/g, (name) => names[name] ?? '');

function said({ headers }: Response) {
  return { cache: headers.get('cache-control'), robots: headers.get('x-robots-tag') };
}

describe('what may be stored and listed', () => {
  it('every route is in the table', () => {
    const shared = READ_BY_EMBED.flatMap((path) => ['GET', 'HEAD', 'OPTIONS'].map((one) => `${one} ${path}`));
    const others = app.routes.filter((route) => !shared.includes(route) || route in ROUTES);
    expect([...new Set(others)].sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it('errors are never stored, whatever the route says of its responses', async () => {
    const wrong = [
      '/nothing',
      '/lessons/nothing',
      '/runs/nothing.svg',
      '/runs/nothing',
      '/static/nothing.js',
      // Off unless METRICS_TOKEN is set.
      '/metrics',
    ];
    for (const path of wrong) {
      const response = await owner.get(path);
      expect([path, response.status, said(response).cache]).toEqual([path, 404, NEVER]);
    }
    const form = await owner.submit('/runs', { lesson: 'join', jobs: 'many' });
    expect([form.status, said(form).cache]).toEqual([422, NEVER]);
  });

  it('what is not public sets no cookie that a shared cache would keep', async () => {
    for (const { path } of Object.values(ROUTES)) {
      const { headers } = await app.newBrowser().get(pathOf(path));
      if (headers.has('set-cookie'))
        expect([path, headers.get('cache-control')]).toEqual([
          path,
          expect.stringMatching(/private|no-store/),
        ]);
    }
  });

  it('a form with the program of a run is not listed, and neither are pages about runs', async () => {
    const robotsOf = async (path: string) =>
      elements(await (await owner.get(pathOf(path))).text(), 'meta').find(
        ({ attributes: { name } }) => name === 'robots',
      )?.attributes.content;
    for (const path of ['/?from=ID', '/runs', '/compare', '/families/FAMILY'])
      expect([path, await robotsOf(path)]).toEqual([path, 'noindex']);
    expect(said(await owner.get(pathOf('/?from=ID'))).robots).toBe('noindex');
    expect(await robotsOf('/lessons/join')).toBeUndefined();
  });

  // Last, because it also deletes.
  it.each(Object.entries(ROUTES))('%s', async (route, { path, cache, isListed = false }) => {
    const send = route.startsWith('POST') ? owner.submit : owner.get;
    const response = await send(pathOf(path));
    expect(response.status, path).toBeLessThan(500);
    expect(said(response)).toEqual({ cache, robots: isListed ? null : 'noindex' });
    if (route.startsWith('POST') || !response.headers.get('content-type')?.includes('html')) return;
    const robots = elements(await response.text(), 'meta').find(
      ({ attributes: { name } }) => name === 'robots',
    );
    if (isListed) expect(robots).toBeUndefined();
  });
});
