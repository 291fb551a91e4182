/** A server whose database another program has locked: pages go on, nothing is lost, and a new run is refused as busy. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { hold, WRITER } from '../store/lock-holder.ts';

const REPEATED = { ...QUICK, repeat: 2 };

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
  // What stands in the log for the operator.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterAll(async () => {
  vi.restoreAllMocks();
  await app.close();
});

describe('a database that another program has locked', () => {
  it('pages and logs are shown, runs go on and are saved later, and a new run is refused with 503', async () => {
    const before = await app.start(QUICK);
    await app.events(before);
    const browser = await app.browser();
    const series = await browser.sendJson('/api/runs', REPEATED);
    const { id: family } = await series.json();
    const running = await app.start({ ...QUICK, minSeconds: 0.2, maxSeconds: 0.2 });
    const events = app.events(running);
    await app.until(running, ({ type }) => type === 'run-started');
    const release = await hold(path.join(app.folder, 'playground.db'), WRITER);
    try {
      await vi.waitUntil(async () => (await app.playground.runs.load()).active === 0, 20_000);
      for (const address of ['/', `/runs/${before}`, `/runs/${running}`, '/runs', `/families/${family}`])
        expect((await browser.get(address)).status, address).toBe(200);
      expect((await app.playground.families.get(family))?.status).toBeNull();
      const [form, json] = await Promise.all([
        browser.submit('/runs', { ...QUICK, jobs: '7', minSeconds: '0', maxSeconds: '0' }),
        app.program().sendJson('/api/runs', QUICK),
      ]);
      for (const response of [form, json]) {
        expect(response.status).toBe(503);
        expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
      }
      expect(await form.text()).toMatch(/name="jobs"[^>]*value="7"/);
      expect(await json.text()).toContain('database');
    } finally {
      await release();
    }
    expect((await events).at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
    await expect.poll(async () => (await app.playground.families.get(family))?.status).toBe('completed');
    expect((await app.playground.families.get(family))?.runs).toHaveLength(2);
    await app.events(await app.start(QUICK, browser));
  });
});
