/** The operator's command on PostgreSQL without a server; beside servers: test/cluster/two-servers.test.ts. */

import { nanoid } from 'nanoid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LESSONS_ONLY } from '../../../server/launch/probe.ts';
import { operate } from '../../../server/operator.ts';
import { openPlace } from '../../../server/operator-place.ts';
import { PostgresAllowances } from '../../../server/store/postgres/allowances.ts';
import { PostgresStore } from '../../../server/store/postgres/postgres-store.ts';
import { PostgresServers } from '../../../server/store/postgres/servers.ts';
import { seldom } from '../../everyday.ts';
import { hasPostgres, newTestDatabase } from '../../postgres.ts';
import { draw } from '../allowances-contract.ts';
import { family, member, run } from '../stored.ts';

describe.skipIf(!hasPostgres)('npm run runs on PostgreSQL', () => {
  let url: string;
  let store: PostgresStore;
  beforeAll(async () => {
    url = await newTestDatabase();
    store = await PostgresStore.open(url);
  });
  afterAll(() => store.close());

  async function command(args: string[], DATABASE_URL = url) {
    const lines: string[] = [];
    const code = await operate(args, { DATA_DIR: '/nowhere', DATABASE_URL }, (line) => lines.push(line));
    return { code, text: lines.join('\n') };
  }

  it('list, delete, forget: without a server, at once; a series goes with its runs', async () => {
    const person = 'a'.repeat(21);
    await store.createFamily(family('f', { person }));
    await store.create(member('a', 'f', 1, { person }));
    await store.create(run('b', { person: 'b'.repeat(21) }));
    await store.create(run('c', { person }));
    const allowances = new PostgresAllowances(store.database);
    await allowances.take([draw(person)]);
    expect((await command(['delete', 'c'])).text).toBe('Deleted the run c: nothing of it is left.');
    expect((await command(['forget', 'f'])).code).toBe(0);
    expect((await command(['list'])).text).toMatch(/^b [^\n]*$/);
    // What was counted of them, too.
    expect(await allowances.take([draw(person, 3)])).toBe(null);
    await allowances.close();
  });

  seldom(
    'delete: waits for servers that live, which may run it, and not for those that were killed',
    async () => {
      const servers = new PostgresServers(store.database);
      const { level, versions, missing } = LESSONS_ONLY;
      const ability = { runtimes: [], sandboxed: [], sandbox: { level, versions, missing } };
      const server = nanoid();
      await servers.join({ id: server, role: 'both', cores: 1, memoryMib: 1, ...ability });
      const [first, second] = [nanoid(), nanoid()];
      for (const id of [first, second]) {
        await store.create(run(id));
        await store.hide(id, 'deleted');
      }
      const place = await openPlace({ DATA_DIR: '/nowhere', DATABASE_URL: url });
      const beating = setInterval(() => void servers.beat(server, ability), 20);
      expect(await place.removeHidden([first], 200)).toBe(false);
      expect(await store.deleted()).toEqual(expect.arrayContaining([first, second]));
      const removing = place.removeHidden([first], 60_000);
      await store.remove(first);
      expect(await removing).toBe(true);
      clearInterval(beating);
      await servers.beat(server, ability);
      expect(await place.removeHidden([second], 50_000)).toBe(true);
      expect(await store.deleted()).not.toContain(second);
      await place.close();
    },
  );

  it('a database or a run that is not there is named, without the password', async () => {
    const other = new URL(url);
    other.password = 'hush';
    other.pathname = '/nothing';
    const refused = await command(['list'], other.href);
    expect(refused).toMatchObject({
      code: 2,
      text: expect.stringMatching(/^DATABASE_URL: .*\/nothing cannot/),
    });
    const { code, text } = await command(['show', 'nothing']);
    expect(code).toBe(1);
    expect(text).toMatch(/^There is no run or series with the id nothing in 127\.0\.0\.1:\d+\/test_\w+\.$/);
    expect(`${refused.text}${text}`).not.toMatch(/hush|postgres@/);
  });
});
