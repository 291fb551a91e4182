/** The page without script: a form, a page that reloads until the run has ended, a drawing and tables. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import claim from '../../server/lessons/one-by-one/claim.ts';
import { sentence } from '../../server/words/sentence.ts';
import { seldom } from '../everyday.ts';
import { timelineOf } from '../timeline/made-events.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { stretchesOf } from './drawn.ts';
import { consoleLines, ended, fill, LONG, linesOf, run, sentenceOf, state } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

const WITHOUT = { javaScriptEnabled: false };
const REFRESH = 'meta[http-equiv=refresh]';

it('page: without script a run reloads until it has ended, as a drawing and tables', async () => {
  const page = await browser.open(WITHOUT);
  await page.goto(server.url);
  const statuses: number[] = [];
  page.on('response', (response) => statuses.push(response.status()));
  const id = await run(page, {
    modes: ['sequential', 'threads'],
    jobs: '3',
    minSeconds: '0.6',
    maxSeconds: '0.9',
  });
  expect(statuses[0]).toBe(303);
  expect(await state(page)).toBe('running');
  expect(await page.locator(REFRESH).count()).toBe(1);
  await ended(page);
  expect(await page.locator(REFRESH).count()).toBe(0);

  const events = await server.events(id);
  expect(await page.locator('canvas').count()).toBe(0);
  for (const pass of [0, 1]) {
    const drawing = page.locator(`figure[data-pass="${pass}"] svg.drawing`);
    expect(await drawing.locator('.bar.sleep').count()).toBe(stretchesOf(events, pass, 'sleep').length);
    expect(await drawing.locator('.lane-label').count()).toBe(pass === 0 ? 1 : 4);
    const cells = await page.locator(`tbody tr[data-pass="${pass}"] td`).allTextContents();
    expect(cells.at(-1)).toBe('3 done');
  }
  expect(await consoleLines(page)).toEqual(linesOf(events));
  expect(await sentenceOf(page)).toBe(sentence(timelineOf(events), claim));
  // The totals of each state, the same as the script's for the whole range.
  const totals = (of: typeof page) =>
    of.locator('.legend li:not([hidden]) .total').evaluateAll((all) => all.map((one) => one.textContent));
  const withScript = await browser.open();
  await withScript.goto(page.url());
  const expected = await totals(page);
  expect(expected.filter((text) => /^[\d.]+ m?s$/.test(text ?? '')).length).toBeGreaterThan(2);
  await withScript.evaluate(() => {
    for (const one of document.querySelectorAll('.legend .total')) one.textContent = '';
  });
  await ended(withScript);
  await expect.poll(() => totals(withScript)).toEqual(expected);
  // Nothing on the page needs script.
  expect(await page.getByRole('button', { name: 'Copy link' }).isVisible()).toBe(false);
});

it('page: without script Cancel works', async () => {
  const page = await browser.open(WITHOUT);
  await page.goto(server.url);
  await run(page, LONG);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await ended(page);
  expect(await sentenceOf(page)).toMatch(/^Cancelled/);
});

seldom('page: without script invalid input comes back as it was typed', async () => {
  browser.allow('422');
  const page = await browser.open(WITHOUT);
  await page.goto(server.url);
  await fill(page, { modes: ['processes'], work: 'compute', jobs: '1e9', maxSeconds: '" onfocus="1' });
  await page.click('#run-button');
  await page.locator('#jobs-error').waitFor();
  expect(await page.inputValue('#jobs')).toBe('1e9');
  expect(await page.inputValue('#maxSeconds')).toBe('" onfocus="1');
  expect(await page.isChecked('#modes-processes')).toBe(true);
  expect(await page.isChecked('#modes-threads')).toBe(false);
  expect(await page.isChecked('#work-compute')).toBe(true);
});
