/** A console with more lines than a page should hold: live, in a replay, and at the permalink. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { MOST_LINES } from '../../views/run/console.ts';
import { type Server, startBrowser, startServer, type TestBrowser } from './browser.ts';
import { consoleLines, ended, linesOf, run } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  const env = { LESSONS_FOLDER: 'test/browser/lessons' };
  [server, browser] = await Promise.all([startServer({ env }), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

const headings = (page: Page) => page.locator('.console .heading').allTextContents();

it('page: of very many lines the console has the latest, and a link to all of them', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/lessons/talkative`);
  const id = await run(page, { modes: ['sequential', 'event-loop', 'threads'], jobs: '2' });
  // As many lines as a page holds, and never more.
  await expect.poll(() => page.locator('.console-more').textContent(), { timeout: 15_000 }).not.toBe('');
  expect((await consoleLines(page)).length).toBeLessThanOrEqual(MOST_LINES);
  await ended(page);
  const lines = linesOf(await server.events(id));
  expect(lines).toHaveLength(2400);
  const latest = lines.slice(-MOST_LINES);
  await expect.poll(() => consoleLines(page)).toEqual(latest);
  expect(await headings(page)).toEqual(['On the event loop', 'In threads']);
  expect(await page.locator('.console-more').textContent()).toBe('The latest 1,000 lines. All 2,400 as text');

  await page.getByRole('slider', { name: 'Time' }).fill('0');
  await expect.poll(() => consoleLines(page)).not.toEqual(latest);
  await page.getByRole('slider', { name: 'Time' }).press('End');
  await expect.poll(() => consoleLines(page)).toEqual(latest);
  expect(await headings(page)).toEqual(['On the event loop', 'In threads']);

  await page.reload();
  await ended(page);
  expect(await consoleLines(page)).toEqual(latest);
  await page.locator('.console-more a').click();
  await page.waitForURL(/\.txt$/);
  const text = await page.locator('body').innerText();
  expect(text.match(/^ +\d+\.\d{3} s {2}/gm)).toHaveLength(2400);
});
