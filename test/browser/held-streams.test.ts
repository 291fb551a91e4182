/** A page on a network that holds live streams back: it asks for the events instead, and says so. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { missing, readChart, stretchesOf } from './drawn.ts';
import { HOLDS, type Hold, type HoldingProxy, holdingProxy } from './holding-proxy.ts';
import { consoleLines, ended, linesOf, run, state } from './playground-page.ts';

const HELD = 'Live events are held back on this network. Updated every second.';

let server: Server;
let browser: TestBrowser;
let proxies: Record<Hold, HoldingProxy>;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  const made = await Promise.all(HOLDS.map(async (hold) => [hold, await holdingProxy(server.url, hold)]));
  proxies = Object.fromEntries(made);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(async () => {
  await Promise.all(Object.values(proxies ?? {}).map((proxy) => proxy.close()));
  await Promise.all([browser?.close(), server?.close()]);
});

/** Resolves when the page says that events are held back. */
async function held(page: Page): Promise<void> {
  await page.locator('.lost').waitFor({ timeout: 40_000 });
  await expect.poll(() => page.locator('.lost').textContent(), { timeout: 40_000 }).toBe(HELD);
}

// Some networks take a while to be recognised.
it('page: where streams are held back, it asks for events, says so, and returns to the stream when it can', {
  timeout: 90_000,
}, async () => {
  browser.allow('net::');
  browser.allow('EventSource');
  const pages = new Map<string, Page>();
  const open = async (name: string, address: string) => {
    const page = await browser.open(CALM);
    if (name === 'blocked') await page.route('**/events*', (route) => route.abort('blockedbyclient'));
    pages.set(name, page);
    await page.goto(address);
    return page;
  };
  // A job ends every 0.5 s, so there is always something new.
  const first = await open('mute', proxies.mute.url);
  const id = await run(first, { modes: ['sequential'], jobs: '100', minSeconds: '0.5', maxSeconds: '0.5' });
  const others = HOLDS.filter((hold) => hold !== 'mute');
  await Promise.all([
    ...others.map((hold) => open(hold, `${proxies[hold].url}/runs/${id}`)),
    open('blocked', `${server.url}/runs/${id}`),
    open('compare', `${proxies.mute.url}/compare?a=${id}&b=${id}`),
    open('embed', `${proxies.mute.url}/runs/${id}/embed`),
  ]);
  const returning = ['mute', 'compare', 'embed'].flatMap((name) => pages.get(name) ?? []);
  const staying = [...pages.values()].filter((page) => !returning.includes(page));
  const stayingHeld = Promise.all(staying.map(held));
  await Promise.all(returning.map(held));
  expect(await state(first)).toBe('running');
  const doneAt = (page: Page) => page.locator('progress').evaluate((bar: HTMLProgressElement) => bar.value);
  const before = await doneAt(first);
  await expect.poll(() => doneAt(first)).toBeGreaterThan(before);

  // One network lets streams through again.
  proxies.mute.release();
  await Promise.all(returning.map((page) => page.locator('.lost').waitFor({ state: 'hidden' })));
  const polls = proxies.mute.polls.length;
  const done = await doneAt(first);
  await expect.poll(() => doneAt(first)).toBeGreaterThan(done + 2);
  expect(proxies.mute.polls).toHaveLength(polls);
  expect(await state(first)).toBe('running');
  await stayingHeld;
  const narrow = staying[0] as Page;
  await narrow.setViewportSize({ width: 390, height: 844 });
  const overlap = await narrow.evaluate(() => {
    const [words, bar] = ['.lost', 'progress'].map((one) =>
      document.querySelector(one)?.getBoundingClientRect(),
    );
    return words !== undefined && bar !== undefined && words.top < bar.bottom && bar.top < words.bottom;
  });
  expect(overlap).toBe(false);

  await first.click('#cancel-button');
  const events = async () => server.events(id);
  for (const [name, page] of pages) {
    if (name === 'compare') continue;
    await ended(page);
    await page.locator('.lost').waitFor({ state: 'hidden' });
    if (name === 'embed') continue;
    expect(await consoleLines(page), name).toEqual(linesOf(await events()));
  }
  // All waits but the last, which is torn off where the run was cancelled, and the one that it may be drawn in one with.
  const whole = stretchesOf(await events(), 0, 'sleep').slice(0, -2);
  await vi.waitFor(async () => {
    const { stretches, pixelMs } = await readChart(first, 0, 'sleep');
    expect(missing(whole, stretches, pixelMs), 'not drawn').toEqual([]);
  }, 15_000);
});
