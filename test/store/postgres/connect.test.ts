import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwayError } from '../../../server/settings.ts';
import { unusable } from '../../../server/store/opened.ts';
import { Database } from '../../../server/store/postgres/connect.ts';
import { migrate } from '../../../server/store/postgres/schema.ts';
import { StoreError } from '../../../server/store/store-error.ts';
import { hasPostgres, newTestDatabase } from '../../postgres.ts';

describe.skipIf(!hasPostgres)('connect and schema', () => {
  let url: string;
  let database: Database;
  beforeAll(async () => {
    url = await newTestDatabase();
    database = new Database(url);
  });
  afterAll(() => database.close());

  it('migrate: servers that start at once upgrade an empty database once, and a later schema is refused', async () => {
    const others = Array.from({ length: 4 }, () => new Database(url, { connections: 1 }));
    await Promise.all([database, ...others].map(migrate));
    await Promise.all(others.map((other) => other.close()));
    const [{ version } = { version: 0 }] = (await database.rows('select version from schema_version')) as {
      version: number;
    }[];
    expect(version).toBeGreaterThan(0);
    await database.rows('update schema_version set version = version + 1');
    await expect(migrate(database)).rejects.toThrow(/later version/);
    await database.rows('update schema_version set version = version - 1');
  });

  it('Database: an unknown host, a wrong database and a port without a server are told apart', async () => {
    const troubleOf = async (change: (url: URL) => void) => {
      const other = new URL(url);
      change(other);
      const wrong = new Database(other.href);
      const trouble = await wrong.rows('select 1').catch((error) => error.trouble);
      await wrong.close();
      return trouble;
    };
    expect(await troubleOf((other) => (other.pathname = '/nothing'))).toBe('refused');
    expect(await troubleOf((other) => (other.port = '1'))).toBe('unreachable');
    expect(await troubleOf((other) => other.searchParams.set('sslmode', 'require'))).toBe('unreachable');
  });

  it('unusable: a database without encryption need not be tried again by one that must encrypt', async () => {
    for (const mode of ['require', 'verify-full']) {
      const encrypted = new URL(url);
      encrypted.searchParams.set('sslmode', mode);
      const wrong = new Database(encrypted.href);
      const error = await wrong.rows('select 1').catch((error) => unusable(encrypted.href, error));
      await wrong.close();
      expect(error).not.toBeInstanceOf(AwayError);
      expect(String(error)).toMatch(
        /DATABASE_URL: .* cannot be used: it does not encrypt connections\. Turn/,
      );
    }
  });

  it('unusable: says why there is no connection, at each address of a name', async () => {
    // As Node does for a name with several addresses.
    const lookup: net.LookupFunction = (_name, _options, done) =>
      done(null, [
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ]);
    const socket = net.connect({ host: 'localhost', port: 1, lookup });
    const [failed] = await once(socket, 'error').catch((error) => [error]);
    expect(failed).toBeInstanceOf(AggregateError);
    const said = unusable('postgres://localhost:1/x', new StoreError('unreachable', failed));
    expect(said).toBeInstanceOf(AwayError);
    expect(String(said)).toMatch(
      /localhost:1\/x cannot be used: connect E\w+ ::1:1.*, connect ECONNREFUSED 127\.0\.0\.1:1\.$/,
    );
  });

  it('Database: a statement that is too slow is given up, and the next one gets its own answer', async () => {
    const quick = new Database(url, { connections: 1, queryMs: 200 });
    await expect(quick.rows('select pg_sleep(600)')).rejects.toMatchObject({ trouble: 'unreachable' });
    expect(await quick.rows('select 2 as two')).toEqual([{ two: 2 }]);
    await quick.close();
  });

  it('Database: after its connections were ended, reads go on, and a transaction leaves nothing', async () => {
    await database.rows('create table kept (n integer)');
    const end = () =>
      database.rows(
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
      );
    const ended = database.transaction(async (queries) => {
      await queries.rows('insert into kept values (1)');
      await end();
      await queries.rows('insert into kept values (2)');
    });
    await expect(ended).rejects.toMatchObject({ trouble: 'unreachable' });
    expect(await database.read('select n from kept')).toEqual([]);
  });
});
