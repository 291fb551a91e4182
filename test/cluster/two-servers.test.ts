/** Two servers on one database, in this process: what one accepts, either executes, and both show. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operate } from '../../server/operator.ts';
import { ENDLESS, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { hasPostgres, newTestDatabase } from '../postgres.ts';

const idOf = z.object({ id: z.string() });

describe.skipIf(!hasPostgres)('two servers on one database', () => {
  let DATABASE_URL: string;
  let apps: PlaygroundApp[] = [];
  let first: PlaygroundApp;
  let second: PlaygroundApp;
  beforeAll(async () => {
    DATABASE_URL = await newTestDatabase();
    // Memory for one run: the next is executed by the other.
    apps = [];
    for (const _ of [1, 2]) apps.push(await playgroundApp({ DATABASE_URL, MEMORY_MIB: '64' }));
    [first, second] = apps as [PlaygroundApp, PlaygroundApp];
  });
  afterAll(async () => {
    for (const app of apps) await app.close();
  });

  it('a run is read on both, and ends', async () => {
    const id = await first.start(QUICK);
    const [here, there] = await Promise.all([first.events(id), second.events(id)]);
    expect(here.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
    expect(there).toEqual(here);
    expect(here.map(({ seq }) => seq)).toEqual(here.map((_, at) => at + 1));
  });

  it('both execute what one accepts; a third waits with its place on both, and each can be cancelled on the other', async () => {
    // One person, who uses both.
    const [Cookie = ''] = (await first.request('/')).headers.get('set-cookie')?.split(';') ?? [];
    const start = async (app: PlaygroundApp) => {
      const response = await app.program().sendJson('/api/runs', ENDLESS, { Cookie });
      return idOf.parse(await response.json()).id;
    };
    await first.events(await first.start(QUICK));
    const ids = [await start(first), await start(first)];
    for (const id of ids) await second.until(id, ({ type }) => type === 'job-started');
    const third = await start(second);
    expect(await first.place(third)).toMatchObject({ position: 1 });
    for (const id of [third, ...ids]) {
      const cancelled = await second.program().submit(`/runs/${id}/cancel`, {}, { Cookie });
      expect(cancelled.status).toBe(204);
      expect((await first.events(id)).at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
    }
  });

  it('the operator’s command: what it deletes, blocks or forgets is so on both servers, also while it runs', async () => {
    const command = async (...args: string[]) => {
      const lines: string[] = [];
      const settings = { DATA_DIR: '/nowhere', DATABASE_URL };
      const code = await operate(args, settings, (line) => lines.push(line));
      return { code, text: lines.join('\n') };
    };
    const statuses = (id: string) =>
      Promise.all(apps.map(async (app) => (await app.request(`/runs/${id}`)).status));

    const busy = await first.start(ENDLESS, first.program('192.0.2.7'));
    await second.until(busy, ({ type }) => type === 'job-started');
    expect((await command('list')).text).toMatch(new RegExp(`^${busy} .* not ended`, 'm'));
    expect(await command('delete', busy)).toEqual({
      code: 0,
      text: `Deleted the run ${busy}: nothing of it is left.`,
    });
    expect(await statuses(busy)).toEqual([404, 404]);
    expect(await first.playground.runs.load()).toEqual({ active: 0, waiting: 0 });

    const ann = await first.browser();
    const id = await first.start(QUICK, ann);
    await first.events(id);
    expect((await command('show', id)).text).toContain('completed, shown');
    expect((await command('block', id)).code).toBe(0);
    expect(await statuses(id)).toEqual([451, 451]);
    expect((await command('unblock', id)).code).toBe(0);
    expect(await statuses(id)).toEqual([200, 200]);

    const room = await first.playground.rooms.create('join');
    await ann.submit(`/rooms/${room.code}/join`, { name: 'Ann' });
    expect((await command('person', room.code, 'ann')).text).toContain('the name Ann');
    const about = (await command('person', id)).text;
    expect(about).toContain('1 run or series, 1 place in rooms.');
    expect((await command('forget', id)).code).toBe(0);
    expect(await statuses(id)).toEqual([404, 404]);
    await expect.poll(() => room.members).toEqual([]);
    expect(await command('person', id)).toMatchObject({ code: 1 });
  });
});

describe.skipIf(!hasPostgres)('a web server and a runner', () => {
  it('the web server executes nothing, shows what the runner can, and says so while there is none', async () => {
    const DATABASE_URL = await newTestDatabase();
    const web = await playgroundApp({ DATABASE_URL, ROLE: 'web', LEASE_MS: '1000' });
    const health = async () => (await web.request('/healthz')).json();
    try {
      expect(await health()).toMatchObject({ status: 'unavailable', role: 'web', runners: 0 });
      const refused = await web.program().sendJson('/api/runs', QUICK);
      expect([refused.status, await refused.text()]).toEqual([
        503,
        expect.stringContaining('no server that executes runs is up'),
      ]);
      const runner = await playgroundApp({ DATABASE_URL, ROLE: 'runner', CORES: '7', LEASE_MS: '1000' });
      await expect.poll(health).toMatchObject({ status: 'ok', runners: 1, cores: 7 });
      const own = await (await runner.request('/healthz')).json();
      expect((await health()).sandbox).toEqual(own.sandbox);
      expect((await runner.request('/')).status).toBe(404);
      const code = 'export function job({ log }: Job) { log("written") }\n';
      const isWalled = own.sandbox.runtimes.length > 0;
      const id = await web.start({ ...QUICK, ...(isWalled && { code, runtime: own.sandbox.runtimes[0] }) });
      expect((await web.events(id)).at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
      expect([web, runner].map(({ playground }) => [...playground.runs.endings.values()])).toEqual([[], [1]]);
      await runner.close();
      await expect.poll(health).toMatchObject({ status: 'unavailable', runners: 0 });
    } finally {
      await web.close();
    }
  });
});
