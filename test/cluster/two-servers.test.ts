/** Two servers on one database, in this process: what one accepts, either executes, and both show. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RoomNews, TileNews } from '../../server/figures/room-news.ts';
import { operate } from '../../server/operator.ts';
import { Database } from '../../server/store/postgres/connect.ts';
import { PostgresStore } from '../../server/store/postgres/postgres-store.ts';
import { messagesIn } from '../event-stream.ts';
import { type Client, ENDLESS, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { hasPostgres, newTestDatabase } from '../postgres.ts';

const TOKEN = 'correct-horse-battery';
const idOf = z.object({ id: z.string() });
const familyOf = z.object({ status: z.string().nullable(), runs: z.array(idOf) });

describe.skipIf(!hasPostgres)('two servers on one database', () => {
  let DATABASE_URL: string;
  let apps: PlaygroundApp[] = [];
  let first: PlaygroundApp;
  let second: PlaygroundApp;
  beforeAll(async () => {
    DATABASE_URL = await newTestDatabase();
    // Memory for one run: the next is executed by the other.
    apps = [];
    for (const _ of [1, 2])
      apps.push(
        await playgroundApp({ DATABASE_URL, MEMORY_MIB: '64', METRICS_TOKEN: TOKEN, MAX_RUNS_PERSON: '3' }),
      );
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
    for (const app of apps) {
      const refused = await app.program().sendJson('/api/runs', QUICK, { Cookie });
      expect([refused.status, await refused.json()]).toMatchObject([
        429,
        { title: expect.stringContaining('already have 3 runs') },
      ]);
    }
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
    expect((await ann.get(`/rooms/${room.code}/me`)).status).toBe(200);
    expect((await command('person', room.code, 'ann')).text).toContain('the name Ann');
    const about = (await command('person', id)).text;
    expect(about).toContain('1 run or series, 1 place in rooms.');
    expect((await command('forget', id)).code).toBe(0);
    expect(await statuses(id)).toEqual([404, 404]);
    await expect.poll(async () => (await ann.get(`/rooms/${room.code}/me`)).status).toBe(403);
    expect(await command('person', id)).toMatchObject({ code: 1 });
  });

  /** Returns a browser whose requests go to the servers in turn, as behind a balancer. */
  function roaming(): Client {
    const browsers = apps.map((app) => app.newBrowser());
    let Cookie = '';
    let turn = 0;
    const send = async (request: (browser: Client, headers: Record<string, string>) => Promise<Response>) => {
      const response = await request(browsers[turn++ % 2] as Client, Cookie === '' ? {} : { Cookie });
      Cookie = response.headers.get('set-cookie')?.split(';')[0] ?? Cookie;
      return response;
    };
    return {
      get: (path) => send((browser, own) => browser.get(path, own)),
      submit: (path, fields) => send((browser, own) => browser.submit(path, fields, own)),
      sendJson: (path, body) => send((browser, own) => browser.sendJson(path, body, own)),
    };
  }

  it('a run that is damaged in the queue fails, and those behind it go on', async () => {
    const database = new Database(DATABASE_URL);
    await database.rows(
      `with broken as (
        insert into runs (id, person, spec, created_at) values ('broken', 'ann', '{', 0) returning id
      ) insert into queue (run, round, person, cores, memory_mib, runtime, is_sandboxed, pass_seconds)
        select id, 0, 'ann', 0.1, 1, 'node', false, 60 from broken`,
    );
    expect((await first.events(await first.start(QUICK))).at(-1)).toMatchObject({ status: 'completed' });
    const status = async () =>
      (
        await database.rows(
          `select status, (select count(*) from queue) as waiting from runs where id = 'broken'`,
        )
      )[0];
    await expect.poll(status).toEqual({ status: 'failed', waiting: 0 });
    await database.close();
  });

  it('a run that somebody removes from the database while it is under way stops', async () => {
    const id = await first.start(ENDLESS);
    await second.until(id, ({ type }) => type === 'job-started');
    const database = new Database(DATABASE_URL);
    await database.rows('delete from runs where id = $1', [id]);
    await database.close();
    for (const { playground } of apps) await expect.poll(() => playground.cluster?.executing() ?? 0).toBe(0);
  });

  it('a series: cancelled on the other server, and by the teacher of a room there, it begins no further run', async () => {
    const [teacher, ann] = [roaming(), roaming()];
    const teach = (await teacher.submit('/rooms', { lesson: 'join' })).headers.get('location') ?? '';
    const code = teach.slice('/rooms/'.length, '/rooms/'.length + 4);
    await ann.submit(`/rooms/${code}/join`, { name: 'Ann' });
    const start = async () => {
      const fields = {
        ...ENDLESS,
        jobs: '1',
        minSeconds: '3000',
        maxSeconds: '3600',
        repeat: '3',
        room: code,
      };
      return (await ann.submit('/runs', fields)).headers.get('location') ?? '';
    };
    const json = async (app: PlaygroundApp, path: string) =>
      familyOf.parse(await (await app.request(`${path}.json`)).json());
    for (const cancel of [
      (path: string) => ann.submit(`${path}/cancel`),
      () => teacher.submit(teach.replace('/teach', '/stop')),
    ]) {
      const path = await start();
      const [run] = (await json(first, path)).runs;
      await second.until(run?.id ?? '', ({ type }) => type === 'job-started');
      const answer = await cancel(path);
      expect(answer.status).toBe(303);
      // Whichever had it: two requests reach both.
      for (const app of apps)
        await expect
          .poll(() => json(app, path))
          .toMatchObject({ status: 'cancelled', runs: [{ id: run?.id }] });
      expect((await first.events(run?.id ?? '')).at(-1)).toMatchObject({ status: 'cancelled' });
    }
  });

  it('a room: its teacher and its members come to either server, a wall on each shows all of it, and ends with it', async () => {
    const [teacher, ann, bob] = [roaming(), roaming(), roaming()];
    const opened = await teacher.submit('/rooms', { lesson: 'join' });
    const teach = opened.headers.get('location') ?? '';
    expect((await teacher.get(teach)).status).toBe(200);
    const code = teach.slice('/rooms/'.length, '/rooms/'.length + 4);
    const key = new URL(teach, 'http://localhost').searchParams.get('key');
    const at = (part: string) => teach.replace('/teach', part);

    const walls = apps.map((app) => {
      const wall = { room: null as RoomNews | null, tiles: new Map<number, TileNews>(), isOver: false };
      const read = async () => {
        const response = await app.request(`/rooms/${code}/events?key=${key}`);
        for await (const { event, data } of messagesIn(response)) {
          if (event === 'room') wall.room = JSON.parse(data);
          if (event === 'tiles') for (const tile of JSON.parse(data)) wall.tiles.set(tile.member, tile);
          if (event === 'end') wall.isOver = true;
        }
      };
      return { wall, ended: read() };
    });
    const both = (seen: (wall: (typeof walls)[0]['wall']) => unknown) =>
      expect.poll(() => JSON.stringify(walls.map(({ wall }) => seen(wall))));
    const twice = (one: unknown) => JSON.stringify([one, one]);

    for (const [one, name] of [
      [ann, 'Ann'],
      [bob, 'Bob'],
    ] as const) {
      expect((await one.get(`/rooms/${code}`)).status).toBe(200);
      expect((await one.get(`/rooms/${code}`)).status).toBe(200);
      expect((await one.submit(`/rooms/${code}/join`, { name })).status).toBe(303);
      expect(await (await one.get(`/rooms/${code}/bar`)).text()).toContain(name);
    }
    await both(({ room }) => room?.members.map(({ name }) => name)).toBe(twice(['Ann', 'Bob']));

    const submitted = await ann.submit('/runs', {
      ...QUICK,
      jobs: '1',
      minSeconds: '0',
      maxSeconds: '0',
      room: code,
    });
    const run = /\/runs\/([\w-]+)/.exec(submitted.headers.get('location') ?? '')?.[1];
    await both(({ tiles }) => [tiles.get(1)?.run, tiles.get(1)?.tile.status]).toBe(twice([run, 'completed']));

    await teacher.submit(at('/round'), { lesson: 'join', after: '0' });
    for (const one of [ann, bob]) await one.submit(`/rooms/${code}/answer`, { round: '1', choice: '0' });
    await bob.submit(`/rooms/${code}/hand`, { up: '1' });
    await both(({ room }) => [
      room?.round?.answered,
      room?.members.map(({ handAt }) => handAt !== null),
    ]).toBe(twice([2, [false, true]]));
    await teacher.submit(at('/cores'), { on: '1' });
    await teacher.submit(at('/close'), { on: '1' });
    expect((await roaming().submit(`/rooms/${code}/join`, { name: 'Late' })).status).toBe(403);
    await teacher.submit(at('/end'));
    await Promise.all(walls.map(({ ended }) => ended));
    expect(walls.map(({ wall }) => wall.isOver)).toEqual([true, true]);
    for (const one of [teacher, teacher]) expect((await one.get(teach)).status).toBe(404);
    for (const one of [ann, ann]) expect((await one.get(`/rooms/${code}/bar`)).status).toBe(200);
  });

  it('metrics: say which server it is and how many live, and what runs here and on all; none is ready without a runner', async () => {
    const id = await first.start(ENDLESS, first.program('192.0.2.8'));
    await first.until(id, ({ type }) => type === 'job-started');
    const texts = await Promise.all(
      apps.map(async (app) => {
        const headers = { Authorization: `Bearer ${TOKEN}` };
        return (await app.request('/metrics', { headers })).text();
      }),
    );
    const ids = texts.map((text) => /^playground_info\{.*role="both",id="([\w-]+)"\} 1$/m.exec(text)?.[1]);
    expect(new Set(ids).size).toBe(2);
    for (const text of texts) {
      expect(text).toMatch(/^playground_servers\{role="both"\} 2$/m);
      expect(text).toMatch(/^playground_runs_active 1$/m);
      expect(text).toMatch(/^playground_database_connections\{state="waiting"\} 0$/m);
    }
    const here = texts.map((text) => Number(/^playground_runs_executing (\d)$/m.exec(text)?.[1]));
    expect(here.toSorted()).toEqual([0, 1]);
    expect(await operate(['delete', id], { DATA_DIR: '/nowhere', DATABASE_URL }, () => {})).toBe(0);

    const ready = async () => {
      const response = await second.request('/readyz');
      return [response.status, await response.json()];
    };
    expect(await ready()).toEqual([200, { status: 'ok' }]);
    // They find it out with their next beat.
    const store = await PostgresStore.open(DATABASE_URL);
    await store.database.rows(`update servers set role = 'web'`);
    const why = expect.stringMatching(/no server that executes runs/);
    await expect.poll(ready).toEqual([503, { status: 'unavailable', why }]);
    await store.database.rows(`update servers set role = 'both'`);
    await expect.poll(ready).toEqual([200, { status: 'ok' }]);
    await store.close();
    expect(await (await second.request('/privacy')).text()).toContain(
      'It is kept in the database for up to an hour',
    );
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
