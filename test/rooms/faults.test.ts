/** What goes wrong in a class, on one server: locks, clocks, guesses, two teachers, two rooms, and names. */
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { cleanName } from '../../server/rooms/member-names.ts';
import { Rooms } from '../../server/rooms/rooms.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { elements } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { hold, WRITER } from '../store/lock-holder.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

type Opened = { code: string; key: string; teach(path: string): string };
let teacher: Client;
let room: Opened;
beforeEach(async () => {
  teacher = await app.browser('192.0.2.9');
  room = await opened();
});

async function opened(): Promise<Opened> {
  const location = (await teacher.submit('/rooms', { lesson: 'join' })).headers.get('location') ?? '';
  const code = location.slice('/rooms/'.length, '/rooms/'.length + 4);
  const key = app.playground.rooms.byCode(code)?.key ?? '';
  return { code, key, teach: (part) => location.replace('teach', part) };
}

async function enter(name: string, { code } = room, client?: Client): Promise<Client> {
  const entering = client ?? (await app.browser());
  expect((await entering.submit(`/rooms/${code}/join`, { name })).status).toBe(303);
  return entering;
}

const found = ({ code } = room) => app.playground.rooms.byCode(code);
const names = (of = room) => found(of)?.members.map(({ name }) => name);
const runIn = async (client: Client, { code } = room) => {
  const form = { ...QUICK, jobs: '1', minSeconds: '0', maxSeconds: '0', room: code };
  const location = (await client.submit('/runs', form)).headers.get('location') ?? '';
  const run = /\/runs\/([\w-]+)/.exec(location)?.[1] ?? '';
  await app.events(run);
  return run;
};

it('a lock that a backup holds for long: what is read is there, what is written waits, and then is refused in words', async () => {
  const ann = await enter('Ann');
  await teacher.submit(room.teach('round'), { lesson: 'join' });
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const release = await hold(path.join(app.folder, 'playground.db'), WRITER);
  const bob = await app.browser();
  const writes = [
    ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '0' }),
    ann.submit(`/rooms/${room.code}/hand`, { up: '1' }),
    bob.submit(`/rooms/${room.code}/join`, { name: 'Bob' }),
    teacher.submit(room.teach('spotlight'), { member: '1' }),
    teacher.submit('/rooms', { lesson: 'join' }),
  ];
  for (const page of ['', '/bar', '/wall'])
    expect((await ann.get(`/rooms/${room.code}${page}`)).status).toBe(200);
  for (const answer of await Promise.all(writes)) {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect(await answer.text()).toContain('database');
  }
  await release();
  // Nothing is half done.
  expect(names()).toEqual(['Ann']);
  expect(found()?.members[0]?.handAt).toBeNull();
  expect(found()?.answers.choiceOf(1, 1, 1)).toBeNull();
  await vi.waitUntil(async () => (await app.request('/healthz')).status === 200, 20_000);
  await enter('Bob', room, bob);
  expect(names()).toEqual(['Ann', 'Bob']);
  vi.restoreAllMocks();
});

it('a clock that is set back: the room goes on, the latest run stays the latest, and a device’s code ends in time', async () => {
  const ann = await enter('Ann');
  const first = await runIn(ann);
  const page = await (await ann.submit(`/rooms/${room.code}/me`, { do: 'move' })).text();
  const device = elements(page, 'b').find(({ attributes }) => attributes.class === 'device-code')?.text ?? '';
  const later = performance.now() + 6 * 60_000;
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 86_400_000);
  const bob = await enter('Bob');
  const second = await runIn(ann);
  expect(second).not.toBe(first);
  expect(found()?.member(1)?.run).toBe(second);
  const store = new SqliteStore(app.folder);
  const again = (await Rooms.open(store.rooms)).byCode(room.code);
  expect(again?.members.map(({ name, run }) => [name, run])).toEqual([
    ['Ann', second],
    ['Bob', null],
  ]);
  await store.close();
  expect((await bob.get(`/rooms/${room.code}/wall`)).status).toBe(200);
  // Nothing else happens by this clock meanwhile.
  const timer = vi.spyOn(performance, 'now').mockReturnValue(later);
  const taken = await found()?.takeOver(device, 'another device');
  timer.mockRestore();
  expect(taken).toBeNull();
  expect(await found()?.takeOver(device, 'another device')).toMatchObject({ name: 'Ann' });
  clock.mockRestore();
});

it('no address of a room tells a stranger whether there is one: only those that count guesses do', async () => {
  const missing = 'ZZZZ';
  const stranger = await app.browser('203.0.113.5');
  const counted = /^(GET \/rooms\/:code|POST \/rooms\/:code\/(join|device))$/;
  const routes = new Set(app.routes.filter((one) => one.includes('/rooms/:code') && !counted.test(one)));
  expect(routes.size).toBeGreaterThan(15);
  for (const route of routes) {
    const [method, address = ''] = route.split(' ');
    const ask = async (code: string) => {
      const at = address.replace(':code', code).replace(/:\w+/g, '1');
      const answer = method === 'GET' ? await stranger.get(at) : await stranger.submit(at, { code: 'x' });
      const text = (await answer.text()).replaceAll(code, 'CODE');
      return { route, status: answer.status, location: answer.headers.get('location'), text };
    };
    expect(await ask(room.code)).toEqual(await ask(missing));
  }
});

it('two teachers at once: one member is removed once, one room ends once, and neither sees a failure', async () => {
  await enter('Ann');
  const second = await app.browser('192.0.2.10');
  const both = (part: string, fields: Record<string, string> = {}) =>
    Promise.all([teacher, second].map(async (one) => (await one.submit(room.teach(part), fields)).status));
  await both('round', { lesson: 'join', after: '0' });
  expect(found()?.state.rounds).toHaveLength(1);
  expect(await both('spotlight', { member: '1' })).toEqual([303, 303]);
  expect(await both('members/1', { do: 'remove' })).toEqual([303, 303]);
  expect(names()).toEqual([]);
  expect(found()?.state.spotlight).toBeNull();
  expect(await both('members/1', { do: 'rename', name: 'Gone' })).toEqual([303, 303]);
  for (const status of await both('end')) expect([303, 404]).toContain(status);
  expect(found()).toBeNull();
  expect(await both('end')).toEqual([404, 404]);
});

it('a learner in two rooms: names, runs, answers and hands are those of each, and leaving one is not leaving the other', async () => {
  const other = await opened();
  const ann = await enter('Ann');
  await enter('Another name', other, ann);
  for (const one of [room, other]) await teacher.submit(one.teach('round'), { lesson: 'join' });
  const run = await runIn(ann, other);
  await ann.submit(`/rooms/${other.code}/answer`, { round: '1', choice: '1' });
  await ann.submit(`/rooms/${room.code}/hand`, { up: '1' });
  expect(found()?.members).toMatchObject([{ name: 'Ann', run: null, handAt: expect.any(Number) }]);
  expect(found(other)?.members).toMatchObject([{ name: 'Another name', run, handAt: null }]);
  expect(found()?.answers.choiceOf(1, 1, 1)).toBeNull();
  const list = await (await ann.get('/rooms')).text();
  for (const { code } of [room, other]) expect(list).toContain(code);
  await ann.submit(`/rooms/${room.code}/me`, { do: 'leave' });
  expect(names()).toEqual([]);
  expect(names(other)).toEqual(['Another name']);
  // The form of a page of the room that was left is still open.
  await runIn(ann);
  expect(names()).toEqual([]);
});

const NAMES = {
  HTML: '<img src=x onerror=a()>',
  'an attribute': '" onfocus=alert(1) x="',
  'an entity': '&lt;b&gt; &amp;',
  script: '</script><script>x()//',
  'right to left': 'נועה محمد',
  'turned around': '\u202eevil\u202c',
  'an emoji': '👩‍👩‍👧',
  'half an emoji': `${'x'.repeat(23)}👩‍👩‍👧`,
  'a formula': '=1+1',
  'a line': 'a\nb',
};
it.each(Object.entries(NAMES))(
  'a name that is %s is text on every page, and in the table',
  async (_, name) => {
    const client = await enter(name);
    const kept = names()?.[0] ?? '';
    expect(kept).toBe(cleanName(name));
    expect([...kept].length).toBeGreaterThan(0);
    expect([...new Intl.Segmenter('en').segment(kept)].length).toBeLessThanOrEqual(24);
    await teacher.submit(room.teach('round'), { lesson: 'join' });
    await client.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '0' });
    await client.submit(`/rooms/${room.code}/hand`, { up: '1' });
    const escaped = kept
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;');
    const pages = await Promise.all([
      client.get(`/rooms/${room.code}`),
      client.get(`/rooms/${room.code}/me`),
      client.get(`/rooms/${room.code}/wall`),
      client.get('/rooms'),
      teacher.get(room.teach('teach')),
    ]);
    for (const page of pages) {
      const html = await page.text();
      expect(html).toContain(escaped);
      if (escaped !== kept) expect(html).not.toContain(kept);
    }
    const csv = await (await teacher.get(room.teach('answers.csv'))).text();
    expect(csv.split('\r\n')).toHaveLength(3);
    expect(csv).not.toMatch(/[,;]=/);
  },
);

it('names that are somebody else’s, or nothing: each is told from all others', async () => {
  for (const name of ['Ann', 'ann', ' A n n', 'An\u200dn', '', '   ', '\u3164']) await enter(name);
  // With a Cyrillic letter, it only looks like hers.
  const lookalike = await app.browser();
  const refused = await lookalike.submit(`/rooms/${room.code}/join`, { name: 'Аnn' });
  expect(refused.status).toBe(422);
  const all = names() ?? [];
  expect(all.slice(0, 3)).toEqual(['Ann', 'ann 2', 'A n n 3']);
  expect(new Set(all.map((name) => name.toLowerCase().replace(/[\s\u200d]/g, ''))).size).toBe(all.length);
  for (const name of all.slice(4)) expect(name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
});

// The last: codes then open no room on this server for some minutes.
it('1,000 guesses from 40 addresses: they find no room after 300, and lock nobody out who is in or has the link', async () => {
  const ann = await enter('Ann');
  const letters = 'ABCDEFGHJKLMNPRSTWXYZ';
  const codeOf = (n: number) => [0, 1, 2, 3].map((i) => letters[Math.floor(n / 21 ** i) % 21]).join('');
  const guessers = Array.from({ length: 40 }, (_, i) => app.newBrowser(`198.51.100.${i}`));
  const told: boolean[] = [];
  for (let n = 0; n < 1000; n++) {
    const guesser = guessers[n % guessers.length];
    const code = codeOf(n * 191);
    if (app.playground.rooms.byCode(code)) continue;
    const text = (await (await guesser?.get(`/rooms?code=${code}`))?.text()) ?? '';
    told.push(!text.includes('Too many wrong codes'));
  }
  const tried = told.filter(Boolean).length;
  expect(tried).toBeGreaterThanOrEqual(300);
  // What is forgotten meanwhile is one every two seconds.
  expect(tried).toBeLessThan(400);
  const neighbour = app.newBrowser('198.51.100.1');
  const shut = await neighbour.submit(`/rooms/${room.code}/join`, { name: 'Guessed' });
  expect([shut.status, await shut.text()]).toEqual([404, expect.stringContaining('Too many wrong codes')]);
  expect((await ann.get(`/rooms/${room.code}`)).status).toBe(200);
  const scanned = await neighbour.submit(`/rooms/${room.code}/join`, { name: 'Scanned', key: room.key });
  expect(scanned.status).toBe(303);
  expect(names()).toEqual(['Ann', 'Scanned']);
});
