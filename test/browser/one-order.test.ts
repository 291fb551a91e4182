/** The page of a run of one order, and the comparison of two: steps are gone to, played, measured and marked. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { seldom } from '../everyday.ts';
import { CALM, type OwnServer, startBrowser, startServer, type TestBrowser } from './browser.ts';

const idOf = (name: string) => name.padEnd(21, '-');
let server: OwnServer;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({ script: 'test/browser/orders-server.ts' }),
    startBrowser(),
  ]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Opens a page, and waits until its timelines can be replayed. */
async function opened(path: string): Promise<Page> {
  const page = await browser.open(CALM);
  await page.goto(`${server.url}${path}`);
  await page.locator('.event-back:enabled').waitFor();
  return page;
}

const shown = (page: Page, words: string) =>
  expect.poll(() => page.locator('#run-sentence').innerText()).toBe(words);

test('an order is gone through step by step, with the state after each', async () => {
  const page = await opened(`/runs/${idOf('loses')}`);
  expect(await page.locator('.replay-time').innerText()).toBe('step 4 of 4');
  const counter = page.locator('figure.pass .held .figure');
  await page.getByRole('button', { name: 'Previous step' }).click();
  await shown(page, 'Step 3: job 0 writes 1.');
  await expect.poll(() => counter.innerText()).toBe('1');
  await page.locator('.chart').focus();
  await page.keyboard.press(',');
  await shown(page, 'Step 2: job 1 reads 0.');
  await expect.poll(() => counter.innerText()).toBe('0');
  expect(await page.locator('.steps [aria-current] button').innerText()).toBe('job 1 reads 0');
  expect(await page.locator('.replay-time').innerText()).toBe('step 2 of 4');
  // Both lanes have been at this line.
  await expect.poll(() => page.locator('#program .line[data-line="3"]').innerText()).toContain('jobs 0, 1');
  await page.locator('[data-step="1"]').click();
  await shown(page, 'Step 1: job 0 reads 0.');
  await page.getByRole('button', { name: 'Play' }).click();
  await shown(page, 'In this order, job 1 overwrites what job 0 wrote: the counter is 1, not 2.');
});

seldom('a range is measured in whole steps, and nothing on the page is a time', async () => {
  const page = await opened(`/runs/${idOf('queue')}#range=0.6-3.2`);
  await expect.poll(() => page.locator('.looked').innerText()).toContain('Measured 2 steps');
  expect(await page.locator('.legend [data-look=turn] .total').innerText()).toMatch(/^\d+ steps?$/);
  const text = await page.locator('#run .passes').innerText();
  expect(text).not.toMatch(/\d (ms|s|µs)\b/);
});

seldom('of two orders, the first step that differs is marked', async () => {
  const page = await opened(`/compare?a=${idOf('loses')}&b=${idOf('works')}`);
  await expect.poll(() => page.locator('.looked').innerText()).toContain('Measured 1 step');
  await expect.poll(() => new URL(page.url()).hash).toBe('#range=1-2');
  expect(await page.locator('.is-first th').innerText()).toBe('2');
});
