/** Rooms of several servers on one PostgreSQL database: what is done at one is seen at the others, and nothing is lost. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OwnQuestion } from '../../server/rooms/model.ts';
import type { Room } from '../../server/rooms/room.ts';
import { RoomOverError } from '../../server/rooms/room-share.ts';
import { Rooms } from '../../server/rooms/rooms.ts';
import { DEFAULTS } from '../../server/spec/spec.ts';
import { storedSpec } from '../../server/spec/stored-spec.ts';
import type { Notices } from '../../server/store/notices.ts';
import { clientConfig } from '../../server/store/postgres/connect.ts';
import { Listener } from '../../server/store/postgres/listener.ts';
import { PostgresStore } from '../../server/store/postgres/postgres-store.ts';
import { hasPostgres, newTestDatabase } from '../postgres.ts';
import { run } from '../store/stored.ts';

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
    const listener = isDeaf ? null : new Listener(clientConfig(url), store.database);
    const rooms = Rooms.openShared(store.rooms, {
      rooms: store.sharedRooms,
      notices: listener ?? DEAF,
      isAway: () => false,
    });
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
    stops.push(room.read());
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

  it('explanations: what was written at one server is shown on the wall of another, as its teacher has seen it', async () => {
    await room.join('ann', 'Ann', true);
    await room.beginRound('join');
    await room.goOn('vote', 'explain');
    const other = await at(there);
    await room.explain(1, 'First');
    await expect.poll(() => other.answers.explanations(1)).toMatchObject([{ text: 'First', isShown: false }]);
    // Changed while the teacher at the other server presses.
    await Promise.all([
      room.explain(1, 'Second'),
      other.showExplanation(1, { round: 1, text: 'First' }, true),
    ]);
    await other.showExplanation(1, { round: 1, text: 'Second' }, true);
    await expect.poll(() => room.answers.explanations(1)).toMatchObject([{ text: 'Second', isShown: true }]);
  });

  it('two servers at once: no name or number twice, no change of the state and no answer lost, one vote each', async () => {
    const other = await at(there);
    const both = [room, other];
    const people = Array.from({ length: 12 }, (_, number) => `person ${number}`);
    await Promise.all(people.map((person, i) => both[i % 2]?.join(person, 'Ann', true)));
    // Somebody who sends the form at both.
    await Promise.all(both.map((one) => one.join('twice', 'Ann', true)));
    const [programs] = await Promise.all([
      Promise.all(both.map((one) => one.give(spec))),
      room.set({ isLocked: true }),
      other.set({ maxJobs: 3 }),
      room.beginRound('join', 0),
      other.beginRound('join', 0),
      room.change(1, { showsName: false }),
      other.raiseHand(1, null),
      ...people.map((_, i) => both[i % 2]?.raiseHand(i + 1, null)),
    ]);
    expect(programs).toHaveLength(2);
    await Promise.all(people.flatMap((_, i) => both.map((one, choice) => one.answer(i + 1, choice))));
    const late = both.map((one, i) => (i === 0 ? one.goOn('vote', 'talk') : one.answer(1, 1)));
    await Promise.all(late);
    const [said] = await Promise.all(both.map((one) => one.answer(1, 0)));
    expect(said).toBe(false);

    const stored = await here.store.sharedRooms.load(room.id, -1);
    const members = stored?.members ?? [];
    expect(new Set(members.map(({ number }) => number)).size).toBe(13);
    expect(new Set(members.map(({ name }) => name)).size).toBe(13);
    const hands = members.flatMap(({ handAt }) => (handAt === null ? [] : [handAt]));
    expect([hands.length, new Set(hands).size]).toEqual([12, 12]);
    expect(stored?.answers).toHaveLength(12);
    const state = JSON.parse(stored?.room.state ?? '');
    expect(state).toMatchObject({
      isLocked: true,
      maxJobs: 3,
      latestProgram: 2,
      rounds: [{ phase: 'talk' }],
    });
    expect(state.rounds).toHaveLength(1);
    for (const one of both) {
      await expect.poll(() => one.state).toEqual(state);
      await expect.poll(() => one.members.map(({ run: _, ...member }) => member)).toEqual(members);
      await expect.poll(() => one.answers.counts(1, 1, 2).reduce((sum, count) => sum + count, 0)).toBe(12);
    }
  });

  it('device code: shown at one server, it is used up at another, once; the earlier device is out everywhere', async () => {
    const member = await room.join('ann', 'Ann', true);
    const other = await at(there);
    expect(await other.takeOver('000000', 'tablet')).toBeNull();
    const first = await room.deviceCode(member.number);
    const code = await room.deviceCode(member.number);
    expect(code).not.toBe(first);
    expect(await other.takeOver(first, 'tablet')).toBeNull();
    const taken = await Promise.all([room.takeOver(code, 'tablet'), other.takeOver(` ${code} `, 'laptop')]);
    expect(taken.filter((one) => one !== null)).toHaveLength(1);
    await expect.poll(() => [room.memberOf('ann'), other.memberOf('ann')]).toEqual([null, null]);
    expect(room.members).toHaveLength(1);
  });

  it('a run that a member submits at one server is the latest at the others, until it is removed', async () => {
    await room.join('ann', 'Ann', true);
    const other = await at(there);
    const latest = (one: Room) => one.member(1)?.run;
    const seat = { room: room.id, member: 1 };
    for (const id of ['one', 'two'].map((one) => `${room.id}-${one}`)) {
      await here.store.create(run(id, { seat }));
      here.rooms.submitted(seat, id);
      await expect.poll(() => latest(other)).toBe(id);
    }
    const [one, two] = ['one', 'two'].map((one) => `${room.id}-${one}`) as [string, string];
    await other.raiseHand(1, two);
    await other.looks.show('s1', look({ run: two }), true, 0);
    await here.store.remove(two);
    await here.rooms.forgetRun(two);
    // As the other finds out: see `Removal`.
    expect(await there.store.changedElsewhere()).toBe(true);
    await there.rooms.forgetGone();
    await expect
      .poll(() => [latest(other), other.member(1)?.handRun, other.looks.shown])
      .toEqual([one, null, null]);
  });

  it('a teacher looks along with a member: seen where the member is, until they stop or their server dies', async () => {
    await room.join('ann', 'Ann', true);
    const other = await at(there);
    const news = (one: Room) => one.looks.newsFor(1, performance.now()).pair;
    const leave = room.looks.join(1, 'r1');
    await expect.poll(() => news(other)).toEqual({ run: 'r1', look: null });
    expect(await other.looks.showWith(1, look({ run: 'r2' }), 0)).toBe(false);
    expect(await other.looks.showWith(1, look({ look: 't=5' }), 0)).toBe(true);
    await expect.poll(() => news(room)?.look?.look).toBe('t=5');
    leave();
    await expect.poll(() => [news(room), news(other)]).toEqual([null, null]);

    // A teacher at a third server, which is then gone without a word.
    const gone = await serve();
    (await gone.rooms.find(room.code))?.looks.join(1, 'r3');
    await expect.poll(() => news(other)?.run).toBe('r3');
    await gone.close();
    await here.store.database.rows(
      `update room_looks set seen_at = seen_at - interval '1 min' where room = $1`,
      [room.id],
    );
    await expect.poll(() => news(other), { timeout: 20_000 }).toBeNull();
  });

  it('Follow me: a session goes on at any server, and another takes its place', async () => {
    const other = await at(there);
    expect(await other.looks.show('s1', look(), false, 0)).toBe(false);
    expect(await room.looks.show('s1', look(), true, 0)).toBe(true);
    expect(await other.looks.show('s1', look({ look: 't=1' }), false, 0)).toBe(true);
    await expect.poll(() => room.looks.newsFor(null, 0).shown?.look).toBe('t=1');
    expect(await other.looks.show('s2', look({ run: 'r2' }), true, 0)).toBe(true);
    await room.looks.end('s1');
    await expect.poll(() => room.looks.shown).toEqual({ run: 'r2', session: 's2' });
    await other.looks.end();
    await expect.poll(() => room.looks.shown).toBeNull();
  });

  it('a room that ends at one server is over at the others, and what is done in it then is refused', async () => {
    await room.join('ann', 'Ann', true);
    const other = await at(there);
    const unread = await deaf.rooms.find(room.code);
    await here.rooms.end(room);
    await expect(unread?.join('bob', 'Bob', true)).rejects.toThrow(RoomOverError);
    await expect.poll(() => other.isOver).toBe(true);
    expect(await there.rooms.find(room.code)).toBeNull();
    expect((await deaf.rooms.of('ann')).map(({ code }) => code)).not.toContain(room.code);
  });

  it('find: while the database does not answer, what was known of a room is shown', async () => {
    await room.join('ann', 'Ann', true);
    const other = await at(there);
    await here.store.database.transaction(async (queries) => {
      await queries.rows('lock table rooms in access exclusive mode');
      const found = await Promise.race([there.rooms.find(room.code), here.rooms.find(room.code)]);
      expect([other, room]).toContain(found);
      expect(found?.members).toMatchObject([{ name: 'Ann' }]);
    });
    await room.change(1, { name: 'Anna' });
    expect((await there.rooms.find(room.code))?.members).toMatchObject([{ name: 'Anna' }]);
  });

  it('endExpired: a room that its teacher has kept at another server stays', async () => {
    const soon = Date.now() + 3_600_000;
    const old = await here.rooms.create('join');
    for (const { id } of [room, old])
      await here.store.rooms.updateRoom(id, { state: JSON.stringify(room.state), expiresAt: soon });
    const [kept, gone] = await Promise.all([at(there), there.rooms.find(old.code)]);
    await (await here.rooms.find(room.code))?.keep();
    await there.rooms.endExpired(soon);
    expect(await here.rooms.find(old.code)).toBeNull();
    expect(gone?.isOver).toBe(true);
    await expect.poll(() => kept.expiresAt).toBeGreaterThan(soon);
    expect((await there.rooms.find(room.code))?.id).toBe(room.id);
  });
});
