/** Rooms over HTTP: their pages, the runs made in them, and the stream of the wall. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RoomNews, TileNews } from '../../server/figures/room-news.ts';
import { messagesIn } from '../event-stream.ts';
import { inputOf } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { OpenedRoom } from './opened-room.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

let teacher: Client;
let room: OpenedRoom;
beforeEach(async () => {
  teacher = await app.browser('192.0.2.9');
  room = await OpenedRoom.open(app, teacher);
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
    expect(room.names()).toEqual([]);
  });

  it('a run made in the room is its member’s, on the page and on the wall; other runs are not', async () => {
    const ann = await room.learner('Ann');
    const answer = await ann.submit('/runs', room.form());
    const [path = ''] = (answer.headers.get('location') ?? '').split('?');
    const [member] = room.found?.members ?? [];
    expect(path).toBe(`/runs/${member?.run}`);
    await app.events(member?.run ?? '');
    expect(await (await ann.get(path)).text()).toContain('id="room-bar"');
    // Also on a wall without script.
    expect(await (await ann.get(`/rooms/${room.code}/wall`)).text()).toContain(`href="${path}"`);
    const stranger = await app.browser();
    expect(await (await stranger.get(path)).text()).not.toContain('id="room-bar"');
    // Somebody who is not in the room cannot put a run on its wall.
    await stranger.submit('/runs', room.form());
    expect(room.found?.members.map(({ run }) => run)).toEqual([member?.run]);
  });

  it('each run of a series is its member’s latest in turn', async () => {
    const ann = await room.learner('Ann');
    await ann.submit('/runs', { ...room.form(), repeat: '2' });
    const member = room.found?.members[0];
    const first = member?.run ?? '';
    expect(first).not.toBe('');
    await expect.poll(() => member?.run).not.toBe(first);
    await app.events(member?.run ?? '');
    const stored = await app.playground.runs.get(member?.run ?? '');
    expect(stored?.member?.number).toBe(2);
  });

  it('links to another guess and to a new program stay in the room', async () => {
    const ann = await room.learner('Ann');
    const page = await (await ann.get(`/rooms/${room.code}`)).text();
    const guessAgain = `href="/rooms/${room.code}/lessons/join">Guess again`;
    expect(page).toContain(guessAgain);
    await ann.submit('/runs', { ...room.form(), lesson: 'join' });
    const run = room.found?.members[0]?.run ?? '';
    expect(await (await ann.get(`/runs/${run}`)).text()).toContain(guessAgain);
    expect(page).toContain(`href="/new?room=${room.code}"`);
    expect(inputOf(await (await ann.get(`/new?room=${room.code}`)).text(), 'room')).toBe(room.code);
    expect(inputOf(await (await teacher.get(`/new?room=${room.code}`)).text(), 'room')).toBeNull();
  });

  it('a new program stays in the room from every page; of two rooms, in the one that the page came from', async () => {
    const ann = await room.learner('Ann');
    const newIn = async (client: Client, path: string) =>
      /href="(\/new[^"]*)"/.exec(await (await client.get(path, { accept: 'text/html' })).text())?.[1];
    const pages = ['/runs', '/terms', '/privacy', '/rooms', '/nothing', `/rooms/${room.code}/me`];
    for (const path of pages) expect(await newIn(ann, path), path).toBe(`/new?room=${room.code}`);
    const stranger = await app.browser();
    for (const path of pages) expect(await newIn(stranger, path), path).toBe('/new');
    // The playground itself is in no room.
    expect(await newIn(ann, '/lessons/join')).toBe('/new');
    const first = room;
    room = await OpenedRoom.open(app, teacher);
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

  it('the teacher shows a run to everyone: with the name only if its owner wants that', async () => {
    const ann = await room.learner('Ann');
    const bob = await room.learner('Bob', undefined, true);
    for (const client of [ann, bob]) await client.submit('/runs', room.form());
    const [first, second] = room.found?.members ?? [];
    const bar = async () => (await ann.get(`/rooms/${room.code}/bar`)).text();
    const show = (member: string) => teacher.submit(room.at('spotlight'), { member });
    await show('1');
    expect(await bar()).toContain(`<a href="/runs/${first?.run}">this run</a>`);
    await show('2');
    expect(await bar()).toContain(`<a href="/runs/${second?.run}">the run of <bdi>Bob</bdi></a>`);
    await show('');
    expect(await bar()).not.toContain('The class is looking at');
    const stranger = await app.browser();
    await stranger.submit(`/rooms/${room.code}/spotlight?key=${room.key}`, { member: '1' });
    expect(await bar()).not.toContain('The class is looking at');
  });
});

describe('the wall’s stream', () => {
  it('sends who is in the room and their tiles, then what changes, and ends with the room', async () => {
    const ann = await room.learner('Ann');
    await ann.submit('/runs', room.form());
    const response = await ann.get(`/rooms/${room.code}/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const rooms: RoomNews[] = [];
    const tiles: TileNews[] = [];
    const done = (async () => {
      for await (const { event, data } of messagesIn(response)) {
        if (event === 'room') rooms.push(JSON.parse(data));
        if (event === 'tiles') tiles.push(...JSON.parse(data));
      }
    })();
    await expect.poll(() => tiles.at(-1)?.tile.state).toBe('ended');
    expect(tiles.at(-1)).toMatchObject({ member: 1, tile: { status: 'completed', position: null } });
    expect(tiles.at(-1)?.tile.passes.map(({ mode }) => mode)).toEqual(['sequential']);
    expect(rooms[0]?.members).toMatchObject([{ number: 1, name: 'Ann', handAt: null }]);
    await room.learner('Bob');
    await expect.poll(() => rooms.at(-1)?.members.length).toBe(2);
    await teacher.submit(room.at('end'));
    await done;
    expect(rooms.at(-1)).toMatchObject({ members: [], round: null, isOver: true });
  });
});
