/**
 * (f) The first view of a lesson on a phone: time to first paint, weight, and layout shifts, initially and during a
 * run. The browser throttles the network and the processor to Lighthouse's phone profile: 150 ms round trip, 1.6
 * Mbit/s, a quarter of this machine's speed.
 */
import type { Page } from 'playwright-core';
import type { TestBrowser } from '../browser/browser.ts';
import { type Figure, ms, quantile } from './figures.ts';
import { ownBrowser } from './own-browser.ts';

const LOADS = 9;
const TELEPHONE = { viewport: { width: 412, height: 823 }, deviceScaleFactor: 1.75, hasTouch: true };
const NETWORK = {
  offline: false,
  latency: 150,
  downloadThroughput: 1.6e6 / 8,
  uploadThroughput: 0.75e6 / 8,
};

/** Measures the first lesson of the playground at `base`, compared with a bare line of text from the same server. */
export async function firstView(base: string): Promise<Figure[]> {
  const browser = await ownBrowser();
  try {
    const lesson = await paints(browser, `${base}/`);
    const bare = await paints(browser, `${base}/healthz`);
    const { script, style } = await weight(browser, base);
    const wide = await shift(browser, base, 1280);
    const narrow = await shift(browser, base, 390);
    return [
      {
        name: '(f) first contentful paint, telephone',
        measured: `p50 ${ms(quantile(lesson, 0.5))}, worst ${ms(Math.max(...lesson))}`,
        floor: `a line of text p50 ${ms(quantile(bare, 0.5))}`,
        target: 'p50 1000 ms',
        isMet: quantile(lesson, 0.5) < 1000,
      },
      {
        name: '(f) script and style of the first view',
        measured: `${script.toLocaleString('en-US')} and ${style.toLocaleString('en-US')} bytes`,
        floor: '–',
        target: '60,000 and 15,000',
        isMet: script <= 60_000 && style <= 15_000,
      },
      {
        name: '(f) layout shift, until a run has ended',
        measured: `${wide} at 1280, ${narrow} at 390 pixels`,
        floor: '–',
        target: '0',
        isMet: wide === 0 && narrow === 0,
      },
    ];
  } finally {
    await browser.close();
  }
}

/** Returns the first paint of each load, in ms since the request; each load is in a new profile. */
async function paints(browser: TestBrowser, url: string): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < LOADS; n++) {
    const page = await browser.open(TELEPHONE);
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', NETWORK);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.goto(url);
    const paint = await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    );
    found.push((await paint.jsonValue()) ?? Number.NaN);
    await page.context().close();
  }
  return found;
}

/** Returns the bytes of script and style as transferred, including what loads without user action. */
async function weight(browser: TestBrowser, base: string): Promise<{ script: number; style: number }> {
  const page = await browser.open(TELEPHONE);
  await page.goto(base, { waitUntil: 'networkidle' });
  const sizes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) => entry instanceof PerformanceResourceTiming)
      .map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize })),
  );
  await page.context().close();
  const sum = (ending: string) =>
    sizes.filter(({ name }) => name.endsWith(ending)).reduce((all, { bytes }) => all + bytes, 0);
  return { script: sum('.js'), style: sum('.css') };
}

/** Returns the sum of layout shifts from the first paint until a run in all modes has ended. */
async function shift(browser: TestBrowser, base: string, width: number): Promise<number> {
  const page: Page = await browser.open({ viewport: { width, height: 844 } });
  await page.addInitScript(() => {
    Object.assign(window, { shift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        (window as unknown as { shift: number }).shift += (
          entry as PerformanceEntry & { value: number }
        ).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(base);
  // They may be folded away, and unfolding them would count.
  for (const [field, text] of [
    ['#minSeconds', '0.2'],
    ['#maxSeconds', '0.4'],
  ] as const)
    await page.locator(field).evaluate((input: HTMLInputElement, value) => {
      input.value = value;
    }, text);
  await page.click('#run-button');
  await page.locator('run-view[data-state=ended]').waitFor();
  await page.waitForTimeout(500);
  const found = await page.evaluate(() => (window as unknown as { shift: number }).shift);
  await page.context().close();
  return found;
}
