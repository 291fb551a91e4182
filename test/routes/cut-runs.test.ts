/** A real run with more events than its log may have: every page and export says from where on it is unknown. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PlaygroundApp, playgroundApp } from '../playground-app.ts';

const LIMIT = 100;
let app: PlaygroundApp;
let id: string;

beforeAll(async () => {
  app = await playgroundApp({ MAX_EVENTS: String(LIMIT) });
  const modes = ['sequential', 'event-loop', 'threads'];
  id = await app.start({ modes, jobs: 10, minSeconds: 0.02, maxSeconds: 0.05 });
  await app.events(id);
});
afterAll(() => app.close());

const text = async (path: string) => (await app.request(`/runs/${id}${path}`)).text();

it('a cut run: holds as many events as it may, and then only those of the run and its passes', async () => {
  const events = (await text('.ndjson'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events[LIMIT]).toMatchObject({ type: 'cut', what: 'events', limit: LIMIT });
  for (const { type } of events.slice(LIMIT + 1)) expect(type).toMatch(/^(run|pass)-/);
  expect(events.filter(({ type }) => type === 'pass-ended')).toHaveLength(3);
});

it('a cut run: its figures say which are of the part before', async () => {
  const { status, passes } = JSON.parse(await text('.json'));
  expect(status).toBe('completed');
  expect(passes.at(-1)).toMatchObject({ mode: 'threads', cutMs: 0, done: 0, speedUp: null });
  const cut = passes.filter(({ cutMs }: { cutMs: number | null }) => cutMs !== null);
  for (const { speedUp, wallMs } of cut) expect([speedUp, wallMs > 0]).toEqual([null, true]);
});

it.each(['', '.svg', '/embed', '.txt'])('a cut run: its headline at “%s” says so', async (path) => {
  expect(await text(path)).toContain(`the log was cut after ${LIMIT} events`);
});

it.each(['.svg', '.csv', '.trace.json'])('a cut run: “%s” draws the rest as unknown', async (path) => {
  expect(await text(path)).toContain('unknown');
});
