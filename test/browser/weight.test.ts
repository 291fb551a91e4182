/** The transfer size of a lesson's first view, and what is loaded only when needed. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { MAIN, type Server, startBrowser, startServer, type TestBrowser } from './browser.ts';
import { ended, QUICK, run } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ script: MAIN }), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** A file that a page has loaded: its compressed bytes as transferred; none if it was cached. */
type Loaded = { name: string; bytes: number; sentBytes: number };

function loaded(page: Page, ending: '.js' | '.css'): Promise<Loaded[]> {
  return page.evaluate(
    (ending) =>
      performance
        .getEntriesByType('resource')
        .filter((entry) => entry instanceof PerformanceResourceTiming)
        .filter(({ name }) => name.endsWith(ending))
        .map(({ name, encodedBodySize, transferSize }) => ({
          name: new URL(name).pathname,
          bytes: encodedBodySize,
          sentBytes: transferSize,
        })),
    ending,
  );
}

const sum = (files: Loaded[]) => files.reduce((all, { bytes }) => all + bytes, 0);

it('first view: at most 60 KB of script and 15 KB of style, including what loads without user action', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/lessons/one-by-one`, { waitUntil: 'networkidle' });
  // The charts are loaded, in case Run is pressed.
  await expect.poll(async () => (await loaded(page, '.js')).length).toBeGreaterThan(1);
  await page.waitForLoadState('networkidle');
  const scripts = await loaded(page, '.js');
  const styles = await loaded(page, '.css');
  expect(sum(scripts)).toBeLessThanOrEqual(60_000);
  expect(styles).toHaveLength(1);
  expect(sum(styles)).toBeLessThanOrEqual(15_000);

  // The editor is loaded by whoever edits.
  await page.click('.own > summary');
  await page.locator('.own-code .cm-content').waitFor();
  expect(sum(await loaded(page, '.js')) - sum(scripts)).toBeLessThanOrEqual(210_000);

  await run(page, QUICK);
  await ended(page);
  const later = await loaded(page, '.js');
  expect(later.length).toBeGreaterThan(scripts.length);
  // Nothing loads twice, and the next page has all of it cached.
  expect(new Set(later.map(({ name }) => name)).size).toBe(later.length);
  await page.goto(page.url(), { waitUntil: 'networkidle' });
  await page.locator('canvas').first().waitFor();
  for (const { sentBytes } of [...(await loaded(page, '.js')), ...(await loaded(page, '.css'))])
    expect(sentBytes).toBe(0);
});
