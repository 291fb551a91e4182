/**
 * The tip: beside the selected bar, however it was selected, and for a measured range. And a page that shows a run does
 * not give Run the focus.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { BarState } from '../../server/timeline/model.ts';
import type { RunView } from '../../static/run/run-view.ts';
import { seldom } from '../everyday.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended, fill } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
let address = '';
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  const id = await server.start({ modes: ['threads'], jobs: 3, minSeconds: 0.3, maxSeconds: 0.5 });
  address = `${server.url}/runs/${id}`;
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

const tip = (page: Page) => page.locator('.tip');

/** Returns the middle of the first bar in a state, in the window. */
function middleOf(page: Page, state: BarState): Promise<{ x: number; y: number }> {
  return page.evaluate((state) => {
    const view = document.querySelector<RunView>('run-view')!;
    const { rows } = view.timeline.passes[0]!;
    const i = rows.findIndex(({ bars }) => bars.some((bar) => bar.state === state));
    const { startMs, endMs } = rows[i]!.bars.find((bar) => bar.state === state)!;
    const { u } = view.charts[0]!;
    const { left, top } = u.over.getBoundingClientRect();
    const [x, y] = [u.valToPos((startMs + endMs!) / 2000, 'x'), u.valToPos(i + 0.5, 'y')];
    return { x: left + x, y: top + y };
  }, state);
}

/** Asserts that the whole tip is in the window, and on the page. */
async function expectInSight(page: Page): Promise<void> {
  const box = await tip(page).boundingBox();
  const { height } = page.viewportSize()!;
  const width = await page.evaluate(() => document.body.getBoundingClientRect().right);
  expect(box!.x).toBeGreaterThanOrEqual(0);
  expect(box!.y).toBeGreaterThanOrEqual(0);
  expect(box!.x + box!.width).toBeLessThanOrEqual(width);
  expect(box!.y + box!.height).toBeLessThanOrEqual(height);
}

it('keys: the tip is beside the selected bar, and beside its cause after a jump', async () => {
  const page = await browser.open();
  await page.goto(address);
  await ended(page);
  await page.locator('.chart').focus();
  expect(await tip(page).isVisible()).toBe(false);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => tip(page).textContent()).toMatch(/^starting/);
  await expectInSight(page);
  // The pointer rests where it was clicked, on the tip's bar.
  const { x, y } = await middleOf(page, 'join');
  await page.mouse.click(x, y);
  await expect.poll(() => tip(page).textContent()).toMatch(/^joining/);
  await page.keyboard.press('Enter');
  await expect.poll(() => tip(page).textContent()).toMatch(/^job \d/);
  await expectInSight(page);
  await page.keyboard.press('Escape');
  await expect.poll(() => tip(page).isVisible()).toBe(false);
});

seldom('pointer: on a wait, the tip does not cover the row of the job that ended it', async () => {
  const page = await browser.open();
  await page.goto(address);
  await ended(page);
  const { x, y } = await middleOf(page, 'join');
  await page.mouse.move(x, y);
  await expect.poll(() => tip(page).textContent()).toMatch(/^joining.*Continued when job \d ended/);
  // Main is the first row.
  const text = (await tip(page).textContent()) ?? '';
  const job = Number(/when job (\d) ended/.exec(text)?.[1]);
  const [top, bottom] = await page.evaluate((row) => {
    const { u } = document.querySelector<RunView>('run-view')!.charts[0]!;
    const plot = u.over.getBoundingClientRect().top;
    return [row, row + 1].map((edge) => plot + u.valToPos(edge, 'y')) as [number, number];
  }, job + 1);
  const box = await tip(page).boundingBox();
  expect(box!.y >= bottom || box!.y + box!.height <= top).toBe(true);
  await expectInSight(page);
});

seldom('keys: at 390 pixels the tip is within the page', async () => {
  const page = await browser.open({ viewport: { width: 390, height: 844 } });
  await page.goto(address);
  await ended(page);
  await page.locator('.chart').focus();
  for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  await expect.poll(() => tip(page).textContent()).toMatch(/^main’s own code/);
  await expectInSight(page);
});

seldom('touch: the tip is beside a tapped bar, until another element gets the focus', async () => {
  const page = await browser.open({ viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true });
  await page.goto(address);
  await ended(page);
  await page.locator('.chart').scrollIntoViewIfNeeded();
  const { x, y } = await middleOf(page, 'sleep');
  await page.touchscreen.tap(x, y);
  await expect.poll(() => tip(page).textContent()).toMatch(/^job \d, sleeping/);
  await expectInSight(page);
  await page.locator('.copy').first().focus();
  await expect.poll(() => tip(page).isVisible()).toBe(false);
});

seldom('measure: the tip has the measured range at its end', async () => {
  const page = await browser.open();
  await page.goto(address);
  await ended(page);
  const { x, y } = await middleOf(page, 'sleep');
  await page.keyboard.down('Shift');
  await page.mouse.move(x - 40, y);
  await page.mouse.down();
  await page.mouse.move(x + 40, y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect.poll(() => tip(page).textContent()).toMatch(/^Measured \d+ ms.*sleeping/);
  const words = await page.locator('.looked').textContent();
  expect((await tip(page).locator('div').allTextContents()).join(': ')).toBe(words);
  await expectInSight(page);
});

it('page: at a run’s address Space does not start another run, and ? shows the keys', async () => {
  const page = await browser.open();
  await page.goto(address);
  await ended(page);
  await page.keyboard.press('Space');
  await page.keyboard.press('?');
  await page.locator('dialog.keys-help[open]').waitFor();
  expect(page.url()).toBe(address);
  await page.keyboard.press('Escape');
  await fill(page, { jobs: '' });
  await page.locator('#jobs').press('?');
  expect(await page.inputValue('#jobs')).toBe('?');
  expect(await page.locator('dialog[open]').count()).toBe(0);
  // Without a run, Run has the focus.
  await page.goto(server.url);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('run-button');
});
