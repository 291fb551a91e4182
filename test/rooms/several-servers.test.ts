/** Rooms of several servers on one PostgreSQL database: what is done at one is seen at the others, and nothing is lost. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OwnQuestion } from '../../server/rooms/model.ts';
import type { Room } from '../../server/rooms/room.ts';
import { Rooms } from '../../server/rooms/rooms.ts';
import { storedSpec } from '../../server/spec/parse.ts';
import { DEFAULTS } from '../../server/spec/spec.ts';
import type { Notices } from '../../server/store/notices.ts';
import { clientConfig } from '../../server/store/postgres/connect.ts';
import { Listener } from '../../server/store/postgres/listener.ts';
import { PostgresStore } from '../../server/store/postgres/postgres-store.ts';
import { hasPostgres, newTestDatabase } from '../postgres.ts';

/** A server's part for rooms. */
type Server = { store: PostgresStore; rooms: Rooms; close(): Promise<void> };

/** Nothing is heard here: notices are lost, or a pooler swallows them. */
const DEAF: Notices = { isHearing: false, on() {}, onChanged() {} };

const own: OwnQuestion = { question: 'Which?', choices: ['This', 'That'], right: 0 };
const look = (part = {}) => ({ run: 'r1', look: 'view=1-2', isPlaying: false, from: 'page', ...part });

describe.skipIf(!hasPostgres)('rooms of several servers', () => {
  let url: string;
  beforeAll(async () => {
    url = await newTestDatabase();
  });

  async function serve(isDeaf = false): Promise<Server> {
    const store = await PostgresStore.open(url, { connections: 4 });
    const listener = isDeaf ? null : new Listener(clientConfig(url));
    const rooms = Rooms.openShared(store.rooms, { rooms: store.sharedRooms, notices: listener ?? DEAF });
    return {
      store,
      rooms,
      async close() {
        rooms.close();
        await listener?.close();
        await store.close();
      },
    };
  }

  let here: Server;
  let there: Server;
  let deaf: Server;
  beforeAll(async () => {
    [here, there, deaf] = await Promise.all([serve(), serve(), serve(true)]);
  });
  afterAll(() => Promise.all([here, there, deaf].map((one) => one.close())));

  let room: Room;
  const stops: (() => void)[] = [];
  beforeEach(async () => {
    room = await here.rooms.create('join');
  });
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  /** Returns the room at another server, where somebody reads its stream. */
  async function at({ rooms }: Server): Promise<Room> {
    const found = await rooms.find(room.code);
    if (!found) throw new Error('There is no such room.');
    stops.push(found.read());
    return found;
  }

  /** What a stream of the room says. */
  const shown = (one: Room) =>
    structuredClone({
      state: one.state,
      expiresAt: one.expiresAt,
      members: one.members,
      looks: [one.looks.shown, one.looks.runWith(1)],
      counts: one.answers.counts(1, 1, 2),
      explanations: one.answers.explanations(1),
      isOver: one.isOver,
    });

  it('a room that was opened at one server is found at another, by its code, and for whoever is in it', async () => {
    await room.join('ann', 'Ann', true);
    const found = await there.rooms.find(room.code);
    expect(found && shown(found)).toEqual(shown(room));
    expect((await there.rooms.of('ann')).map(({ code }) => code)).toEqual([room.code]);
    expect(await there.rooms.of('bob')).toEqual([]);
    expect((await there.rooms.findById(room.id))?.code).toBe(room.code);
    expect(await there.rooms.count()).toBe(await here.rooms.count());
  });

  const spec = storedSpec.parse({ ...DEFAULTS, lesson: '', seed: 1, code: 'export async function job() {}' });
  const ACTIONS: [string, (one: Room) => Promise<unknown>][] = [
    ['join', (one) => one.join('cid', 'Cid', false)],
    ['rename', (one) => one.join('ann', 'Anna', false)],
    ['rename by the teacher', (one) => one.change(1, { name: 'Annika' })],
    ['remove', (one) => one.remove(2)],
    ['raise a hand', (one) => one.raiseHand(1, 'a run')],
    ['lower a hand', (one) => one.lowerHand(2)],
    ['answer', (one) => one.answer(1, 1)],
    ['answer again', (one) => one.answer(2, 0)],
    ['next phase', (one) => one.goOn('vote', 'talk')],
    ['spotlight', (one) => one.set({ spotlight: 1 })],
    ['lock and share cores', (one) => one.set({ isLocked: true, sharesCores: true })],
    ['give a program', (one) => one.give(spec)],
    ['a round of one’s own', (one) => one.beginOwnRound(own, spec, 1)],
    ['Follow me', async (one) => one.looks.show('s1', look(), true, 0)],
  ];
  it.each(ACTIONS)('%s: streams of other servers see it, also without notices', async (_, act) => {
    await room.join('ann', 'Ann', true);
    await room.join('bob', 'Bob', true);
    await room.raiseHand(2, null);
    await room.beginRound('join');
    await room.answer(2, 1);
    const others = await Promise.all([there, deaf].map(at));
    const before = shown(room);
    await act(room);
    const after = shown(room);
    expect(after).not.toEqual(before);
    for (const other of others)
      await expect.poll(() => shown(other), { interval: 5, timeout: 20_000 }).toEqual(after);
  });
});
