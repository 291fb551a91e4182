/** The queue that servers share, on a real PostgreSQL. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClusterServer,
  DeadServerError,
  NoRunnerError,
  type QueuedRun,
} from '../../../server/store/cluster.ts';
import type { Notices } from '../../../server/store/notices.ts';
import { PostgresStore } from '../../../server/store/postgres/postgres-store.ts';
import { PostgresQueue } from '../../../server/store/postgres/queue.ts';
import { PostgresServers } from '../../../server/store/postgres/servers.ts';
import { hasPostgres, newTestDatabase, startPostgres } from '../../postgres.ts';
import { run } from '../stored.ts';

const SANDBOX = {
  level: 'lessons',
  versions: { node: null, deno: null, bubblewrap: null },
  missing: [],
} as const;
const LARGE: ClusterServer = {
  ...{ id: 'large', role: 'runner', cores: 4, memoryMib: 1000 },
  ...{ runtimes: ['node'], sandboxed: [], sandbox: SANDBOX },
};
/** Nothing is heard: only asking counts here. */
const DEAF: Notices = { isHearing: false, on() {}, onChanged() {} };

describe.skipIf(!hasPostgres)('PostgresQueue', () => {
  let store: PostgresStore;
  let queue: PostgresQueue;
  let servers: PostgresServers;
  beforeAll(async () => {
    store = await PostgresStore.open(await newTestDatabase());
    queue = new PostgresQueue(store, DEAF);
    servers = new PostgresServers(store.database);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await store.database.rows('truncate servers, queue, runs, families, chunks cascade');
    await servers.join({ ...LARGE, id: 'small', cores: 1 });
    await servers.join(LARGE);
  });

  const queued = (id: string, person: string, needs: Partial<QueuedRun> = {}): QueuedRun => ({
    ...{ id, person, network: null, room: null, cores: 1, memoryMib: 100, needs: 1, lastsMs: 1000 },
    ...{ isExclusive: true, shares: false, runtime: 'node', isSandboxed: false, passSeconds: 60, ...needs },
  });
  const enter = (id: string, person: string, needs: Partial<QueuedRun> = {}, member = {}) =>
    queue.enter(run(id, { person, ...member }), queued(id, person, needs), () => null);
  const claimed = async (server: string, fits = () => true) => (await queue.claim(server, fits))?.id ?? null;
  const first = async () => (await queue.state([], 1000)).first;
  const waiting = async () => (await first()).map(({ id }) => id);

  it('claim: people take turns, whoever entered first; each run is claimed once, also at the same time', async () => {
    for (const [id, person] of ['a1 ann', 'a2 ann', 'a3 ann', 'b1 bob', 'b2 bob'].map((one) =>
      one.split(' '),
    ))
      await enter(id ?? '', person ?? '');
    expect(await waiting()).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
    const both = await Promise.all(['small', 'large', 'small', 'large'].map((server) => claimed(server)));
    expect([...both].sort()).toEqual(['a1', 'a2', 'b1', 'b2']);
    // A newcomer goes after those of the same round, not after all.
    await enter('a4', 'ann');
    await enter('c1', 'cleo');
    expect(await waiting()).toEqual(['a3', 'c1', 'a4']);
  });

  it('claim: within a round, networks take turns: a class of newcomers does not push one person back', async () => {
    for (let number = 0; number < 60; number++)
      await enter(`class ${number}`, `person ${number}`, { network: 'class' });
    // With the class, after its first; an unknown network is one among the others.
    await enter('alone', 'ann', { network: 'home' });
    await enter('again', 'ann', { network: 'home' });
    for (const id of ['hidden', 'hidden too']) await enter(id, id);
    const order = await waiting();
    expect(order.slice(0, 5)).toEqual(['class 0', 'alone', 'hidden', 'class 1', 'hidden too']);
    // The round of ann's second run comes after the first runs of all.
    expect(order.at(-1)).toBe('again');
    for (const id of ['class 0', 'alone', 'hidden', 'class 1']) expect(await claimed('large')).toBe(id);
    // Nobody is owed for turns before they came, and others from a network do not get a second turn at once.
    for (const [id, network] of Object.entries({ late: 'cafe', 'late too': 'cafe', neighbour: 'home' }))
      await enter(id, id, { network });
    expect((await waiting()).slice(0, 6)).toEqual([
      ...['hidden too', 'late', 'neighbour', 'class 2', 'late too', 'class 3'],
    ]);
    // What was claimed and not begun waits again in its place.
    await queue.giveBack('large', []);
    expect((await waiting()).slice(0, 5)).toEqual(['class 0', 'alone', 'hidden', 'class 1', 'hidden too']);
  });

  it('enter: runs of a room share cores as its teacher has set, perhaps at another server', async () => {
    const room = { id: 'room', code: 'CODE', key: '', teacherKey: '', createdAt: 1, expiresAt: 2 };
    await store.rooms.createRoom({ ...room, state: JSON.stringify({ sharesCores: true }) });
    await enter('in', 'ann', { room: 'room' });
    await enter('out', 'bob', { room: 'another' });
    await store.rooms.updateRoom('room', { state: '{"sharesCores":false}', expiresAt: 2 });
    await enter('later', 'cleo', { room: 'room', shares: true });
    expect((await first()).map(({ id, shares }) => [id, shares])).toEqual([
      ['in', true],
      ['out', false],
      ['later', false],
    ]);
  });

  it('claim: a server takes what it could ever carry; what none could is refused, and leaves nothing', async () => {
    await enter('big', 'ann', { cores: 4 });
    await enter('little', 'bob');
    expect(await claimed('small')).toBe('little');
    expect(await claimed('small')).toBe(null);
    expect(await claimed('large')).toBe('big');
    for (const needs of [{ cores: 5 }, { runtime: 'deno' }, { isSandboxed: true }])
      await expect(enter('none', 'ann', needs)).rejects.toBeInstanceOf(NoRunnerError);
    await servers.bury('large');
    await expect(enter('none', 'ann', { cores: 4 })).rejects.toBeInstanceOf(NoRunnerError);
    expect(await store.get('none')).toBe(null);
  });

  it('claim: what does not fit now stays in the queue for another server, and nothing goes past it', async () => {
    await enter('big', 'ann', { cores: 4 });
    await enter('little', 'bob');
    expect(await claimed('large', () => false)).toBe(null);
    const asked: string[] = [];
    const only = (server: string) =>
      queue.claim(server, ({ id }) => {
        asked.push(id);
        return id === 'little';
      });
    expect(await only('large')).toBe(null);
    expect((await only('small'))?.id).toBe('little');
    expect(asked).toEqual(['big', 'little']);
    expect(await waiting()).toEqual(['big']);
  });

  it('stopRoom, shareCores: what waits and what is under way in a room; others are left alone', async () => {
    for (const id of ['claimed', 'waits']) await enter(id, 'ann', { room: 'r' });
    await enter('other', 'bob', { room: 's' });
    await claimed('large');
    await queue.shareCores('r', true);
    expect((await queue.instructions('large')).map(({ shares }) => shares)).toEqual([true]);
    expect((await first()).map(({ id, shares }) => [id, shares])).toEqual([
      ['other', false],
      ['waits', true],
    ]);
    const ids = await queue.stopRoom('r', { status: 'cancelled', why: 'Closed.' });
    expect(ids.sort()).toEqual(['claimed', 'waits']);
    expect(await waiting()).toEqual(['other']);
  });

  it('state, load: the first that wait, and the places of those that are asked for, however many others there are', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await enter(id, id);
    await claimed('large');
    const state = await queue.state(['e', 'none', 'a', 'c'], 2);
    expect(state.first.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(state.positions.toSorted((a, b) => a.position - b.position)).toEqual([
      { id: 'c', position: 2 },
      { id: 'e', position: 4 },
    ]);
    expect(state.active.map(({ id }) => id)).toEqual(['a']);
    expect(state.runners.map(({ id }) => id).sort()).toEqual(['large', 'small']);
    expect(await queue.load()).toEqual({ waiting: 4, active: 1 });
    expect((await queue.state(['none'], 2)).positions).toEqual([]);
    await store.hide('d', 'blocked');
    await store.hide('e', 'deleted');
    expect(await queue.blocked()).toEqual(['d']);
  });

  it('waitOn: places between two passes are known to all, until they are over', async () => {
    for (const id of ['one', 'two']) await enter(id, 'ann');
    for (const _ of [1, 2]) await claimed('large');
    const place = { pass: 1, position: 1, waitMs: 2000 };
    await queue.waitOn('large', [{ id: 'two', place }]);
    expect((await queue.state([], 0)).between).toEqual([{ id: 'two', place }]);
    await queue.waitOn('small', []);
    expect((await queue.state([], 0)).between).toHaveLength(1);
    await queue.waitOn('large', []);
    expect((await queue.state([], 0)).between).toEqual([]);
  });

  it('bury: what was begun is interrupted, what was not waits again in its place; the dead are not heard', async () => {
    for (const id of ['begun', 'claimed', 'waiting']) await enter(id, 'ann');
    expect([await claimed('large'), await claimed('large')]).toEqual(['begun', 'claimed']);
    expect(await queue.begin('begun', 'large')).toBe(true);
    // Its answer may have been lost.
    expect(await queue.begin('begun', 'large')).toBe(true);
    expect(await queue.begin('begun', 'small')).toBe(false);
    expect(await servers.bury('large')).toEqual(['begun']);
    expect(await servers.bury('large')).toEqual([]);
    expect((await store.get('begun'))?.status).toBe('interrupted');
    expect((await store.lines('begun')).join()).toContain('"run-ended"');
    expect(await waiting()).toEqual(['claimed', 'waiting']);
    expect((await servers.living()).map(({ id }) => id)).toEqual(['small']);
    const said = [
      servers.beat('large', { runtimes: [], sandboxed: [], sandbox: SANDBOX }),
      queue.claim('large', () => true),
      queue.begin('claimed', 'large'),
      queue.end('begun', 'large', 'completed'),
    ];
    for (const one of await Promise.allSettled(said))
      expect(one).toMatchObject({ status: 'rejected', reason: expect.any(DeadServerError) });
    expect((await store.get('begun'))?.status).toBe('interrupted');
  });

  it('giveBack: what a server has claimed without knowing waits again in its place; what it has begun does not', async () => {
    for (const id of ['begun', 'known', 'unknown', 'waiting']) await enter(id, 'ann');
    for (const _ of ['begun', 'known', 'unknown']) await claimed('large');
    await queue.begin('begun', 'large');
    await queue.giveBack('large', ['known']);
    expect(await waiting()).toEqual(['unknown', 'waiting']);
    expect((await queue.instructions('large')).map(({ id }) => id).sort()).toEqual(['begun', 'known']);
    expect(await claimed('small')).toBe('unknown');
  });

  it('stop: a run that waits ends at once; the server of another hears of it, and does not begin it', async () => {
    await enter('under way', 'ann');
    await enter('waits', 'bob');
    await claimed('large');
    await queue.stop(['waits', 'under way'].map((id) => ({ id, status: 'cancelled', why: 'Time is up.' })));
    expect((await store.get('waits'))?.status).toBe('cancelled');
    expect(JSON.parse((await store.lines('waits'))[0] ?? '')).toMatchObject({ error: 'Time is up.' });
    expect(await queue.instructions('large')).toEqual([
      { id: 'under way', shares: false, stop: { id: 'under way', status: 'cancelled', why: 'Time is up.' } },
    ]);
    expect(await queue.begin('under way', 'large')).toBe(false);
    await queue.end('under way', 'large', 'cancelled');
    expect(await queue.instructions('large')).toEqual([]);
  });

  it('enter: the bounds hold for all servers together; whoever gives up its place ends', async () => {
    const one = (id: string) =>
      queue.enter(run(id), queued(id, id), (holders) => {
        if (holders.length >= 3) throw new Error('full');
        return null;
      });
    const all = await Promise.allSettled(['1', '2', '3', '4', '5', '6'].map(one));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('enter: what has entered is there after the database has crashed', async () => {
    const postgres = await startPostgres();
    const store = await PostgresStore.open(await postgres.newDatabase());
    try {
      await new PostgresServers(store.database).join(LARGE);
      const queue = new PostgresQueue(store, DEAF);
      const bounds = { waiting: 9, waitingOfPerson: 9, waitingOfNetwork: 9, ofPerson: 9, ofNetwork: 9 };
      for (const id of ['first', 'last']) await queue.enter(run(id), queued(id, 'ann'), () => null, bounds);
      await postgres.crash();
      await postgres.restart();
      await expect.poll(() => store.get('last').catch(() => null)).not.toBe(null);
      expect((await queue.state([], 10)).first.map(({ id }) => id)).toEqual(['first', 'last']);
    } finally {
      await store.close();
      await postgres.close();
    }
  });

  it('enter: nobody is asked as long as fewer are there than the bounds', async () => {
    for (const [id, person, network] of ['a1 ann n', 'a2 ann n', 'b1 bob n', 'c1 cleo o'].map((one) =>
      one.split(' '),
    ))
      await enter(id ?? '', person ?? '', { network: network ?? '' });
    await claimed('large');
    const there = { waiting: 3, waitingOfPerson: 1, waitingOfNetwork: 2, ofPerson: 2, ofNetwork: 3 };
    const free = Object.fromEntries(Object.entries(there).map(([name, count]) => [name, count + 1]));
    const asks = (bounds: Partial<typeof there>) => {
      const choose = () => {
        throw new Error('asked');
      };
      const needs = queued('a3', 'ann', { network: 'n' });
      return queue.enter(run('a3'), needs, choose, { ...there, ...free, ...bounds });
    };
    for (const [name, count] of Object.entries(there))
      await expect(asks({ [name]: count }), name).rejects.toThrow('asked');
    expect(await store.get('a3')).toBe(null);
    await asks({});
    // Its network had its turn with a1.
    expect(await waiting()).toEqual(['c1', 'b1', 'a2', 'a3']);
  });

  it('claim: all runs of a family go to one server, while it lives', async () => {
    const family = { id: 'f', person: 'ann', kind: 'repeat', count: 3, spec: run('x').spec } as const;
    await store.createFamily({ ...family, createdAt: 1, status: null });
    const member = (number: number) => ({ member: { family: 'f', number } });
    await enter('f1', 'ann', {}, member(1));
    expect(await claimed('small')).toBe('f1');
    await enter('f2', 'ann', {}, member(2));
    expect(await claimed('large')).toBe(null);
    expect(await claimed('small')).toBe('f2');
    // However many of them are first in line.
    const { database } = store;
    await database.rows(`insert into runs (id, person, spec, created_at, family, place)
      select 'm' || n, 'ann', '{}', 1, 'f', n from generate_series(11, 150) as n`);
    await database.rows(`insert into queue (run, round, person, cores, memory_mib, runtime, is_sandboxed, pass_seconds)
      select 'm' || n, 0, 'ann', 1, 1, 'node', false, 60 from generate_series(11, 150) as n`);
    await enter('alone', 'bob');
    expect(await claimed('large')).toBe('alone');
    await database.rows(`delete from runs where id like 'm%'`);
    // One that this server could not execute goes to another.
    await enter('f3', 'ann', { memoryMib: 101 }, member(3));
    await store.database.rows(`update servers set memory_mib = 100 where id = 'small'`);
    expect(await claimed('small')).toBe(null);
    expect(await claimed('large')).toBe('f3');
    await enter('f4', 'ann', {}, member(4));
    await servers.bury('large');
    expect(await claimed('small')).not.toBe(null);
  });
});
