/** Families on several servers: each is stopped from any of them, and another goes on with one that has lost its server. */
import { describe, expect, it } from 'vitest';
import { type Fields, type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { hasPostgres, newTestDatabase } from '../postgres.ts';
import { PYTHON } from '../python.ts';

const SHORT = { modes: ['sequential'], jobs: '1', minSeconds: '0.3', maxSeconds: '0.3', repeat: '4' };
/** A run on each runtime: which ones is stored with the family, for the server that goes on with it. */
const ON_EVERY = { ...SHORT, repeat: '', everyRuntime: 'true' };
const RUNTIMES = ['node', 'deno', ...(PYTHON === null ? [] : ['python'])];
const LONG = { ...SHORT, minSeconds: '60', maxSeconds: '60' };

describe.skipIf(!hasPostgres)('families on two web servers and a runner', () => {
  it('one that its server leaves goes on, with each run once; another stops where it is told to', async () => {
    const DATABASE_URL = await newTestDatabase();
    const [runner, first, second] = await Promise.all(
      ['runner', 'web', 'web'].map((ROLE) => playgroundApp({ DATABASE_URL, ROLE, LEASE_MS: '1000' })),
    );
    if (!runner || !first || !second) throw new Error();
    try {
      const [Cookie = ''] = (await first.request('/')).headers.get('set-cookie')?.split(';') ?? [];
      await expect.poll(async () => (await first.request('/readyz')).status).toBe(200);
      const start = async (fields: Fields) => {
        const response = await first.newBrowser().submit('/runs', fields, { Cookie });
        expect(response.status).toBe(303);
        return response.headers.get('location')?.split('/').at(-1) ?? '';
      };
      const long = await start(LONG);
      // A newcomer may have one, on whichever server.
      const refused = await second.newBrowser().submit('/runs', SHORT, { Cookie });
      expect([refused.status, await refused.text()]).toEqual([
        429,
        expect.stringContaining('already have a search, or a series of runs'),
      ]);
      const cancelled = await second.program().submit(`/families/${long}/cancel`, {}, { Cookie });
      expect(cancelled.status).toBe(204);
      expect(await familyOn(first, long)).toMatchObject({ status: 'cancelled', runs: [{ number: 1 }] });

      const id = await start(ON_EVERY);
      await expect.poll(async () => (await familyOn(second, id))?.runs.length).toBe(2);
      await first.close();
      await expect.poll(async () => (await familyOn(second, id))?.status).toBe('completed');
      const { runs } = (await familyOn(second, id)) ?? { runs: [] };
      expect(runs.map(({ number }) => number)).toEqual(RUNTIMES.map((_, i) => i + 1));
      const specs = await Promise.all(
        runs.map(async (run) => (await second.playground.runs.get(run.id))?.spec),
      );
      expect(specs.map((spec) => spec?.runtime)).toEqual(RUNTIMES);
      for (const run of runs)
        expect((await second.events(run.id)).at(-1)).toMatchObject({ status: 'completed' });
    } finally {
      await second.close();
      await runner.close();
    }
  });

  const familyOn = ({ playground }: PlaygroundApp, id: string) => playground.families.get(id);
});
