/**
 * Exploring the timelines of a real run, by mouse, touch and keys: zoom, pan, measure, select, and the cause of a wait.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { RunView } from '../../static/run/run-view.ts';
import { timelineOf } from '../timeline/made-events.ts';
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

it('drag: zooms in, with the time axis, and a double click shows everything', async () => {
  const page = await looking.open();
  const before = await edges(page);
  const { x, y, width } = await plotOf(page);
  await page.mouse.move(x + width * 0.25, y + 20);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.5, y + 20, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => widthOf(await edges(page)) / widthOf(before)).toBeCloseTo(0.25, 1);
  const closer = await edges(page);
  expect(closer.minMs / widthOf(before)).toBeCloseTo(0.25, 1);
  expect(await page.locator('.show-all').isEnabled()).toBe(true);
  await page.mouse.dblclick(x + width / 2, y + 20);
  await expect.poll(() => edges(page)).toEqual(before);
});

it('wheel: zooms around the pointer with Ctrl, pans with Shift, and scrolls the page alone', async () => {
  const page = await looking.open();
  const before = await edges(page);
  const { x, y, width } = await plotOf(page);
  await page.mouse.move(x + width * 0.5, y + 20);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -300);
  await page.keyboard.up('Control');
  await expect.poll(async () => widthOf(await edges(page))).toBeLessThan(widthOf(before) * 0.7);
  const closer = await edges(page);
  expect((closer.minMs + closer.maxMs) / 2 / before.maxMs).toBeCloseTo(0.5, 1);
  await page.keyboard.down('Shift');
  await page.mouse.wheel(0, 200);
  await page.keyboard.up('Shift');
  await expect.poll(async () => (await edges(page)).minMs).toBeGreaterThan(closer.minMs);
  const moved = await edges(page);
  expect(widthOf(moved)).toBeCloseTo(widthOf(closer), 2);
  const scrolled = await page.evaluate(() => scrollY);
  await page.mouse.wheel(0, 200);
  await expect.poll(() => page.evaluate(() => scrollY)).not.toBe(scrolled);
  expect(await edges(page)).toEqual(moved);
});

it('touch: a pinch zooms, and one finger pans', async () => {
  const page = await looking.open('', {
    hasTouch: true,
    isMobile: true,
    viewport: { width: 390, height: 800 },
  });
  const before = await edges(page);
  const { x, y, width } = await plotOf(page);
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', xs: number[]) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: xs.map((at, id) => ({ x: at, y: y + 30, id })),
    });
  await touch('touchStart', [x + width * 0.4, x + width * 0.6]);
  for (const by of [0.05, 0.1, 0.15, 0.2])
    await touch('touchMove', [x + width * (0.4 - by), x + width * (0.6 + by)]);
  await touch('touchEnd', []);
  await expect.poll(async () => widthOf(await edges(page)) / widthOf(before)).toBeLessThan(0.6);
  const closer = await edges(page);
  await touch('touchStart', [x + width * 0.7]);
  for (const at of [0.65, 0.55, 0.45]) await touch('touchMove', [x + width * at]);
  await touch('touchEnd', []);
  await expect.poll(async () => (await edges(page)).minMs).toBeGreaterThan(closer.minMs);
  expect(widthOf(await edges(page))).toBeCloseTo(widthOf(closer), 1);
});

it('Shift and drag: measures a range, with the totals by state', async () => {
  const page = await looking.open();
  const { maxMs } = await edges(page);
  const { x, y, width } = await plotOf(page);
  await page.keyboard.down('Shift');
  await page.mouse.move(x, y + 20);
  await page.mouse.down();
  await page.mouse.move(x + width - 1, y + 20, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect.poll(() => looked(page)).toMatch(/^Measured \d.*waiting for a lock \d/);
  const events = await server.events(lockRun);
  const wall = events.find((event) => event.type === 'pass-ended');
  expect(maxMs).toBeGreaterThanOrEqual(wall?.wallMs ?? Number.POSITIVE_INFINITY);
  await page.locator('figure.pass .chart').first().focus();
  await page.keyboard.press('Escape');
  await expect.poll(() => looked(page)).not.toMatch(/Measured/);
});

it('keys: move from bar to bar, show why a wait ended, jump to its cause and back', async () => {
  const page = await looking.open();
  // The longest wait for the lock: another job held it meanwhile, and released it.
  const rows = timelineOf(await server.events(lockRun)).passes[0]?.rows ?? [];
  const waits = rows.flatMap(({ bars }, row) =>
    bars
      .filter(({ state }) => state !== 'idle')
      .flatMap(({ state, startMs, endMs }, bar) =>
        state === 'lock' && endMs !== null ? [{ row, bar, ms: endMs - startMs }] : [],
      ),
  );
  const [longest] = waits.toSorted((one, other) => other.ms - one.ms);
  if (!longest) throw new Error('Nobody waited for the lock.');
  await page.locator('figure.pass .chart').first().focus();
  // The first key selects the first bar of main.
  await page.keyboard.press('Home');
  for (let i = 0; i < longest.row; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Home');
  for (let i = 0; i < longest.bar; i++) await page.keyboard.press('ArrowRight');
  const words = /^job (\d): waiting for lock A, line \d+, .*Continued when job (\d) released the lock/;
  await expect.poll(() => looked(page)).toMatch(words);
  const description = (await looked(page)) ?? '';
  const found = words.exec(description);
  expect(await page.locator('.go-why').isEnabled()).toBe(true);
  await page.keyboard.press('Enter');
  await expect.poll(() => looked(page)).toMatch(new RegExp(`^job ${found?.[2]}: `));
  await page.keyboard.press('Backspace');
  await expect.poll(() => looked(page)).toBe(description);
  // The button leads there too, and the keys go on from there.
  await page.click('.go-why');
  await expect.poll(() => looked(page)).toMatch(new RegExp(`^job ${found?.[2]}: `));
  await page.keyboard.press('Backspace');
  await expect.poll(() => looked(page)).toBe(description);
  // What is turned on is said beside the selection.
  await page.click('[data-turn=path]');
  await expect.poll(() => looked(page)).toContain(`${description}. Critical path. `);
  await page.click('[data-turn=path]');
  await expect.poll(() => looked(page)).toBe(description);
  await page.locator('figure.pass .chart').first().focus();
  const before = await edges(page);
  await page.keyboard.press('f');
  await expect.poll(async () => widthOf(await edges(page))).toBeLessThan(widthOf(before));
  const fitted = await edges(page);
  await page.keyboard.press('s');
  await expect.poll(async () => widthOf(await edges(page))).toBeGreaterThan(widthOf(fitted));
  await page.keyboard.press('0');
  await expect.poll(() => edges(page)).toEqual(before);
  await page.keyboard.press('?');
  await page.locator('.keys-help[open]').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.keys-help').waitFor({ state: 'hidden' });
});

it('click: selects the bar under the pointer, as keys do', async () => {
  const page = await looking.open();
  const { x, y, width } = await plotOf(page);
  await page.mouse.click(x + width * 0.3, y + 10);
  await expect.poll(() => looked(page)).toMatch(/^main: /);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => looked(page)).toMatch(/^job 0: /);
});

it('click: describes the selected bar after a measurement', async () => {
  const page = await looking.open();
  const { x, y, width } = await plotOf(page);
  await page.keyboard.down('Shift');
  await page.mouse.move(x + 5, y + 20);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.5, y + 20, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect.poll(() => looked(page)).toMatch(/^Measured/);
  await page.mouse.click(x + width * 0.3, y + 10);
  await expect.poll(() => looked(page)).toMatch(/^main: /);
});

it('hover: shows the cause of a bar, and hides it again', async () => {
  const page = await looking.open();
  const ink = () =>
    page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('figure.pass .chart canvas');
      const view = document.querySelector('run-view');
      if (!canvas || !view) return -1;
      const copy = document.createElement('canvas');
      copy.width = canvas.width;
      copy.height = canvas.height;
      const probe = copy.getContext('2d', { willReadFrequently: true });
      if (!probe) return -1;
      probe.fillStyle = getComputedStyle(view).getPropertyValue('--accent');
      probe.fillRect(0, 0, 1, 1);
      const accent = String(probe.getImageData(0, 0, 1, 1).data);
      probe.clearRect(0, 0, copy.width, copy.height);
      probe.drawImage(canvas, 0, 0);
      const { data } = probe.getImageData(0, 0, copy.width, copy.height);
      let found = 0;
      for (let i = 0; i < data.length; i += 4) if (String(data.slice(i, i + 4)) === accent) found++;
      return found;
    });
  expect(await ink()).toBe(0);
  // The first bar of a thread: main started it.
  const at = await page.evaluate(() => {
    const view = document.querySelector<RunView>('run-view');
    const bar = view?.timeline.passes[0]?.rows[1]?.bars[0];
    const u = view?.charts[0]?.u;
    return u && bar ? u.valToPos((bar.startMs + (bar.endMs ?? 0)) / 2000, 'x') : -1;
  });
  const { x, y } = await plotOf(page);
  await page.mouse.move(x + at, y + 33);
  await expect.poll(ink).toBeGreaterThan(10);
  await page.mouse.move(x + at, y - 200);
  await expect.poll(ink).toBe(0);
});

it('job by job and back: the focus stays in the visible charts', async () => {
  const id = await server.start({
    modes: ['sequential', 'threads'],
    jobs: 2,
    minSeconds: 0.1,
    maxSeconds: 0.1,
  });
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${id}`);
  await ended(page);
  const isInChart = (selector: string) =>
    page.evaluate((one) => document.activeElement?.matches(one) ?? false, selector);
  await page.locator('figure.pass .chart').first().focus();
  await page.keyboard.press('j');
  await expect.poll(() => isInChart('.jobs .chart')).toBe(true);
  await page.keyboard.press('j');
  await expect.poll(() => isInChart('figure.pass .chart')).toBe(true);
});
