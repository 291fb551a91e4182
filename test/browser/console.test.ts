/** What programs print on the page: more lines than it should hold, and text as text, whatever it contains. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { MOST_LINES } from '../../views/run/console.ts';
import { seldom } from '../everyday.ts';
import { type Server, startBrowser, startServer, type TestBrowser } from './browser.ts';
import { LINES } from './lessons/hostile/program.ts';
import { consoleLines, ended, idOf, linesOf, run, sentenceOf } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  const env = { LESSONS_FOLDER: 'test/browser/lessons' };
  [server, browser] = await Promise.all([startServer({ env }), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

const headings = (page: Page) => page.locator('.console .heading').allTextContents();

seldom('page: of very many lines the console has the latest, and a link to all of them', async () => {
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
  await expect.poll(() => consoleLines(page)).toEqual(latest);
  await page.locator('.console-more a').click();
  await page.waitForURL(/\.txt$/);
  const text = await page.locator('body').innerText();
  expect(text.match(/^ +\d+\.\d{3} s {2}/gm)).toHaveLength(2400);
});

async function expectText(page: Page): Promise<void> {
  const lines = linesOf(await server.events(idOf(page)));
  expect(lines.slice(0, 2 * LINES.length)).toEqual([...LINES, ...LINES]);
  expect(await consoleLines(page)).toEqual(lines);
  expect(await page.locator('.evil').count()).toBe(0);
  expect(await page.title()).not.toBe('evil');
  expect(await page.locator('.problems').textContent()).toContain(
    `job 1 failed: Error: <b class="evil">${LINES[0]}`,
  );
  expect(await sentenceOf(page)).toBe('Job 1 failed; the other one was done.');
}

it('page: markup in lines and errors is shown as text, live, at the permalink, and without script', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/lessons/hostile`);
  await run(page, { modes: ['sequential'], jobs: '2', minSeconds: '0.3', maxSeconds: '0.3' });
  await ended(page);
  await expectText(page);
  const { canvases, marks } = await page.evaluate(() => ({
    canvases: document.querySelectorAll('figure.pass .chart canvas').length,
    marks: document.querySelectorAll('.console *:not(li, span, bdi, a[href^="#line-"])').length,
  }));
  expect({ canvases, marks }).toEqual({ canvases: 1, marks: 0 });

  await page.reload();
  await page.locator('figure.pass .chart canvas').waitFor();
  await expectText(page);

  const plain = await browser.open({ javaScriptEnabled: false });
  await plain.goto(page.url());
  await expectText(plain);
});
