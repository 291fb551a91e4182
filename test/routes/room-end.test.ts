/** The end of a room: when its time is over, and how its teacher keeps it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Rooms } from '../../server/rooms/rooms.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
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

describe('the end of a room', () => {
  it('a room whose time is over ends, and its code is free again', async () => {
    await room.learner('Ann');
    const { rooms } = app.playground;
    const found = room.found;
    await rooms.endExpired((found?.expiresAt ?? 0) - 1);
    expect(room.found).not.toBeNull();
    await rooms.endExpired(found?.expiresAt ?? 0);
    expect(room.found).toBeNull();
    expect(found?.isOver).toBe(true);
  });

  it('a room whose time is over cannot be entered; it is removed once its end is sure, not by a clock that jumps', async () => {
    const ann = await room.learner('Ann');
    const found = room.found;
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
    const ann = await room.learner('Ann');
    const found = room.found;
    const ends = found?.expiresAt ?? 0;
    const pages = () =>
      Promise.all([
        ...[teacher.get(room.teach), teacher.get(room.at('teach/part'))],
        ...[ann.get(`/rooms/${room.code}`), ann.get(`/rooms/${room.code}/bar`)],
      ]).then((answers) => Promise.all(answers.map((answer) => answer.text())));
    const keep = () => teacher.submit(room.at('keep'));
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
});
