/** An ended run of the lock lesson, and its page, for exploring. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { RunView } from '../../static/run/run-view.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended } from './playground-page.ts';

export type Looking = {
  server: Server;
  browser: TestBrowser;
  /** The run's id. */
  lockRun: string;
  /** Opens a page with the run and waits until it is drawn; `fragment` is the view in its address. */
  open(fragment?: string, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
};

/** Starts a server, a browser, and the run. */
export async function startLooking(): Promise<Looking> {
  const [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  const spec = { lesson: 'lock', modes: ['threads'], jobs: 3, minSeconds: 0.1, maxSeconds: 0.3 };
  const lockRun = await server.start(spec);
  return {
    server,
    browser,
    lockRun,
    async open(fragment = '', options = {}) {
      const page = await browser.open(options);
      await page.goto(`${server.url}/runs/${lockRun}${fragment}`);
      await ended(page);
      await page.locator('figure.pass .chart canvas').first().waitFor();
      await page.waitForFunction(
        () => document.querySelector<HTMLButtonElement>('.play')?.disabled === false,
      );
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Returns the times at the edges of the first chart, in ms, to the microsecond like an address. */
export function edges(page: Page): Promise<{ minMs: number; maxMs: number }> {
  return page.evaluate(() => {
    const x = document.querySelector<RunView>('run-view')?.charts[0]?.u.scales.x;
    const round = (seconds = 0) => Math.round(seconds * 1e6) / 1000;
    return { minMs: round(x?.min), maxMs: round(x?.max) };
  });
}
/** Length of the visible range, in ms. */
export const widthOf = ({ minMs, maxMs }: { minMs: number; maxMs: number }) => maxMs - minMs;
/** Returns the position of the first chart's plot on the page. */
export async function plotOf(page: Page) {
  const plot = page.locator('figure.pass .chart .u-over').first();
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (!box) throw new Error('no plot');
  return box;
}

/** Returns the line that describes the selection. */
export const looked = (page: Page) => page.locator('.looked').textContent();
