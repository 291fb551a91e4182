/** Being the scheduler in the browser: with keys and clicks, and without script. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { seldom } from '../everyday.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { fill, openSettings } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

const sentence = (page: Page) => page.locator('#play .sentence').innerText();
const chosen = (page: Page) => page.locator('#play input[name=at]').first().inputValue();

/** Begins a game of a lesson with the form of its page; by default, until keys are heard. */
async function begin(page: Page, untilHeard = true): Promise<void> {
  await page.goto(`${server.url}/lessons/lost-update`);
  await openSettings(page);
  await fill(page, { jobs: '3' });
  await page.click('#by-hand');
  await page.waitForURL(/\/games\/[\w-]{21}$/);
  // The keys are in a script of their own.
  if (untilHeard) await page.waitForFunction(() => document.body.dataset.keys === 'play');
}

it('game: keys let lanes go and undo, what happened is announced, and the end can be saved', async () => {
  const page = await browser.open();
  await page.setViewportSize({ width: 390, height: 844 });
  await begin(page);
  expect(await page.evaluate(() => document.getElementById('play')?.scrollWidth)).toBeLessThanOrEqual(390);
  for (const [n, key] of [...'0121'].entries()) {
    await page.keyboard.press(key);
    await expect.poll(() => chosen(page)).toBe(String(n + 1));
  }
  expect(await sentence(page)).toBe('Step 4: job 0 writes 1.');
  expect(await page.locator('.spoken').innerText()).toContain('Step 4: job 0 writes 1.');
  expect(await page.locator('.line.is-at').count()).toBe(1);
  await page.keyboard.press('Backspace');
  await expect.poll(() => chosen(page)).toBe('3');
  // Three keys, faster than an answer: all count.
  for (const key of '120') await page.keyboard.press(key);
  await expect.poll(() => chosen(page)).toBe('6');
  for (const [n, lane] of [0, 3, 0].entries()) {
    await page.locator(`#step-${lane}-0`).click();
    if (n < 2) await expect.poll(() => chosen(page)).toBe(String(n + 7));
  }
  await page.locator('#play-save').waitFor();
  expect(await sentence(page)).toContain('job 2 overwrites what job 0 wrote');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.click('#play-save');
  await page.waitForURL(/\/runs\/[\w-]{21}$/);
});

it('game: keys that are pressed before their script is loaded count', async () => {
  const page = await browser.open();
  let load = () => {};
  const isAsked = new Promise<void>((asked) =>
    page.route(/\/static\/game-\w+\.js$/, (route) => {
      asked();
      load = () => route.continue();
    }),
  );
  await begin(page, false);
  await isAsked;
  for (const key of '01') await page.keyboard.press(key);
  load();
  await expect.poll(() => chosen(page)).toBe('2');
});

seldom(
  'a challenge: as its saved order ends, the page says how it went, and the preemptions it took',
  async () => {
    const page = await browser.open();
    const play = async (keys: string, verdict: string) => {
      await page.goto(`${server.url}/challenges/lost-update`);
      await page.click('#by-hand');
      await page.waitForFunction(() => document.body.dataset.keys === 'play');
      for (const [n, key] of [...keys].entries()) {
        await page.keyboard.press(key);
        await expect.poll(() => chosen(page)).toBe(String(n + 1));
      }
      await page.click('#play-save');
      const shown = page.locator('#intro').getByText('In this order').filter({ visible: true });
      await expect.poll(() => shown.allInnerTexts()).toEqual([verdict]);
    };
    await play('1122', 'In this order, the program goes well. Find one in which it fails');
    await play('1212', 'In this order, the program fails, with 2 preemptions. The fewest possible: 1.');
  },
);
