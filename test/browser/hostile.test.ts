/** A program's output is shown as text, whatever it contains. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
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
