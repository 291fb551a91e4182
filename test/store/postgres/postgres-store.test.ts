/** The PostgreSQL store: the contracts of stores and rooms, and what several servers do to one another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../../server/store/postgres/connect.ts';
import { PostgresStore } from '../../../server/store/postgres/postgres-store.ts';
import { hasPostgres, newTestDatabase } from '../../postgres.ts';
import { storeContract } from '../contract.ts';
import { roomContract } from '../rooms-contract.ts';
import { run } from '../stored.ts';

describe.skipIf(!hasPostgres)('PostgresStore', () => {
  let url: string;
  let database: Database;
  beforeAll(async () => {
    url = await newTestDatabase();
    await (await PostgresStore.open(url)).close();
    database = new Database(url, { connections: 1 });
  });
  afterAll(() => database.close());

  const newPlace = async () => ({
    open: () => PostgresStore.open(url),
    // Quicker than a database for each test.
    remove: async () => {
      for (const table of ['families', 'runs', 'rooms', 'clock', 'changes'])
        await database.rows(`delete from ${table}`);
    },
  });
  storeContract('PostgresStore', newPlace);
  roomContract('PostgresStore', newPlace);

  it('append: a chunk is taken again if its events are the same, because the answer may have been lost', async () => {
    const store = await PostgresStore.open(url);
    await store.create(run('again'));
    await store.append('again', 1, ['a', 'b']);
    await store.append('again', 1, ['a', 'b']);
    await expect(store.append('again', 1, ['a', 'c'])).rejects.toThrow(/other events/);
    expect(await store.lines('again')).toEqual(['a', 'b']);
    await store.end('again', 'completed');
    expect(await store.get('aga\0in')).toBeNull();
    expect(await store.rooms.program('none', 1e20)).toBeNull();
    await store.close();
  });

  it('interruptUnfinished: servers that start at once end each run once', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => PostgresStore.open(url)));
    const [first] = stores;
    for (const id of ['one', 'two']) await first?.create(run(id));
    const counts = await Promise.all(stores.map((store) => store.interruptUnfinished()));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(await first?.lines('one')).toHaveLength(1);
    expect(await first?.lines('two')).toHaveLength(1);
    await Promise.all(stores.map((store) => store.close()));
  });
});
