/** The view of a run's timelines: complete at its edges, replayed, kept in the address, following a live run. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { RunView } from '../../static/run/run-view.ts';
import { seldom } from '../everyday.ts';
import type { Server, TestBrowser } from './browser.ts';
import { edges, type Looking, looked, plotOf, startLooking, widthOf } from './looking.ts';
import { ended } from './playground-page.ts';

let looking: Looking;
let server: Server;
let browser: TestBrowser;
let lockRun: string;
beforeAll(async () => {
  looking = await startLooking();
  ({ server, browser, lockRun } = looking);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => looking?.close());

/**
 * Counts the painted pixels at the outer edges of the first chart, where a text would be clipped, and returns whether
 * its times are drawn.
 */
function paintedAtEdges(page: Page): Promise<{ left: number; right: number; bottom: boolean }> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('figure.pass .chart canvas');
    const ctx = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (!canvas || !ctx) throw new Error('no chart');
    ctx.canvas.width = canvas.width;
    ctx.canvas.height = canvas.height;
    ctx.drawImage(canvas, 0, 0);
    const painted = (x: number, y: number, width: number, height: number) =>
      ctx.getImageData(x, y, width, height).data.filter((value, i) => i % 4 === 3 && value > 0).length;
    const { width, height } = canvas;
    return {
      left: painted(0, 0, 1, height),
      // As wide as a space: a clipped text may have a space there.
      right: painted(width - 6, height - 18, 6, 18),
      bottom: painted(0, height - 12, width, 6) > 0,
    };
  });
}
/** Returns the address, once it has the current view. */
const fragmentOf = async (page: Page, part: RegExp) => {
  await page.waitForURL((url) => part.test(url.hash));
  return new URL(page.url()).hash;
};
it('ticks: at the closest zoom no text is clipped at the right edge of the chart', async () => {
  // The last of its times, 100.025 ms, is at the end of the plot.
  const page = await looking.open('#view=100.004-100.025');
  await expect.poll(async () => (await edges(page)).minMs).toBe(100.004);
  await expect.poll(() => paintedAtEdges(page)).toEqual({ left: 0, right: 0, bottom: true });
});

seldom('names: a daemon’s name is not clipped', async () => {
  const daemons = await server.start({
    lesson: 'daemon',
    modes: ['threads'],
    minSeconds: 0.1,
    maxSeconds: 0.2,
  });
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${daemons}`);
  await ended(page);
  await page.locator('figure.pass .chart canvas').first().waitFor();
  await expect.poll(() => paintedAtEdges(page)).toMatchObject({ left: 0, bottom: true });
  await page.goto(`${server.url}/runs/${daemons}.svg`);
  const starts = await page.evaluate(() =>
    [...document.querySelectorAll<SVGTextElement>('.lane-label')].map((label) => {
      const edge = label.closest<SVGElement>('svg[width]:not([x])');
      return {
        name: label.firstChild?.textContent,
        room: label.getBoundingClientRect().left - (edge?.getBoundingClientRect().left ?? 0),
      };
    }),
  );
  expect(starts.map(({ name }) => name)).toContainEqual(expect.stringMatching(/ daemon$/));
  for (const { room } of starts) expect(room).toBeGreaterThanOrEqual(0);
});

seldom(
  'replay: console, table, bars and progress follow the moment, forward, back and to the end',
  async () => {
    const page = await looking.open();
    const events = await server.events(lockRun);
    const logs = events.filter((event) => event.type === 'log');
    const lines = () => page.locator('.console li[data-seq]').count();
    expect(await lines()).toBe(logs.length);
    const middle = logs[Math.floor(logs.length / 2)]?.atMs ?? 0;
    const scrub = (ms: number) =>
      page.locator('.scrubber').evaluate((input: HTMLInputElement, value) => {
        input.value = String(value);
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }, ms);
    await scrub(middle + 0.5);
    await expect.poll(lines).toBe(logs.filter(({ atMs }) => atMs <= middle + 0.5).length);
    expect(await page.locator('tbody td').first().textContent()).toBe('');
    await page.click('.event-back');
    await page.click('.event-back');
    await expect.poll(lines).toBeLessThanOrEqual(logs.filter(({ atMs }) => atMs <= middle).length);
    await scrub(0);
    await expect.poll(lines).toBe(0);
    await page.selectOption('.speed select', '10');
    await page.click('.play');
    await expect.poll(lines, { timeout: 15_000 }).toBe(logs.length);
    await expect.poll(() => page.locator('.play').getAttribute('aria-label')).toBe('Play');
    expect(await page.locator('tbody td').first().textContent()).not.toBe('');
  },
);

it('address: keeps zoom, selection, time and speed, and restores them when opened', async () => {
  const page = await looking.open();
  const { x, y, width } = await plotOf(page);
  await page.mouse.click(x + width * 0.4, y + 10);
  await page.keyboard.press('w');
  await page.keyboard.press('e');
  await page.selectOption('.speed select', '0.5');
  await page.click('.event-back');
  const fragment = await fragmentOf(page, /view=.*bar=.*t=.*speed=0\.5.*show=arrows/);
  const before = await edges(page);
  const said = await looked(page);
  const other = await looking.open(fragment);
  // To the microsecond, like the address, and once more if the run's end is between two of them.
  const offMs = async () => {
    const { minMs, maxMs } = await edges(other);
    return Math.max(Math.abs(minMs - before.minMs), Math.abs(maxMs - before.maxMs));
  };
  await expect.poll(offMs).toBeLessThan(0.003);
  await expect.poll(() => looked(other)).toBe(said);
  expect(await other.locator('[data-turn=arrows]').getAttribute('aria-pressed')).toBe('true');
  expect(await other.locator('.speed select').inputValue()).toBe('0.5');
  const [there, here] = await Promise.all(
    [other, page].map(async (one) => Number(await one.locator('.scrubber').inputValue())),
  );
  expect(there).toBeCloseTo(here ?? Number.NaN, 2);
});

seldom('address: an invalid fragment does no harm', async () => {
  const page = await looking.open('#view=5-1&bar=9.9.9&t=1e99&speed=-1&show=%00');
  expect((await edges(page)).minMs).toBe(0);
  const far = await looking.open('#view=100000000-200000000&bar=0.0.99999&t=99999999');
  const { minMs, maxMs } = await edges(far);
  expect(maxMs).toBeGreaterThan(minMs);
});

it('live: follows the run until the view is moved by hand, and again after Follow', async () => {
  const id = await server.start({ modes: ['threads'], jobs: 2, minSeconds: 20, maxSeconds: 20 });
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${id}`);
  await page.locator('figure.pass .chart canvas').first().waitFor();
  const follow = page.locator('.follow');
  expect(await follow.isVisible()).toBe(false);
  const { x, y, width } = await plotOf(page);
  await page.mouse.move(x + 1, y + 20);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.05, y + 20, { steps: 3 });
  await page.mouse.up();
  await follow.waitFor();
  const held = await edges(page);
  // Events that arrive meanwhile do not move the view.
  const seq = () =>
    page.evaluate(() => document.querySelector<RunView>('run-view')?.timeline.seq ?? Number.NaN);
  const before = await seq();
  await expect.poll(seq).toBeGreaterThan(before + 2);
  expect(await edges(page)).toEqual(held);
  await follow.click();
  await expect.poll(async () => (await edges(page)).maxMs).toBeGreaterThan(held.maxMs);
  const followed = await edges(page);
  await expect.poll(async () => (await edges(page)).maxMs).toBeGreaterThan(followed.maxMs);
  expect(widthOf(followed)).toBeCloseTo(widthOf(held), 0);
  expect(await follow.isVisible()).toBe(false);
  await fetch(`${server.url}/runs/${id}/cancel`, { method: 'POST' });
});

seldom('live: a followed run stays in view when it ends, and the address has that view', async () => {
  const id = await server.start({ modes: ['threads'], jobs: 2, minSeconds: 20, maxSeconds: 20 });
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${id}`);
  await page.locator('figure.pass .chart canvas').first().waitFor();
  const { x, y, width } = await plotOf(page);
  await page.mouse.move(x + 1, y + 20);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.1, y + 20, { steps: 3 });
  await page.mouse.up();
  await page.locator('.follow').click();
  expect(await page.evaluate(() => document.activeElement?.closest('.chart') !== null)).toBe(true);
  const held = await edges(page);
  await expect.poll(async () => (await edges(page)).maxMs).toBeGreaterThan(held.maxMs);
  await fetch(`${server.url}/runs/${id}/cancel`, { method: 'POST' });
  await ended(page);
  const inAddress = () => (/view=([\d.]+)-([\d.]+)/.exec(page.url())?.slice(1) ?? []).map(Number);
  const seen = await edges(page);
  // The address follows a moment later.
  await expect.poll(() => Math.abs((inAddress()[1] ?? 0) - seen.maxMs)).toBeLessThan(0.005);
  expect(inAddress()[0]).toBeCloseTo(seen.minMs, 2);
  expect(seen.maxMs).toBeGreaterThan(held.maxMs);
});

seldom('Copy link: includes the current view', async () => {
  const page = await looking.open();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.click('[data-turn=path]');
  await page.click('button.copy');
  await expect.poll(() => page.locator('button.copy').textContent()).toBe('Copied');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`${server.url}/runs/${lockRun}#show=path`);
});
