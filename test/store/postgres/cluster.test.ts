/** The queue that servers share, on a real PostgreSQL. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeadServerError, NoRunnerError, type QueuedRun } from '../../../server/store/cluster.ts';
import { PostgresCluster } from '../../../server/store/postgres/cluster.ts';
import { PostgresStore } from '../../../server/store/postgres/postgres-store.ts';
import { hasPostgres, newTestDatabase } from '../../postgres.ts';
import { run } from '../stored.ts';

describe.skipIf(!hasPostgres)('PostgresCluster', () => {
  let store: PostgresStore;
  let cluster: PostgresCluster;
  beforeAll(async () => {
    store = await PostgresStore.open(await newTestDatabase());
    cluster = new PostgresCluster(store.database);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await store.database.rows('truncate servers, queue, runs, families, chunks cascade');
    for (const id of ['small', 'large'])
      await cluster.join({
        id,
        role: 'runner',
        cores: id === 'small' ? 1 : 4,
        memoryMib: 1000,
        runtimes: ['node'],
        sandboxed: [],
      });
  });

  const enter = (id: string, person: string, needs: Partial<QueuedRun> = {}, member = {}) =>
    cluster.enter(
      run(id, { person, ...member }),
      {
        ...{ id, person, network: null, cores: 1, memoryMib: 100, runtime: 'node', isSandboxed: false },
        ...{ passSeconds: 60, ...needs },
      },
      () => null,
    );
  const claimed = async (server: string) => (await cluster.claim(server))?.id ?? null;

  it('claim: people take turns, whoever entered first; each run is claimed once, also at the same time', async () => {
    for (const [id, person] of ['a1 ann', 'a2 ann', 'a3 ann', 'b1 bob', 'b2 bob'].map((one) =>
      one.split(' '),
    ))
      await enter(id ?? '', person ?? '');
    expect((await cluster.waiting()).map(({ id }) => id)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
    const both = await Promise.all(['small', 'large', 'small', 'large'].map(claimed));
    expect([...both].sort()).toEqual(['a1', 'a2', 'b1', 'b2']);
    // A newcomer goes after those of the same round, not after all.
    await enter('a4', 'ann');
    await enter('c1', 'cleo');
    expect((await cluster.waiting()).map(({ id }) => id)).toEqual(['a3', 'c1', 'a4']);
  });

  it('claim: a server takes what it could ever carry; what none could is refused, and leaves nothing', async () => {
    await enter('big', 'ann', { cores: 4 });
    await enter('little', 'bob');
    expect(await claimed('small')).toBe('little');
    expect(await claimed('small')).toBe(null);
    expect(await claimed('large')).toBe('big');
    for (const needs of [{ cores: 5 }, { runtime: 'deno' }, { isSandboxed: true }])
      await expect(enter('none', 'ann', needs)).rejects.toBeInstanceOf(NoRunnerError);
    await cluster.bury('large');
    await expect(enter('none', 'ann', { cores: 4 })).rejects.toBeInstanceOf(NoRunnerError);
    expect(await store.get('none')).toBe(null);
  });

  it('bury: what was begun is interrupted, what was not waits again in its place; the dead are not heard', async () => {
    for (const id of ['begun', 'claimed', 'waiting']) await enter(id, 'ann');
    expect([await claimed('large'), await claimed('large')]).toEqual(['begun', 'claimed']);
    expect(await cluster.begin('begun', 'large')).toBe(true);
    expect(await cluster.begin('begun', 'large')).toBe(false);
    expect(await cluster.bury('large')).toEqual(['begun']);
    expect(await cluster.bury('large')).toEqual([]);
    expect((await store.get('begun'))?.status).toBe('interrupted');
    expect((await store.lines('begun')).join()).toContain('"run-ended"');
    expect((await cluster.waiting()).map(({ id }) => id)).toEqual(['claimed', 'waiting']);
    expect([...(await cluster.beats()).keys()]).toEqual(['small']);
    const said = [
      cluster.beat('large'),
      cluster.claim('large'),
      cluster.begin('claimed', 'large'),
      cluster.end('begun', 'large', 'completed'),
    ];
    for (const one of await Promise.allSettled(said))
      expect(one).toMatchObject({ status: 'rejected', reason: expect.any(DeadServerError) });
    expect((await store.get('begun'))?.status).toBe('interrupted');
  });

  it('stop: a run that waits ends at once; the server of another hears of it, and does not begin it', async () => {
    await enter('under way', 'ann');
    await enter('waits', 'bob');
    await claimed('large');
    await cluster.stop(['waits', 'under way'].map((id) => ({ id, status: 'cancelled', why: 'Time is up.' })));
    expect((await store.get('waits'))?.status).toBe('cancelled');
    expect(JSON.parse((await store.lines('waits'))[0] ?? '')).toMatchObject({ error: 'Time is up.' });
    expect(await cluster.stops('large')).toEqual([
      { id: 'under way', status: 'cancelled', why: 'Time is up.' },
    ]);
    expect(await cluster.begin('under way', 'large')).toBe(false);
    await cluster.end('under way', 'large', 'cancelled');
    expect(await cluster.stops('large')).toEqual([]);
  });

  it('enter: the bounds hold for all servers together; whoever gives up its place ends', async () => {
    const one = (id: string) =>
      cluster.enter(
        run(id),
        {
          ...{ id, person: id, network: null, cores: 1, memoryMib: 100, runtime: 'node', isSandboxed: false },
          passSeconds: 60,
        },
        (holders) => {
          if (holders.length >= 3) throw new Error('full');
          return null;
        },
      );
    const all = await Promise.allSettled(['1', '2', '3', '4', '5', '6'].map(one));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
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
    await enter('f3', 'ann', {}, member(3));
    await cluster.bury('small');
    expect(await claimed('large')).not.toBe(null);
  });
});
