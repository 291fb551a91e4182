/** A playground on PostgreSQL: runs, the database away and back, and what is SQLite's alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandApp } from '../../../server/routes/backup.ts';
import { FairUse } from '../../../server/runs/admission/fair-use.ts';
import { AwayError } from '../../../server/settings.ts';
import { PostgresAllowances } from '../../../server/store/postgres/allowances.ts';
import { Database } from '../../../server/store/postgres/connect.ts';
import { StoreError } from '../../../server/store/store-error.ts';
import { type Client, type PlaygroundApp, playgroundApp, QUICK } from '../../playground-app.ts';
import { hasPostgres, type Postgres, startPostgres } from '../../postgres.ts';

const NOT_READ = 'This could not be read: this server cannot reach its database.';

async function read(browser: Client, page: string) {
  const response = await browser.get(page);
  return { status: response.status, text: await response.text() };
}

describe.skipIf(!hasPostgres)('playground on PostgreSQL', () => {
  let postgres: Postgres;
  let url: string;
  let app: PlaygroundApp;
  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.newDatabase();
    app = await playgroundApp({ DATABASE_URL: url });
  });
  afterAll(async () => {
    await app.close();
    await postgres.close();
  });

  /** Returns whether the server is ready, and why not. */
  async function ready() {
    const response = await app.request('/readyz');
    const { why } = await response.json();
    return [response.status, why];
  }

  it('readyz: not while nothing can be written, as on a standby, nor while no program can be run', async () => {
    expect(await ready()).toEqual([200, undefined]);
    const name = new URL(url).pathname.slice(1);
    const database = new Database(url);
    const others = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
      and pid <> pg_backend_pid() and application_name like 'playground%'`;
    await database.rows(`alter database ${name} set default_transaction_read_only = on`);
    await database.rows(others);
    const why = 'No run can start now: the database is read-only.';
    // The first write that fails shows it, or one that is made to find out.
    await expect.poll(async () => (await app.program().sendJson('/api/runs', QUICK)).status).toBe(503);
    await expect.poll(async () => (await ready())[1]).toBe(why);
    await database.transaction(async (queries) => {
      await queries.rows('set transaction read write');
      await queries.rows(`alter database ${name} reset default_transaction_read_only`);
    });
    await database.rows(others);
    await database.close();
    await expect.poll(async () => (await ready())[0]).toBe(200);
  });

  it('a run is in the database, and its page says what is the matter while that is away, until it is back', async () => {
    const browser = await app.browser();
    const id = await app.start(QUICK);
    const events = await app.events(id);
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });

    // Counts the computing time of another browser's runs, as a runner does.
    const other = await app.browser();
    const { person = '' } = (await app.playground.runs.get(await app.start(QUICK, other))) ?? {};
    const limits = { runsAtOnce: 1, runsPerMinute: 9, cpuSecondsPerHour: 3600, peoplePerAddress: 1 };
    const database = new Database(url);
    const allowances = new PostgresAllowances(database);
    const fairUse = new FairUse({ ...limits, countsAddresses: false }, allowances);

    const room = await app.playground.rooms.create('join');
    const at = `/rooms/${room.code}`;
    await browser.submit(`${at}/join`, { name: 'Ann' });

    await postgres.crash();
    fairUse.executing({ person, network: null }).compute(36_000_000);
    await expect(fairUse.report({ person, network: null })).rejects.toBeInstanceOf(StoreError);
    const refused = await browser.sendJson('/api/runs', QUICK);
    expect(refused.status).toBe(503);
    expect(await refused.text()).toMatch(/cannot reach its database/);
    expect((await browser.get('/')).status).toBe(200);
    for (const page of ['/runs', `/runs/${id}`, `/runs/${id}.json`]) {
      const { status, text } = await read(browser, page);
      expect([page, status, text]).toEqual([page, 503, expect.stringContaining(NOT_READ)]);
    }
    const unsaved = await browser.submit(`/runs/${id}/report`, { reason: 'why' });
    expect(await unsaved.text()).toContain('This could not be saved: this server cannot reach its database.');
    // Neither a program that is to be compiled nor a code can be counted.
    const code = 'export function job() {}';
    expect((await browser.sendJson('/api/runs', { ...QUICK, code })).status).toBe(503);
    expect((await browser.get('/rooms?code=WXYZ')).status).toBe(503);
    // What was known of a room is shown; nothing changes in it.
    expect(await (await browser.get(`${at}/bar`)).text()).toContain('Ann');
    const raised = await browser.submit(`${at}/hand`, { up: '1' });
    expect([raised.status, await raised.text()]).toEqual([
      503,
      expect.stringMatching(/cannot reach its database/),
    ]);
    expect(room.member(1)).toMatchObject({ name: 'Ann', handAt: null });
    const health = await (await app.request('/healthz')).text();
    expect(health).toMatch(/unreachable/);
    expect(await ready()).toEqual([503, 'No run can start now: this server cannot reach its database.']);

    await postgres.restart();
    await expect.poll(async () => (await browser.sendJson('/api/runs', QUICK)).status).toBe(201);
    expect(await app.events(id)).toEqual(events);
    expect((await browser.get(`/runs/${id}`)).status).toBe(200);
    expect(await ready()).toEqual([200, undefined]);
    expect((await browser.submit(`${at}/hand`, { up: '1' })).status).toBe(303);
    // What was used meanwhile is counted when the database is back.
    await expect.poll(async () => (await other.sendJson('/api/runs', QUICK)).status).toBe(429);
    await allowances.close();
    await database.close();
  });

  it('backup: the command is told to use pg_dump', async () => {
    const response = await commandApp(app.playground).request('/backup', { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([501, expect.stringMatching(/pg_dump/)]);
  });

  it('DATABASE_URL: a database that cannot be used is named, without its password', async () => {
    const other = new URL(url);
    other.password = 'hush';
    other.pathname = '/nothing';
    const starting = playgroundApp({ DATABASE_URL: other.href });
    await expect(starting).rejects.toThrow(/DATABASE_URL: .*\/nothing cannot be used/);
    await expect(starting).rejects.not.toThrow(/hush/);
    await expect(starting).rejects.not.toBeInstanceOf(AwayError);
    // That of another program.
    const foreign = await postgres.newDatabase();
    const database = new Database(foreign);
    await database.rows('create table runs (x int)');
    await database.close();
    await expect(playgroundApp({ DATABASE_URL: foreign })).rejects.toThrow(/table “runs” of another program/);
    // It may be about to start.
    other.port = '1';
    await expect(playgroundApp({ DATABASE_URL: other.href })).rejects.toBeInstanceOf(AwayError);
  });
});
