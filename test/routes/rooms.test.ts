/** Rooms over HTTP: opening, entering, names, another device, the wall's stream, and the end. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomNews, TileNews } from '../../server/figures/room-news.ts';
import type { Room } from '../../server/rooms/room.ts';
import { Rooms } from '../../server/rooms/rooms.ts';
import { roundNewsOf } from '../../server/routes/rounds.ts';
import { openDatabase } from '../../server/store/open-database.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { elements } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

/** The addresses of a room: `teach` and `wall` with their keys. */
type Opened = { code: string; teach: string; wall: string; key: string };
let teacher: Client;
let room: Opened;

/** Opens a room, and returns its addresses. */
async function opened(by: Client, lesson = 'join'): Promise<Opened> {
  const answer = await by.submit('/rooms', { lesson });
  expect(answer.status).toBe(303);
  const teach = answer.headers.get('location') ?? '';
  const code = /^\/rooms\/([A-Z]{4})\/teach\?key=/.exec(teach)?.[1] ?? '';
  const page = await (await by.get(teach)).text();
  const wall = /\/rooms\/[A-Z]{4}\/wall\?key=([\w-]+)/.exec(page);
  return { code, teach, wall: wall?.[0] ?? '', key: wall?.[1] ?? '' };
}

/** Lets a new browser in. */
async function learner(name: string, address?: string, showsName = false): Promise<Client> {
  const client = await app.browser(address);
  const fields = { name, ...(showsName && { showsName: '1' }) };
  const answer = await client.submit(`/rooms/${room.code}/join`, fields);
  expect(answer.headers.get('location')).toBe(`/rooms/${room.code}`);
  return client;
}

const form = (name: string, value: string) => ({
  ...QUICK,
  jobs: '1',
  minSeconds: '0',
  maxSeconds: '0',
  [name]: value,
});
const inputOf = (html: string, name: string) =>
  elements(html, 'input').find(({ attributes }) => attributes.name === name)?.attributes.value ?? null;
const names = () => app.playground.rooms.byCode(room.code)?.members.map(({ name }) => name);

beforeEach(async () => {
  teacher = await app.browser('192.0.2.9');
  room = await opened(teacher);
});

describe('a room', () => {
  it('POST /rooms: has a code, a wall, and a page to teach from; each key opens only its own', async () => {
    expect(room.wall).not.toBe('');
    const stranger = await app.browser();
    expect((await stranger.get(room.wall)).status).toBe(200);
    expect((await stranger.get(`/rooms/${room.code}/wall`)).status).toBe(404);
    expect((await stranger.get(`/rooms/${room.code}/wall?key=${'x'.repeat(21)}`)).status).toBe(404);
    expect((await stranger.get(`/rooms/${room.code}/events`)).status).toBe(404);
    expect((await stranger.get(`/rooms/${room.code}/qr.svg`)).status).toBe(404);
    expect((await stranger.get(`/rooms/${room.code}/teach?key=${room.key}`)).status).toBe(404);
    expect((await stranger.submit(`/rooms/${room.code}/end?key=${room.key}`)).status).toBe(404);
    expect(names()).toEqual([]);
  });

  it('GET /rooms: a code in any spelling leads there; a wrong one says so and keeps what was typed', async () => {
    const client = await app.browser('192.0.2.10');
    const found = await client.get(`/rooms?code=${room.code.toLowerCase()}`);
    expect([found.status, found.headers.get('location')]).toEqual([303, `/rooms/${room.code}`]);
    const missing = await client.get('/rooms?code=%3Cb%3E');
    expect(missing.status).toBe(422);
    const text = await missing.text();
    expect(inputOf(text, 'code')).toBe('<b>');
    expect(text).toContain('There is no room with this code.');
  });

  it('join: under a name, or one that is made up; a reload and another page find it again', async () => {
    const named = await learner('  Zoë  <i> ');
    const made = await learner('');
    expect(names()).toEqual(['Zoë <i>', expect.stringMatching(/^[A-Z][a-z]+ [A-Z][a-z]+$/)]);
    const page = await (await named.get(`/rooms/${room.code}`)).text();
    expect(page).toContain('you are <b><bdi>Zoë &lt;i&gt;</bdi></b>');
    expect(inputOf(page, 'room')).toBe(room.code);
    expect(inputOf(page, 'lesson')).toBe('join');
    expect(await (await made.get('/rooms')).text()).toContain(`/rooms/${room.code}`);
  });

  it('join: the same name again gets a number, and entering twice is one member', async () => {
    const ann = await learner('Ann');
    await learner('ann');
    expect(names()).toEqual(['Ann', 'ann 2']);
    await ann.submit(`/rooms/${room.code}/join`, { name: 'Anna' });
    expect(names()).toEqual(['Anna', 'ann 2']);
  });

  it('join: a name that is too long is refused at its field, by what a reader counts, and not cut', async () => {
    const bob = await learner('Bob');
    const other = await app.browser();
    const long = 'Wolfeschlegelsteinhausen-Bergerdorff';
    for (const [client, path] of [
      [other, 'join'],
      [bob, 'me'],
    ] as const) {
      const answer = await client.submit(`/rooms/${room.code}/${path}`, { name: long });
      expect(answer.status).toBe(422);
      const page = await answer.text();
      expect(inputOf(page, 'name')).toBe(long);
      expect(page).toContain('Use a name of at most 24 characters.');
    }
    // Each of these is one character to a reader, and eleven to the computer.
    const family = '👨‍👩‍👧‍👦'.repeat(24);
    expect((await other.submit(`/rooms/${room.code}/join`, { name: family })).status).toBe(303);
    expect((await bob.submit(`/rooms/${room.code}/me`, { name: ` ${'W'.repeat(24)} ` })).status).toBe(303);
  });

  it('join: a name with other letters that look like somebody’s is refused, and what was typed is kept', async () => {
    const bob = await learner('Bob');
    await learner('Anna');
    const fake = await app.browser();
    for (const [client, path] of [
      [fake, 'join'],
      [bob, 'me'],
    ] as const) {
      const answer = await client.submit(`/rooms/${room.code}/${path}`, { name: 'Аnna' });
      expect(answer.status).toBe(422);
      const page = await answer.text();
      expect(inputOf(page, 'name')).toBe('Аnna');
      expect(page).toContain('This name looks like that of somebody else in the room.');
    }
    const rename = room.teach.replace('teach', 'members/1');
    expect((await teacher.submit(rename, { do: 'rename', name: 'Аnna' })).status).toBe(422);
    expect(names()).toEqual(['Bob', 'Anna']);
  });

  it('a run made in the room is its member’s, on the page and on the wall; other runs are not', async () => {
    const ann = await learner('Ann');
    const answer = await ann.submit('/runs', form('room', room.code));
    const [path = ''] = (answer.headers.get('location') ?? '').split('?');
    const [member] = app.playground.rooms.byCode(room.code)?.members ?? [];
    expect(path).toBe(`/runs/${member?.run}`);
    await app.events(member?.run ?? '');
    expect(await (await ann.get(path)).text()).toContain('id="room-bar"');
    // Also on a wall without script.
    expect(await (await ann.get(`/rooms/${room.code}/wall`)).text()).toContain(`href="${path}"`);
    const stranger = await app.browser();
    expect(await (await stranger.get(path)).text()).not.toContain('id="room-bar"');
    // Somebody who is not in the room cannot put a run on its wall.
    await stranger.submit('/runs', form('room', room.code));
    expect(app.playground.rooms.byCode(room.code)?.members.map(({ run }) => run)).toEqual([member?.run]);
  });

  it('links to another guess and to a new program stay in the room', async () => {
    const ann = await learner('Ann');
    const page = await (await ann.get(`/rooms/${room.code}`)).text();
    const guessAgain = `href="/rooms/${room.code}/lessons/join">Guess again`;
    expect(page).toContain(guessAgain);
    await ann.submit('/runs', { ...form('room', room.code), lesson: 'join' });
    const run = app.playground.rooms.byCode(room.code)?.members[0]?.run ?? '';
    expect(await (await ann.get(`/runs/${run}`)).text()).toContain(guessAgain);
    expect(page).toContain(`href="/new?room=${room.code}"`);
    expect(inputOf(await (await ann.get(`/new?room=${room.code}`)).text(), 'room')).toBe(room.code);
    expect(inputOf(await (await teacher.get(`/new?room=${room.code}`)).text(), 'room')).toBeNull();
  });

  it('a new program stays in the room from every page; of two rooms, in the one that the page came from', async () => {
    const ann = await learner('Ann');
    const newIn = async (client: Client, path: string) =>
      /href="(\/new[^"]*)"/.exec(await (await client.get(path, { accept: 'text/html' })).text())?.[1];
    const pages = ['/runs', '/terms', '/privacy', '/rooms', '/nothing', `/rooms/${room.code}/me`];
    for (const path of pages) expect(await newIn(ann, path), path).toBe(`/new?room=${room.code}`);
    const stranger = await app.browser();
    for (const path of pages) expect(await newIn(stranger, path), path).toBe('/new');
    // The playground itself is in no room.
    expect(await newIn(ann, '/lessons/join')).toBe('/new');
    const first = room;
    room = await opened(teacher);
    await ann.submit(`/rooms/${room.code}/join`, { name: 'Ann' });
    for (const { code } of [first, room]) {
      const page = await (await ann.get(`/rooms/${code}`)).text();
      const ways = [...page.matchAll(/href="(\/(?:runs|terms|privacy)\?room=\w+)"/g)].map(
        ([, path = '']) => path,
      );
      expect(ways).toHaveLength(3);
      for (const path of ways) expect(await newIn(ann, path), path).toBe(`/new?room=${code}`);
    }
    expect(await newIn(stranger, `/runs?room=${room.code}`)).toBe('/new');
  });

  it('what is wrong when somebody enters is said at its field', async () => {
    await learner('Anna');
    const other = await app.browser();
    const wrongAt = async (path: string, fields: Record<string, string>) => {
      const text = await (await other.submit(`/rooms/${room.code}/${path}`, fields)).text();
      const [input] = elements(text, 'input').filter(
        ({ attributes }) => attributes['aria-invalid'] === 'true',
      );
      const error = `<p id="${input?.attributes['aria-describedby']}" class="error" role="alert">`;
      // Right behind its field.
      return [
        input?.attributes.name,
        text
          .split(/aria-invalid="true"[^>]*>/)[1]
          ?.trimStart()
          .startsWith(error),
      ];
    };
    expect(await wrongAt('join', { name: 'Аnna' })).toEqual(['name', true]);
    expect(await wrongAt('device', { device: '000000' })).toEqual(['device', true]);
  });

  it('each run of a series is its member’s latest in turn', async () => {
    const ann = await learner('Ann');
    await ann.submit('/runs', { ...form('room', room.code), repeat: '2' });
    const member = app.playground.rooms.byCode(room.code)?.members[0];
    const first = member?.run ?? '';
    expect(first).not.toBe('');
    await expect.poll(() => member?.run).not.toBe(first);
    await app.events(member?.run ?? '');
    const stored = await app.playground.runs.get(member?.run ?? '');
    expect(stored?.member?.number).toBe(2);
  });

  it('a hand is raised and lowered, on the wall and for the teacher', async () => {
    const ann = await learner('Ann');
    await ann.submit(`/rooms/${room.code}/hand`, { up: '1' });
    expect(await (await teacher.get(room.teach)).text()).toContain('asks for help');
    await ann.submit(`/rooms/${room.code}/hand`, { up: '0' });
    expect(await (await teacher.get(room.teach)).text()).not.toContain('asks for help');
    expect((await (await app.browser()).submit(`/rooms/${room.code}/hand`, { up: '1' })).status).toBe(403);
  });

  it('the teacher sees who is stuck and why, and raised hands in the order in which they were raised, live', async () => {
    const [zoe, ann, eve] = [await learner('Zoe'), await learner('Ann'), await learner('Eve')];
    const stream = await teacher.get(room.teach.replace('/teach?', '/news?'));
    let changes = 0;
    const heard = (async () => {
      for await (const { event } of namedMessages(stream)) if (event === 'changed') changes++;
    })();
    const part = async () => {
      const text = await (await teacher.get(room.teach.replace('teach', 'teach/part'))).text();
      const list = /<ol class="members helped">(.*?)<\/ol>/s.exec(text)?.[1] ?? '';
      return [...list.matchAll(/<b><bdi>(.*?)<\/bdi><\/b> <span class="\w+">(.*?)<\/span>/g)].map(
        ([, name, why]) => `${name}: ${why}`,
      );
    };
    expect(await part()).toEqual([]);
    const hand = (of: Client, up: string) => of.submit(`/rooms/${room.code}/hand`, { up });
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now());
    await hand(zoe, '1');
    await hand(ann, '1');
    // The clock is set back; and who asks again does not lose their turn.
    now.mockReturnValue(Date.now() - 60_000);
    await hand(eve, '1');
    await hand(zoe, '1');
    now.mockRestore();
    expect(await part()).toEqual(['Zoe: asks for help', 'Ann: asks for help', 'Eve: asks for help']);
    await hand(eve, '0');
    const before = changes;
    const code = 'export function job() { throw new Error("lost"); }';
    for (let i = 0; i < 2; i++) {
      await eve.submit('/runs', { ...form('room', room.code), lesson: '', code });
      await app.events(app.playground.rooms.byCode(room.code)?.members[2]?.run ?? '');
    }
    await expect.poll(() => changes).toBeGreaterThan(before);
    await expect.poll(async () => (await part())[2]).toBe('Eve: same error 2 times in a row');
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 17 * 60_000);
    expect((await part())[1]).toBe('Ann: asks for help, no run for 15 min');
    vi.restoreAllMocks();
    await teacher.submit(room.teach.replace('teach', 'end'));
    await heard;
  });

  it('a hand has the run that was looked at; the teacher opens it beside the learner, who is told, and lowers the hand', async () => {
    const ann = await learner('Ann');
    await ann.submit('/runs', form('room', room.code));
    const [member] = app.playground.rooms.byCode(room.code)?.members ?? [];
    const other = await app.start(QUICK);
    await app.events(other);
    const hand = (at: string) =>
      ann.submit(`/rooms/${room.code}/hand`, { up: '1' }, { Referer: `http://localhost/runs/${at}` });
    await hand('nothing');
    expect(member?.handRun).toBe(member?.run);
    await hand(other);
    expect(member?.handRun).toBe(other);
    const key = new URL(room.teach, 'http://x').search;
    const beside = `/rooms/${room.code}/teach/runs/${other}${key}&with=1`;
    const teach = await (await teacher.get(room.teach)).text();
    expect(elements(teach, 'a').map(({ attributes }) => attributes.href)).toContain(beside);
    expect(await (await teacher.get(beside)).text()).toContain('You look along with <b><bdi>Ann</bdi></b>');
    const bar = async () => (await ann.get(`/rooms/${room.code}/bar`)).text();
    const stream = await teacher.get(`/rooms/${room.code}/news${key}&run=${other}&with=1`);
    expect(await bar()).toContain('with you: you both see');
    // The run is somebody else's; while it is looked at together, its page has the bar of the room.
    expect(await (await ann.get(`/runs/${other}`)).text()).toContain('id="room-bar"');
    const look = { run: other, look: 'bar=0.0.1', from: 'page' };
    expect((await ann.submit(`/rooms/${room.code}/beside`, look)).status).toBe(204);
    expect((await teacher.submit(`/rooms/${room.code}/beside${key}&with=1`, look)).status).toBe(204);
    const bob = await learner('Bob');
    expect((await bob.submit(`/rooms/${room.code}/beside`, look)).status).toBe(409);
    await stream.body?.cancel();
    expect(await bar()).not.toContain('with you: you both see');
    await teacher.submit(`/rooms/${room.code}/members/1/hand${key}`);
    expect([member?.handAt, member?.handRun]).toEqual([null, null]);
  });

  it('“Follow me”: only the teacher shows a view; everyone’s stream has it, also one that connects later', async () => {
    const ann = await learner('Ann');
    const run = await app.start(QUICK);
    await app.events(run);
    const key = new URL(room.teach, 'http://x').search;
    const look = { run, look: 'view=0-5&t=3', plays: '', from: 'page', session: 's1' };
    const send = (by: Client, fields: object, at = key) =>
      by.submit(`/rooms/${room.code}/look${at}`, { ...look, ...fields });
    expect((await send(ann, { do: 'begin' }, '')).status).toBe(404);
    expect((await send(teacher, {})).status).toBe(409);
    expect((await send(teacher, { do: 'begin', look: '"<b>' })).status).toBe(422);
    expect((await send(teacher, { do: 'begin', run: 'nothing' })).status).toBe(422);
    expect((await send(teacher, { do: 'begin' })).status).toBe(204);
    expect(await (await ann.get(`/rooms/${room.code}/bar`)).text()).toContain(
      'You follow your teacher’s view',
    );
    const heard: string[] = [];
    const response = await ann.get(`/rooms/${room.code}/news`);
    void (async () => {
      for await (const { event, data } of namedMessages(response))
        if (event === 'look') heard.push(JSON.parse(data).shown?.look ?? '');
    })();
    await expect.poll(() => heard).toEqual(['view=0-5&t=3']);
    await send(teacher, { look: 'bar=0.0.1' });
    await expect.poll(() => heard.at(-1)).toBe('bar=0.0.1');
    await send(teacher, { do: 'stop' });
    await expect.poll(() => heard.at(-1)).toBe('');
    await teacher.submit(room.teach.replace('teach', 'end'));
  });

  it('another device takes over with a code, once; the first is then out', async () => {
    const laptop = await learner('Ann');
    const page = await (await laptop.submit(`/rooms/${room.code}/me`, { do: 'move' })).text();
    const device =
      elements(page, 'b').find(({ attributes }) => attributes.class === 'device-code')?.text ?? '';
    expect(device).toMatch(/^\d{6}$/);
    const phone = await app.browser();
    const wrong = await phone.submit(`/rooms/${room.code}/device`, { device: 'abc' });
    expect(wrong.status).toBe(422);
    // As some people type it.
    await phone.submit(`/rooms/${room.code}/device`, { device: ` ${device.slice(0, 3)} ${device.slice(3)}` });
    expect(names()).toEqual(['Ann']);
    expect(await (await phone.get(`/rooms/${room.code}`)).text()).toContain('<bdi>Ann</bdi>');
    expect((await laptop.get(`/rooms/${room.code}/me`)).status).toBe(403);
    const again = await laptop.submit(`/rooms/${room.code}/device`, { device });
    expect(again.status).toBe(422);
  });

  it('the teacher renames, removes, sets the lesson and ends; names are then in no file', async () => {
    const ann = await learner('Someone With A Rare Name');
    const at = (path: string) => room.teach.replace('teach', path);
    await teacher.submit(at('members/1'), { do: 'rename', name: 'Ann' });
    expect(names()).toEqual(['Ann']);
    expect((await teacher.submit(at('members/1'), { do: 'rename', name: ' \n ' })).status).toBe(422);
    await teacher.submit(at('members/77'), { do: 'rename', name: 'Nobody' });
    await teacher.submit(at('lesson'), { lesson: 'deadlock' });
    expect((await teacher.submit(at('lesson'), { lesson: 'nothing' })).status).toBe(422);
    expect(await (await ann.get(`/rooms/${room.code}`)).text()).toContain('data-lesson="deadlock"');
    await teacher.submit(at('members/1'), { do: 'remove' });
    expect(names()).toEqual([]);
    expect((await ann.get(`/rooms/${room.code}/wall`)).status).toBe(404);
    await teacher.submit(at('end'));
    expect((await teacher.get(room.teach)).status).toBe(404);
    expect((await ann.get(`/rooms/${room.code}`)).status).toBe(404);
  });

  it('who was removed cannot enter again, under no name and with no code, until the teacher lets them', async () => {
    const ann = await learner('Ann');
    const bob = await learner('Bob');
    const at = (path: string) => room.teach.replace('teach', path);
    const teachPage = async () => (await teacher.get(room.teach)).text();
    expect(await teachPage()).not.toContain('Let them in again');
    await teacher.submit(at('members/1'), { do: 'remove' });
    const join = () => ann.submit(`/rooms/${room.code}/join`, { name: 'Zoe' });
    const refused = await join();
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('removed you')]);
    expect(await (await ann.get(`/rooms/${room.code}`)).text()).toContain('removed you from this room');
    const shown = await bob.submit(`/rooms/${room.code}/me`, { do: 'move' });
    const device = /class="device-code">(\d+)</.exec(await shown.text())?.[1] ?? '';
    expect((await ann.submit(`/rooms/${room.code}/device`, { device })).status).toBe(403);
    expect(names()).toEqual(['Bob']);
    // Others enter, and who leaves can come back.
    await learner('Cem');
    await bob.submit(`/rooms/${room.code}/me`, { do: 'leave' });
    expect((await bob.submit(`/rooms/${room.code}/join`, { name: 'Bob' })).status).toBe(303);
    // What is kept is neither the name nor the number of the browser.
    const kept = JSON.stringify(app.playground.rooms.byCode(room.code)?.state);
    expect(kept).toMatch(/"refused":\["[\w-]{22}"\]/);
    expect(await teachPage()).toContain('One removed member cannot enter');
    expect((await teacher.submit(at('refused'))).status).toBe(303);
    expect((await join()).status).toBe(303);
    expect(names()).toEqual(['Cem', 'Bob', 'Zoe']);
  });

  it('a name that the teacher cannot give is refused at its field, with what was typed', async () => {
    for (const name of ['Ann', 'Bob']) await learner(name);
    const rename = (name: string, number = 2) =>
      teacher.submit(room.teach.replace('teach', `members/${number}`), { do: 'rename', name });
    for (const [typed, error] of [
      ['  ', 'A name needs at least one letter'],
      ['Αnn', 'looks like that of somebody else'],
      ['W'.repeat(25), 'Use a name of at most 24 characters'],
      ['\u202e<b>', null],
    ] as const) {
      const answer = await rename(typed);
      expect(answer.status, typed).toBe(error === null ? 303 : 422);
      if (error === null) continue;
      const html = await answer.text();
      const wrong = elements(html, 'input').filter(({ attributes }) => attributes['aria-invalid'] === 'true');
      expect(wrong.map(({ attributes }) => [attributes.id, attributes.value])).toEqual([['member-2', typed]]);
      const said = elements(html, 'p').find(({ attributes }) => attributes.id === 'member-2-error');
      expect(said?.text).toContain(error);
    }
    expect(names()).toEqual(['Ann', '<b>']);
    expect((await rename('', 99)).status).toBe(303);
  });

  it('the teacher shows a run to everyone: with the name only if its owner wants that', async () => {
    const ann = await learner('Ann');
    const bob = await learner('Bob', undefined, true);
    for (const client of [ann, bob]) await client.submit('/runs', form('room', room.code));
    const [first, second] = app.playground.rooms.byCode(room.code)?.members ?? [];
    const bar = async () => (await ann.get(`/rooms/${room.code}/bar`)).text();
    const show = (member: string) => teacher.submit(room.teach.replace('teach', 'spotlight'), { member });
    await show('1');
    expect(await bar()).toContain(`<a href="/runs/${first?.run}">this run</a>`);
    await show('2');
    expect(await bar()).toContain(`<a href="/runs/${second?.run}">the run of <bdi>Bob</bdi></a>`);
    await show('');
    expect(await bar()).not.toContain('The class looks at');
    const stranger = await app.browser();
    await stranger.submit(`/rooms/${room.code}/spotlight?key=${room.key}`, { member: '1' });
    expect(await bar()).not.toContain('The class looks at');
  });

  it('a room whose time is over ends, and its code is free again', async () => {
    await learner('Ann');
    const { rooms } = app.playground;
    const found = rooms.byCode(room.code);
    await rooms.endExpired((found?.expiresAt ?? 0) - 1);
    expect(rooms.byCode(room.code)).not.toBeNull();
    await rooms.endExpired(found?.expiresAt ?? 0);
    expect(rooms.byCode(room.code)).toBeNull();
    expect(found?.isOver).toBe(true);
  });

  it('a room whose time is over cannot be entered; it is removed once its end is sure, not by a clock that jumps', async () => {
    const ann = await learner('Ann');
    const found = app.playground.rooms.byCode(room.code);
    const store = new SqliteStore(app.folder);
    const stored = async () => (await store.rooms.allRooms()).some(({ code }) => code === room.code);
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 500 * 86_400_000);
    expect((await ann.get(`/rooms/${room.code}`)).status).toBe(404);
    expect((await teacher.get(room.teach)).status).toBe(404);
    expect(found?.isOver).toBe(true);
    await Rooms.open(store.rooms);
    now.mockRestore();
    expect(await stored()).toBe(true);
    expect(await (await ann.get(`/rooms/${room.code}`)).text()).toContain('<bdi>Ann</bdi>');
    await app.playground.rooms.endExpired(found?.expiresAt ?? 0);
    expect(await stored()).toBe(false);
    await store.close();
  });

  it('days before it ends, a room says so to its teacher and its members; the teacher can keep it, but only then', async () => {
    const ann = await learner('Ann');
    const found = app.playground.rooms.byCode(room.code);
    const ends = found?.expiresAt ?? 0;
    const pages = () =>
      Promise.all([
        ...[teacher.get(room.teach), teacher.get(room.teach.replace('teach', 'teach/part'))],
        ...[ann.get(`/rooms/${room.code}`), ann.get(`/rooms/${room.code}/bar`)],
      ]).then((answers) => Promise.all(answers.map((answer) => answer.text())));
    const keep = () => teacher.submit(room.teach.replace('teach', 'keep'));
    for (const page of await pages()) expect(page).not.toContain('This room ends');
    await keep();
    expect(found?.expiresAt).toBe(ends);
    const now = vi.spyOn(Date, 'now').mockReturnValue(ends - 2.5 * 86_400_000);
    for (const page of await pages()) expect(page).toContain('This room ends in 2 days.');
    expect((await ann.submit(`/rooms/${room.code}/keep`)).status).toBe(404);
    expect(found?.expiresAt).toBe(ends);
    await keep();
    for (const page of await pages()) expect(page).not.toContain('This room ends');
    now.mockReturnValue(ends + 10 * 86_400_000);
    expect((await ann.get(`/rooms/${room.code}`)).status).toBe(200);
    const store = new SqliteStore(app.folder);
    expect((await store.rooms.allRooms()).find(({ code }) => code === room.code)?.expiresAt).toBe(
      found?.expiresAt,
    );
    now.mockRestore();
    await store.close();
  });

  it('wrong codes are refused after thirty from one address; the key of the link still opens the room', async () => {
    const guesser = await app.browser('192.0.2.77');
    // A failure is forgotten after a while.
    const guess = async (code: string) => (await guesser.get(`/rooms/${code}`)).text();
    for (let i = 0; i < 40; i++) await guess('ZZZZ');
    expect(await guess(room.code)).toContain('Too many wrong codes');
    expect((await guesser.get(`/rooms/${room.code}?key=${room.key}`)).status).toBe(200);
    expect((await (await app.browser('192.0.2.78')).get(`/rooms/${room.code}`)).status).toBe(200);
    // Also with another device: its code is guessed at, and counted, separately.
    const laptop = await learner('Ann', '192.0.2.78');
    const page = await (await laptop.submit(`/rooms/${room.code}/me`, { do: 'move' })).text();
    const device = elements(page, 'b').find(({ attributes }) => attributes.class === 'device-code')?.text;
    const move = (code = '') => guesser.submit(`/rooms/${room.code}/device`, { key: room.key, device: code });
    for (let i = 0; i < 5; i++) expect((await move('abc')).status).toBe(422);
    expect((await move(device)).status).toBe(303);
    await guesser.submit(`/rooms/${room.code}/me`, { do: 'leave' });
    for (let i = 0; i < 40; i++) await move('abc');
    expect(await (await move('abc')).text()).toContain('Too many wrong codes');
  });
});

describe('the wall’s stream', () => {
  it('sends who is in the room and their tiles, then what changes, and ends with the room', async () => {
    const ann = await learner('Ann');
    await ann.submit('/runs', form('room', room.code));
    const response = await ann.get(`/rooms/${room.code}/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const rooms: RoomNews[] = [];
    const tiles: TileNews[] = [];
    const done = (async () => {
      for await (const { event, data } of namedMessages(response)) {
        if (event === 'room') rooms.push(JSON.parse(data));
        if (event === 'tiles') tiles.push(...JSON.parse(data));
      }
    })();
    await expect.poll(() => tiles.at(-1)?.tile.state).toBe('ended');
    expect(tiles.at(-1)).toMatchObject({ member: 1, tile: { status: 'completed', position: null } });
    expect(tiles.at(-1)?.tile.passes.map(({ mode }) => mode)).toEqual(['sequential']);
    expect(rooms[0]?.members).toMatchObject([{ number: 1, name: 'Ann', handAt: null }]);
    await learner('Bob');
    await expect.poll(() => rooms.at(-1)?.members.length).toBe(2);
    await teacher.submit(room.teach.replace('teach', 'end'));
    await done;
    expect(rooms.at(-1)).toMatchObject({ members: [], round: null, isOver: true });
  });
});

/** Yields the named messages of a stream. */
async function* namedMessages(response: Response): AsyncGenerator<{ event: string; data: string }> {
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
      const [, event = '', data = ''] = /^event: (\w+)\ndata: ?(.*)$/m.exec(text.slice(0, at)) ?? [];
      text = text.slice(at + 2);
      yield { event, data };
    }
  }
}

describe('ROOM_KEY', () => {
  it('is asked of whoever opens a room, and not guessed by trying', async () => {
    const guarded = await playgroundApp({ ROOM_KEY: 'chalk' });
    try {
      const client = await guarded.browser();
      expect(inputOf(await (await client.get('/rooms/new')).text(), 'key')).toBe('');
      expect((await client.submit('/rooms', { lesson: 'join' })).status).toBe(403);
      expect((await client.submit('/rooms', { lesson: 'join', key: 'cheese' })).status).toBe(403);
      expect((await client.submit('/rooms', { lesson: 'join', key: 'chalk' })).status).toBe(303);
      const guesser = await guarded.browser('192.0.2.77');
      const statuses = new Set<number>();
      for (let i = 0; i < 40; i++)
        statuses.add((await guesser.submit('/rooms', { key: `cheese${i}` })).status);
      expect([...statuses]).toEqual([403, 429]);
      expect((await client.submit('/rooms', { lesson: 'join', key: 'chalk' })).status).toBe(303);
    } finally {
      await guarded.close();
    }
  });
});

describe('a round', () => {
  const at = (path: string) => room.teach.replace('teach', path);
  const next = (from: string, to: string) => teacher.submit(at('round'), { from, to });
  const bar = async (of: Client) => (await of.get(`/rooms/${room.code}/bar`)).text();
  const round = () => roundNewsOf(app.playground, app.playground.rooms.byCode(room.code) as Room);

  it('predict, talk, predict again, run, explain: each phase takes its own, and only once closed is it shown', async () => {
    const [ann, bob] = [await learner('Ann'), await learner('Bob')];
    expect(await bar(ann)).not.toContain('class="round"');
    await teacher.submit(at('round'), { lesson: 'one-by-one' });
    expect(await bar(ann)).toContain('Compared with one by one, how long will threads take?');
    await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '0' });
    await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '2' });
    await bob.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '1' });
    expect(round()).toMatchObject({ answered: 2, counts: [] });
    expect((await bob.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '9' })).status).toBe(422);
    await next('vote', 'talk');
    expect(round()?.counts).toEqual([[0, 1, 1, 0]]);
    // The vote is closed, and a second click does not skip a phase.
    await bob.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '0' });
    await next('vote', 'talk');
    await next('talk', 'over');
    expect(round()).toMatchObject({ phase: 'talk', counts: [[0, 1, 1, 0]] });
    await next('talk', 'vote-again');
    await bob.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '2' });
    expect(round()?.counts).toEqual([[0, 1, 1, 0]]);
    await next('vote-again', 'run');
    expect(round()?.counts).toEqual([
      [0, 1, 1, 0],
      [0, 0, 1, 0],
    ]);
    await ann.submit(`/rooms/${room.code}/explain`, { round: '1', text: 'too early' });
    await next('run', 'explain');
    await ann.submit(`/rooms/${room.code}/explain`, { round: '1', text: ' They wait\n at the <same> time ' });
    expect(round()?.explanations).toEqual([]);
    const seen = { show: '1', round: '1', text: 'They wait at the <same> time' };
    await teacher.submit(at('explanations/1'), seen);
    expect(round()?.explanations).toEqual([seen.text]);
    const csv = await (await teacher.get(at('answers.csv'))).text();
    expect(csv.split('\r\n').slice(1)).toEqual([
      expect.stringMatching(/^1,one-by-one,.+,Ann,As long as the longest job,,They wait at the <same> time$/),
      expect.stringMatching(/^1,one-by-one,.+,Bob,Half as long,As long as the longest job,$/),
      '',
    ]);
    await next('explain', 'over');
    expect(await bar(ann)).not.toContain('class="round"');
  });

  it('an answer or explanation from a page that was offline counts for nothing asked later', async () => {
    const ann = await learner('Ann');
    const send = (path: string, fields: Record<string, string>) =>
      ann.submit(`/rooms/${room.code}/${path}`, fields);
    await teacher.submit(at('round'), { lesson: 'one-by-one' });
    const old = await bar(ann);
    const vote = { round: inputOf(old, 'round') ?? '', phase: inputOf(old, 'phase') ?? '', choice: '1' };
    await next('vote', 'talk');
    await next('talk', 'vote-again');
    const late = await send('answer', vote);
    expect([late.status, await late.text()]).toEqual([422, expect.stringContaining('your answer arrived')]);
    expect(round()?.answered).toBe(0);
    await next('vote-again', 'run');
    await next('run', 'explain');
    const why = { round: inputOf(await bar(ann), 'round') ?? '', text: 'first round' };
    await teacher.submit(at('round'), { lesson: 'join' });
    const steps = ['vote', 'talk', 'run', 'explain'];
    for (const [i, from] of steps.slice(0, -1).entries()) await next(from, steps[i + 1] ?? '');
    // With script and without, the page says so and has the text; a line that was not sent is not stored either.
    const unsent = { ...why, round: '2', unsent: '1' };
    const scripted = { 'hx-request': 'true' };
    for (const [fields, headers] of [
      [why, {}],
      [why, scripted],
      [unsent, scripted],
    ] as const) {
      const html = await (await ann.submit(`/rooms/${room.code}/explain`, fields, headers)).text();
      expect(html).toContain('The class had gone on before your line arrived');
      expect(
        elements(html, 'input').find(({ attributes }) => attributes.id === 'late-text')?.attributes.value,
      ).toBe('first round');
    }
    expect(await (await teacher.get(room.teach)).text()).toContain('No explanations yet');
    await send('explain', { ...why, round: '2' });
    expect(await (await teacher.get(room.teach)).text()).toContain('first round');
  });

  it('only the words that the teacher read go on the wall, not those that have taken their place', async () => {
    const ann = await learner('Ann');
    const explain = (text: string) => ann.submit(`/rooms/${room.code}/explain`, { round: '1', text });
    await teacher.submit(at('round'), { lesson: 'join' });
    const steps = ['vote', 'talk', 'run', 'explain'];
    for (const [i, from] of steps.slice(0, -1).entries()) await next(from, steps[i + 1] ?? '');
    await explain('polite');
    const form = await (await teacher.get(room.teach)).text();
    const seen = { round: inputOf(form, 'round') ?? '', text: inputOf(form, 'text') ?? '' };
    expect(seen.text).toBe('polite');
    await explain('rude');
    await teacher.submit(at('explanations/1'), { ...seen, show: '1' });
    expect(round()?.explanations).toEqual([]);
    await teacher.submit(at('explanations/1'), { ...seen, text: 'rude', show: '1' });
    expect(round()?.explanations).toEqual(['rude']);
    await teacher.submit(at('explanations/1'), { ...seen, show: '0' });
    expect(round()?.explanations).toEqual([]);
  });

  it('what was said is there after a restart, and gone with its member and its room', async () => {
    const ann = await learner('Ann');
    await learner('Bob');
    await teacher.submit(at('round'), { lesson: 'join' });
    await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '1' });
    const store = new SqliteStore(app.folder);
    const again = await Rooms.open(store.rooms);
    const found = again.byCode(room.code);
    expect(found?.members.map(({ name }) => name)).toEqual(['Ann', 'Bob']);
    expect(found?.answers.choiceOf(1, 1, 1)).toBe(1);
    await teacher.submit(at('members/1'), { do: 'remove' });
    expect(round()?.answered).toBe(0);
    expect(await store.rooms.answersOf(found?.id ?? '')).toEqual([]);
    await store.close();
  });

  it('two teachers who begin a round at once begin one; of two who enter, or are renamed, while the store waits, each has a name', async () => {
    const teach = await (await teacher.get(room.teach)).text();
    const fields = { lesson: 'join', after: inputOf(teach, 'after') ?? '' };
    const { db } = openDatabase(app.folder);
    db.exec('begin immediate');
    const [ann, bob] = [await app.browser(), await app.browser()];
    const answers = [ann, ann, bob].map((one) => one.submit(`/rooms/${room.code}/join`, { name: 'Al' }));
    const begun = [fields, fields].map((form) => teacher.submit(at('round'), form));
    setTimeout(() => db.exec('rollback'), 100);
    for (const answer of await Promise.all([...answers, ...begun])) expect(answer.status).toBe(303);
    expect(names()).toEqual(['Al', 'Al 2']);
    db.exec('begin immediate');
    const renamed = [1, 2].map((one) => teacher.submit(at(`members/${one}`), { do: 'rename', name: 'Kim' }));
    setTimeout(() => db.exec('rollback'), 100);
    for (const answer of await Promise.all(renamed)) expect(answer.status).toBe(303);
    db.close();
    expect(names()?.toSorted()).toEqual(['Kim', 'Kim 2']);
    expect(round()).toMatchObject({ number: 1, phase: 'vote' });
    expect((await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '' })).status).toBe(422);
  });

  it('only the teacher begins a round and goes on; a stranger answers nothing', async () => {
    const stranger = await app.browser();
    expect(
      (await stranger.submit(`/rooms/${room.code}/round?key=${room.key}`, { lesson: 'join' })).status,
    ).toBe(404);
    await teacher.submit(at('round'), { lesson: 'join' });
    expect((await stranger.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '0' })).status).toBe(
      403,
    );
    expect((await stranger.get(`/rooms/${room.code}/news`)).status).toBe(403);
    expect((await stranger.get(`/rooms/${room.code}/answers.csv?key=${room.key}`)).status).toBe(404);
  });
});
