/** A server with little memory: runs get a pool that fits, and say so wherever they are shown. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Played } from '../contract/play.ts';
import { type PlaygroundApp, playgroundApp } from '../playground-app.ts';

/** What a machine of 512 MiB has to give by default. */
const MEMORY_MIB = '256';
const SHORT = { minSeconds: '0', maxSeconds: '0.01' };
const pool = { lanes: 3, memoryMib: 256 };
const WORDS = '3 at a time: this server has 256 MiB for programs';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp({ MEMORY_MIB });
});
afterAll(() => app.close());

/** Returns a run that has ended. */
async function playedAt(id: string): Promise<Played> {
  const run = await app.playground.runs.get(id);
  if (!run) throw new Error('There is no such run.');
  return new Played(run.spec, await app.events(id));
}

it('memory: the first press of Run works, and the page says which pass has a pool', async () => {
  const browser = await app.browser();
  const modes = ['sequential', 'event-loop', 'threads', 'processes'];
  const response = await browser.submit('/runs', { modes, jobs: '5', ...SHORT });
  expect(response.status).toBe(303);
  const address = response.headers.get('location') ?? '';
  const played = await playedAt(address.split('/').at(-1) ?? '');
  expect(played.status).toBe('completed');
  const processes = played.pass('processes');
  expect(processes.one('pass-started').pool).toEqual(pool);
  expect(processes.of('lane-started').filter(({ kind }) => kind === 'process')).toHaveLength(3);
  expect(processes.of('job-ended').map(({ status }) => status)).toEqual(Array(5).fill('done'));
  // Threads are smaller: five fit.
  expect(played.pass('threads').one('pass-started').pool).toBeUndefined();
  for (const page of [address, `${address}/embed`, `/compare?a=${address}&b=${address}`])
    expect((await (await browser.get(page)).text()).split(WORDS).length - 1).toBe(page.includes('?') ? 2 : 1);
});

it('memory: the largest run never has more processes than fit, and the API says so at once and in its figures', async () => {
  const spec = { modes: ['processes'], jobs: 60, workers: 40, minSeconds: 0, maxSeconds: 0 };
  const response = await app.program().sendJson('/api/runs', spec);
  const { id, pools } = await response.json();
  expect(pools).toEqual({ processes: pool });
  const played = await playedAt(id);
  expect(played.mostLanes).toBe(3);
  expect(played.status).toBe('completed');
  const { passes } = await (await app.request(`/runs/${id}.json`)).json();
  expect(passes).toMatchObject([{ mode: 'processes', done: 60, pool }]);
});
