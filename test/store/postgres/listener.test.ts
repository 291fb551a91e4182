import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientConfig, Database } from '../../../server/store/postgres/connect.ts';
import { Listener } from '../../../server/store/postgres/listener.ts';
import { hasPostgres, newTestDatabase } from '../../postgres.ts';
import { until } from '../../runtime/server-process.ts';

describe.skipIf(!hasPostgres)('Listener', () => {
  let url: string;
  let here: Database;
  let elsewhere: Database;
  beforeAll(async () => {
    url = await newTestDatabase();
    here = new Database(url);
    elsewhere = new Database(await newTestDatabase());
  });
  afterAll(() => Promise.all([here.close(), elsewhere.close()]));

  it('Listener: hears what others say on channels that were added before and after it has connected', async () => {
    const heard: string[] = [];
    const listener = new Listener(clientConfig(url), here);
    listener.on('early', (payload) => heard.push(payload));
    await until('it hears', () => listener.isHearing);
    listener.on('late', (payload) => heard.push(payload));
    // Statements of the two may pass each other.
    while (!heard.includes('second')) await here.rows(`select pg_notify('late', 'second')`);
    await here.rows(`select pg_notify('early', 'first')`);
    await until('it has heard both', () => heard.includes('first'));
    await listener.close();
  });

  // As behind PgBouncer: what it says itself it would hear at once, on the connection on which it says it.
  it('Listener: does not count as hearing if it only hears itself', async () => {
    const listener = new Listener(clientConfig(url, { name: 'deaf' }), elsewhere);
    let changes = 0;
    listener.onChanged(() => changes++);
    const connections = async () =>
      (await here.rows(`select 1 from pg_stat_activity where application_name = 'deaf'`)).length;
    while ((await connections()) === 0);
    // It gives that connection up, and has heard nothing.
    while ((await connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect([changes, listener.isHearing]).toEqual([0, false]);
    await listener.close();
  });
});
