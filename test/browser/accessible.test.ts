/** That everybody can read the pages: axe finds nothing on any of them, and what is drawn is said and listed too. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Server, startBrowser, startServer, type TestBrowser } from './browser.ts';
import { ended, LONG, QUICK, run } from './playground-page.ts';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Lessons that between them show every look of a bar, every thing that is shared, and every way to end. */
const LESSONS = [
  'one-by-one',
  'computing',
  'crash',
  'daemon',
  'deadlock',
  'event-loop-blocked',
  'lost-update',
  'producer-consumer',
];

/** Four looks at a page take axe a while. */
const PATIENCE_MS = 120_000;

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** What axe finds on a page as it is now: each rule, and where it is broken. The page’s policy lets no script in but its own: the browser’s own tools do. */
async function broken(page: Page): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in window);
  if (!isThere) await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>(
    'axe.run(document, { resultTypes: ["violations"] })',
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
  );
}

/** Asserts that axe finds nothing: wide and narrow, in light and dark. */
async function expectAccessible(page: Page): Promise<void> {
  for (const viewport of [
    { width: 1280, height: 900 },
    { width: 390, height: 844 },
  ]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      expect(await broken(page), `${viewport.width} px, ${colorScheme}`).toEqual([]);
    }
  }
}

/** A quick run of a lesson, as far as its program lets it be; resolves with its id when it has ended. */
async function finished(lesson: string): Promise<string> {
  const id = await server.start({ lesson, jobs: 3, minSeconds: 0.05, maxSeconds: 0.1 });
  await (await fetch(`${server.url}/runs/${id}/events`)).text();
  return id;
}

it.each(LESSONS)(
  'axe: nothing on the page of a run of “%s” that has ended',
  { timeout: PATIENCE_MS },
  async (lesson) => {
    const page = await browser.open();
    await page.goto(`${server.url}/runs/${await finished(lesson)}`);
    await ended(page);
    await page.locator('canvas').last().waitFor();
    for (const details of await page.locator('details:not([open]) > summary').all()) await details.click();
    await expectAccessible(page);
  },
);

it('axe: nothing on the playground before a run, with a form that was refused, and while a run goes on', {
  timeout: PATIENCE_MS,
}, async () => {
  browser.allow('422');
  const page = await browser.open();
  await page.goto(server.url);
  await expectAccessible(page);
  await page.fill('#jobs', '0');
  await page.click('#run-button');
  await page.locator('#jobs-error').waitFor();
  await expectAccessible(page);
  await run(page, LONG);
  await page.locator('canvas').last().waitFor();
  await expectAccessible(page);
  await page.click('#cancel-button');
  await ended(page);
});

it('axe: nothing in the middle of a replay with a bar selected, and in the help', {
  timeout: PATIENCE_MS,
}, async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${await finished('one-by-one')}#t=50&show=arrows,path`);
  await ended(page);
  await page.locator('canvas').last().waitFor();
  await page.locator('.chart').last().focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('.scrubber').waitFor();
  await expectAccessible(page);
  await page.click('.player .keys');
  await expectAccessible(page);
});

it('axe: nothing on the list of runs, on a family, on a comparison and its form, in a frame, and where nothing is', {
  timeout: PATIENCE_MS,
}, async () => {
  browser.allow('404');
  const page = await browser.open();
  await page.goto(server.url);
  const a = await run(page, QUICK);
  await ended(page);
  const b = await run(page, QUICK);
  await ended(page);
  await page.click('#more > summary');
  await page.fill('#repeat', '2');
  await page.click('#run-button');
  await page.waitForURL(/\/families\//);
  await expectAccessible(page);
  for (const path of ['/runs', '/compare', `/compare?a=${a}&b=${b}`, `/runs/${a}/embed`, '/nowhere']) {
    await page.goto(server.url + path);
    await page.waitForLoadState();
    await expectAccessible(page);
  }
});
