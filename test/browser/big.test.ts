/** A timeline with many more bars than pixels: the picture matches the model, and no important mark vanishes. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { RunView } from '../../static/run/run-view.ts';
import { everyday } from '../everyday.ts';
import { type Server, startBrowser, startServer, type TestBrowser } from './browser.ts';
import { ended } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({ script: 'test/browser/made-server.ts' }),
    startBrowser(),
  ]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** Opens the generated run, and waits until its timeline is drawn. */
async function openRun(deviceScaleFactor: number): Promise<Page> {
  const page = await browser.open({ deviceScaleFactor, viewport: { width: 1280, height: 900 } });
  await page.goto(`${server.url}/runs/made`);
  await ended(page);
  await page.locator('.chart canvas').first().waitFor();
  return page;
}

/** Shares of the area of all bars, 0 to 1: in the picture, by pixels, and in the visible range of the model. */
type Shares = {
  spanMs: number;
  bars: number;
  drawn: Record<string, number>;
  expected: Record<string, number>;
};

function sharesOf(page: Page): Promise<Shares> {
  return page.evaluate(() => {
    const view = document.querySelector<RunView>('run-view')!;
    const { u } = view.charts[0]!;
    const { rows, latestMs } = view.timeline.passes[0]!;
    const [minMs, maxMs] = [u.scales.x!.min! * 1000, u.scales.x!.max! * 1000];
    const { left, top, width, height } = u.bbox;
    const copy = document.createElement('canvas');
    copy.width = u.ctx.canvas.width;
    copy.height = u.ctx.canvas.height;
    const probe = copy.getContext('2d', { willReadFrequently: true })!;
    const pixelOf = (name: string) => {
      probe.fillStyle = getComputedStyle(view).getPropertyValue(`--${name}`).trim();
      probe.fillRect(0, 0, 1, 1);
      return new Uint32Array(probe.getImageData(0, 0, 1, 1).data.buffer)[0];
    };
    const states = new Map([
      [pixelOf('computing'), 'computing'],
      [pixelOf('sleep'), 'sleep'],
      [pixelOf('sleep-edge'), 'sleep'],
    ]);
    probe.clearRect(0, 0, copy.width, copy.height);
    probe.drawImage(u.ctx.canvas, 0, 0);
    const drawn: Record<string, number> = { computing: 0, sleep: 0 };
    const expected: Record<string, number> = { computing: 0, sleep: 0 };
    const ratio = devicePixelRatio;
    const rowHeight = height / rows.length;
    // In rows this low, bars leave a pixel free above and below.
    const inner = rowHeight - 2 * ratio;
    let bars = 0;
    rows.forEach((row, i) => {
      const image = probe.getImageData(left, top + i * rowHeight + ratio, width, inner);
      for (const pixel of new Uint32Array(image.data.buffer)) {
        const state = states.get(pixel);
        if (state !== undefined) drawn[state]! += 1 / (rows.length * width * inner);
      }
      for (const { state, startMs, endMs } of row.bars) {
        const ms = Math.min(maxMs, endMs ?? latestMs) - Math.max(minMs, startMs);
        if (ms > 0) bars++;
        if (ms > 0 && state in expected) expected[state]! += ms / ((maxMs - minMs) * rows.length);
      }
    });
    return { spanMs: maxMs - minMs, bars, drawn, expected };
  });
}

function expectSame({ drawn, expected }: Shares): void {
  for (const state of ['computing', 'sleep']) {
    expect(expected[state], state).toBeGreaterThan(0.15);
    // Crosses, torn edges and the gaps between bars take a little of each.
    expect(Math.abs(drawn[state]! - expected[state]!), state).toBeLessThan(0.03);
  }
}

for (const ratio of everyday([1, 2], 2)) {
  it(`timeline: with more bars than pixels each state gets its share of the picture, at ${ratio} pixels a pixel`, async () => {
    const page = await openRun(ratio);
    const all = await sharesOf(page);
    expect(all.bars).toBeGreaterThan(5000);
    expectSame(all);

    const plot = page.locator('.u-over').first();
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + 0.2 * box.width, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.65 * box.width, box.y + 50);
    await page.mouse.up();
    await expect.poll(async () => (await sharesOf(page)).spanMs).toBeLessThan(all.spanMs * 0.5);
    const part = await sharesOf(page);
    expect(part.bars).toBeGreaterThan(2000);
    expectSame(part);
  });
}

/**
 * Counts the pixels of ink in a box as high as a row that ends at a given time, and measures the bar that ends there.
 */
function inkAt(
  page: Page,
  end: 'failed' | 'cut-off',
): Promise<{ widthPx: number; ink: number; inkBefore: number }[]> {
  return page.evaluate((end) => {
    const view = document.querySelector<RunView>('run-view')!;
    const { u } = view.charts[0]!;
    const { rows } = view.timeline.passes[0]!;
    const rowHeight = u.bbox.height / rows.length;
    const pixelMs = ((u.scales.x!.max! - u.scales.x!.min!) * 1000) / u.bbox.width;
    const copy = document.createElement('canvas');
    copy.width = u.ctx.canvas.width;
    copy.height = u.ctx.canvas.height;
    const probe = copy.getContext('2d', { willReadFrequently: true })!;
    probe.fillStyle = getComputedStyle(view).getPropertyValue('--ink').trim();
    probe.fillRect(0, 0, 1, 1);
    const ink = probe.getImageData(0, 0, 1, 1).data;
    probe.drawImage(u.ctx.canvas, 0, 0);
    const inkIn = (right: number, row: number) => {
      const { data } = probe.getImageData(right - 7, u.bbox.top + row * rowHeight + 1, 8, rowHeight - 2);
      let found = 0;
      for (let at = 0; at < data.length; at += 4) {
        const far =
          Math.abs(data[at]! - ink[0]!) +
          Math.abs(data[at + 1]! - ink[1]!) +
          Math.abs(data[at + 2]! - ink[2]!);
        if (far < 60) found++;
      }
      return found;
    };
    return rows.flatMap((row, i) =>
      row.bars
        .filter((bar) => bar.end === end)
        .map((bar) => {
          const right = Math.round(u.valToPos(bar.endMs! / 1000, 'x', true));
          const widthPx = (bar.endMs! - bar.startMs) / pixelMs;
          return { widthPx, ink: inkIn(right, i), inkBefore: inkIn(right - 20, i) };
        }),
    );
  }, end);
}

it('timeline: a job that failed within less than a pixel has its cross', async () => {
  const page = await openRun(1);
  const narrow = (await inkAt(page, 'failed')).filter(({ widthPx }) => widthPx < 0.5);
  expect(narrow.length).toBeGreaterThan(0);
  for (const { ink, inkBefore } of narrow) {
    expect(ink).toBeGreaterThan(6);
    expect(inkBefore).toBe(0);
  }
});
