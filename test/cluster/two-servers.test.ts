/** Two servers on one database, in this process: what one accepts, either executes, and both show. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ENDLESS, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { hasPostgres, newTestDatabase } from '../postgres.ts';

const idOf = z.object({ id: z.string() });

describe.skipIf(!hasPostgres)('two servers on one database', () => {
  let apps: PlaygroundApp[] = [];
  let first: PlaygroundApp;
  let second: PlaygroundApp;
  beforeAll(async () => {
    const DATABASE_URL = await newTestDatabase();
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
});
