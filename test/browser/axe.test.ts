/** Accessibility: axe finds no violations on any page, wide and narrow, in light and dark. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ALL, everyday, seldom } from '../everyday.ts';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended, fill, finished, LONG, openSettings, QUICK, run } from './playground-page.ts';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Lessons that together show every part of the page: extra figures, circles, lost updates, failures. */
const LESSONS = ['one-by-one', 'crash', 'lost-update'];
/** The strip, the program and the form without errors are alike on all pages of runs. */
const STRIP = ['.lessons', '.program'];
const ALIKE = ['#run-form', ...STRIP];

/** axe takes a while for four variants of a page. */
const PATIENCE_MS = 120_000;

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/**
 * Returns the rules that axe finds broken on the current page, of all rules or of those about colours, and where. The
 * page’s policy blocks injected scripts, so this uses the browser’s own tools.
 */
async function broken(page: Page, rules: 'all' | 'colours', exclude: string[]): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in window);
  if (!isThere) await page.evaluate(AXE);
  // axe need not fetch the style sheets: of the rules that need them, one is off and one is about sound.
  const runOnly =
    rules === 'colours'
      ? ', runOnly: ["color-contrast", "link-in-text-block"]'
      : ', rules: { "target-size": { enabled: true } }';
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(${JSON.stringify({ exclude })}, { resultTypes: ["violations"], preload: false${runOnly} })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
  );
}

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };
/** Wide and narrow, in light and dark. */
const LOOKS = [
  [WIDE, 'light'],
  [NARROW, 'dark'],
  [WIDE, 'dark'],
  [NARROW, 'light'],
] as const;

/** Pages that were checked. */
let checked = 0;

/**
 * Returns the look that is next, for everyday; with `ALL=1` two with both widths and both schemes: the first two and the
 * last two of `LOOKS`, in turn.
 */
function looksInTurn(): readonly (typeof LOOKS)[number][] {
  const at = checked++;
  if (!ALL) return LOOKS.slice(at % 4, (at % 4) + 1);
  return at % 2 === 0 ? LOOKS.slice(0, 2) : LOOKS.slice(2);
}

/**
 * Asserts that axe finds no violations outside of the elements to `exclude`. Colours depend on the scheme, and the layout
 * on the width: two looks have both.
 */
async function expectAccessible(page: Page, looks = looksInTurn(), exclude: string[] = []): Promise<void> {
  const seen = new Set<number>();
  for (const [viewport, colorScheme] of looks) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    // At a width that was checked before, only the colours differ.
    const rules = seen.has(viewport.width) ? 'colours' : 'all';
    seen.add(viewport.width);
    expect(await broken(page, rules, exclude), `${viewport.width} px, ${colorScheme}`).toEqual([]);
  }
}

it.each(everyday(LESSONS, 6))(
  'axe: nothing on the page of a run of %s that has ended',
  { timeout: PATIENCE_MS },
  async (lesson) => {
    const page = await browser.open(CALM);
    await page.goto(`${server.url}/runs/${await finished(server, lesson)}`);
    await ended(page);
    await page.locator('figure.pass .chart canvas').last().waitFor();
    await page.locator('details').evaluateAll((all) => {
      for (const one of all) if (one instanceof HTMLDetailsElement) one.open = true;
    });
    // The first whole, and with `ALL=1` in every look.
    if (lesson === LESSONS[0]) await expectAccessible(page, ALL ? LOOKS : undefined);
    else await expectAccessible(page, undefined, ALIKE);
  },
);

it('axe: no violations on the playground before a run, with a rejected form, and during a run', {
  timeout: PATIENCE_MS,
}, async () => {
  browser.allow('422');
  const page = await browser.open(CALM);
  await page.goto(server.url);
  await expectAccessible(page);
  await fill(page, { jobs: '0' });
  await page.click('#run-button');
  await page.locator('#jobs-error').waitFor();
  await expectAccessible(page, undefined, STRIP);
  await run(page, LONG);
  await page.locator('figure.pass .chart canvas').last().waitFor();
  await expectAccessible(page, undefined, ALIKE);
  await page.click('#cancel-button');
  await ended(page);
});

seldom(
  'axe: no violations in the middle of a replay with a selected bar, and in the help',
  {
    timeout: PATIENCE_MS,
  },
  async () => {
    const page = await browser.open(CALM);
    await page.goto(`${server.url}/runs/${await finished(server, 'one-by-one')}#t=50&show=arrows,path`);
    await ended(page);
    await page.locator('figure.pass .chart canvas').last().waitFor();
    await page.locator('.chart').last().focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.scrubber').waitFor();
    await expectAccessible(page, undefined, ALIKE);
    await page.click('.player .keys');
    // Behind the help is what has just been checked.
    await expectAccessible(page, undefined, [...ALIKE, 'figure.pass', '.console', '.run-table']);
  },
);

it('axe: no violations on the list of runs, a family, a comparison, the notebook and a missing page', {
  timeout: PATIENCE_MS,
}, async () => {
  browser.allow('404');
  const page = await browser.open(CALM);
  await page.goto(server.url);
  const a = await run(page, QUICK);
  await ended(page);
  const b = await run(page, QUICK);
  await ended(page);
  await openSettings(page, true);
  await page.fill('#repeat', '2');
  await page.click('#run-button');
  await page.waitForURL(/\/families\//);
  await expectAccessible(page);
  const paths = [
    '/runs',
    '/terms',
    '/notebook',
    '/compare',
    `/compare?a=${a}&b=${b}`,
    `/runs/${a}/embed`,
    '/nowhere',
  ];
  for (const path of everyday(paths, 2)) {
    await page.goto(server.url + path);
    await page.waitForLoadState();
    await expectAccessible(page);
  }
});

seldom(
  'axe: no violations on the pages of a room for its teacher and for those in it, and before one is entered',
  { timeout: PATIENCE_MS },
  async () => {
    const page = await browser.open(CALM);
    await page.goto(`${server.url}/rooms/new`);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Open the room' }).click();
    await page.waitForURL(/\/teach/);
    await expectAccessible(page);
    const code = (await page.locator('h1').innerText()).replace('Room ', '');
    const names = ['Ask a question of your own', 'Give a program', 'Lessons and limits', 'Open the wall'];
    const links = await Promise.all(
      names.map((name) => page.getByRole('link', { name }).getAttribute('href')),
    );
    const learner = await browser.open(CALM);
    await learner.goto(`${server.url}/rooms/${code}`);
    await expectAccessible(learner);
    await learner.getByRole('button', { name: 'Enter the room' }).click();
    await learner.locator('#room-bar').waitFor();
    await expectAccessible(learner, undefined, ['#run-form', '#run']);
    for (const path of ['/rooms', `/rooms/${code}/me`, '/privacy']) {
      await learner.goto(server.url + path);
      await expectAccessible(learner);
    }
    for (const link of links) {
      await page.goto(new URL(link ?? '', server.url).href);
      await expectAccessible(page);
    }
  },
);

seldom(
  'axe: no violations on challenges, and on a game as it begins, in the middle and at its end',
  { timeout: PATIENCE_MS },
  async () => {
    const page = await browser.open(CALM);
    for (const path of ['/challenges', '/challenges/lost-update', '/new']) {
      await page.goto(server.url + path);
      await page.waitForLoadState();
      await expectAccessible(page);
    }
    await page.goto(`${server.url}/lessons/lost-update`);
    await openSettings(page);
    await fill(page, { jobs: '2' });
    await page.click('#by-hand');
    await page.waitForURL(/\/games\//);
    await page.waitForFunction(() => document.body.dataset.keys === 'play');
    await expectAccessible(page);
    // Until nothing is left to choose, the first that can go on.
    for (let steps = 0; !(await page.locator('#play-save').isVisible()); steps++) {
      if (steps === 2) await expectAccessible(page);
      const at = await page.locator('#play input[name=at]').first().inputValue();
      await page.locator('#play [id^="step-"]').first().click();
      await expect.poll(() => page.locator('#play input[name=at]').first().inputValue()).not.toBe(at);
    }
    await expectAccessible(page);
  },
);
