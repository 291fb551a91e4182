/** Looking around in the timelines of a real run: zoom, pan, measure, keys, why, replay, and the address that keeps it. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunView } from '../../static/run-view.ts';
import { type Server, startBrowser, startServer, type TestBrowser } from './browser.ts';
import { ended } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
let lockRun: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  lockRun = await server.start({
    lesson: 'lock',
    modes: ['threads'],
    jobs: 3,
    minSeconds: 0.1,
    maxSeconds: 0.3,
  });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
afterEach(async () => {
  expect(await browser.faults()).toEqual([]);
});

/** A page with the run of the lock lesson, which has ended. */
async function openRun(fragment = '', options = {}): Promise<Page> {
  const page = await browser.open(options);
  await page.goto(`${server.url}/runs/${lockRun}${fragment}`);
  await ended(page);
  await page.locator('figure.pass .chart canvas').first().waitFor();
  await page.waitForFunction(() => document.querySelector<HTMLButtonElement>('.play')?.disabled === false);
  return page;
}

/** Times at the edges of the first chart, in ms, to the microsecond as an address has them. */
function edges(page: Page): Promise<{ minMs: number; maxMs: number }> {
  return page.evaluate(() => {
    const x = document.querySelector<RunView>('run-view')?.charts[0]?.u.scales.x;
    const round = (seconds = 0) => Math.round(seconds * 1e6) / 1000;
    return { minMs: round(x?.min), maxMs: round(x?.max) };
  });
}
const widthOf = ({ minMs, maxMs }: { minMs: number; maxMs: number }) => maxMs - minMs;

/** How many pixels are painted at the outer edges of the first chart, where a text would be cut; and whether its times are there. */
function paintedAtEdges(page: Page): Promise<{ left: number; right: number; bottom: boolean }> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('figure.pass .chart canvas');
    const ctx = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (!canvas || !ctx) throw new Error('no chart');
    ctx.canvas.width = canvas.width;
    ctx.canvas.height = canvas.height;
    ctx.drawImage(canvas, 0, 0);
    const painted = (x: number, y: number, width: number, height: number) =>
      ctx.getImageData(x, y, width, height).data.filter((value, i) => i % 4 === 3 && value > 0).length;
    const { width, height } = canvas;
    return {
      left: painted(0, 0, 1, height),
      // As wide as a space: where a text is cut, there may be one.
      right: painted(width - 6, height - 18, 6, 18),
      bottom: painted(0, height - 12, width, 6) > 0,
    };
  });
}

/** Where the plot of the first chart is on the page. */
async function plotOf(page: Page) {
  const plot = page.locator('figure.pass .chart .u-over').first();
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (!box) throw new Error('no plot');
  return box;
}

const looked = (page: Page) => page.locator('.looked').textContent();
/** The address, once what is looked at has settled in it. */
const fragmentOf = async (page: Page, part: RegExp) => {
  await page.waitForURL((url) => part.test(url.hash));
  return new URL(page.url()).hash;
};

describe('the timelines', () => {
  it('drag: looks closer, the times under them move along, and a double click shows everything', async () => {
    const page = await openRun();
    const before = await edges(page);
    const { x, y, width } = await plotOf(page);
    await page.mouse.move(x + width * 0.25, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.5, y + 20, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => widthOf(await edges(page)) / widthOf(before)).toBeCloseTo(0.25, 1);
    const closer = await edges(page);
    expect(closer.minMs / widthOf(before)).toBeCloseTo(0.25, 1);
    expect(await page.locator('.show-all').isEnabled()).toBe(true);
    await page.mouse.dblclick(x + width / 2, y + 20);
    await expect.poll(() => edges(page)).toEqual(before);
  });

  it('ticks: at the closest looks no text is cut at the right edge of the chart', async () => {
    // The last of its times, 100.025 ms, is at the end of the plot.
    const page = await openRun('#view=100.004-100.025');
    await expect.poll(async () => (await edges(page)).minMs).toBe(100.004);
    await expect.poll(() => paintedAtEdges(page)).toEqual({ left: 0, right: 0, bottom: true });
  });

  it('names: that of a daemon is whole', async () => {
    const daemons = await server.start({
      lesson: 'daemon',
      modes: ['threads'],
      minSeconds: 0.1,
      maxSeconds: 0.2,
    });
    const page = await browser.open();
    await page.goto(`${server.url}/runs/${daemons}`);
    await ended(page);
    await page.locator('figure.pass .chart canvas').first().waitFor();
    await expect.poll(() => paintedAtEdges(page)).toMatchObject({ left: 0, bottom: true });
    await page.goto(`${server.url}/runs/${daemons}.svg`);
    const starts = await page.evaluate(() =>
      [...document.querySelectorAll<SVGTextElement>('.lane-label')].map((label) => {
        const edge = label.closest<SVGElement>('svg[width]:not([x])');
        return {
          name: label.firstChild?.textContent,
          room: label.getBoundingClientRect().left - (edge?.getBoundingClientRect().left ?? 0),
        };
      }),
    );
    expect(starts.map(({ name }) => name)).toContainEqual(expect.stringMatching(/ daemon$/));
    for (const { room } of starts) expect(room).toBeGreaterThanOrEqual(0);
  });

  it('wheel: with Ctrl it zooms around the pointer, with Shift it moves, alone it scrolls the page', async () => {
    const page = await openRun();
    const before = await edges(page);
    const { x, y, width } = await plotOf(page);
    await page.mouse.move(x + width * 0.5, y + 20);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await expect.poll(async () => widthOf(await edges(page))).toBeLessThan(widthOf(before) * 0.7);
    const closer = await edges(page);
    expect((closer.minMs + closer.maxMs) / 2 / before.maxMs).toBeCloseTo(0.5, 1);
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, 200);
    await page.keyboard.up('Shift');
    await expect.poll(async () => (await edges(page)).minMs).toBeGreaterThan(closer.minMs);
    const moved = await edges(page);
    expect(widthOf(moved)).toBeCloseTo(widthOf(closer), 2);
    const scrolled = await page.evaluate(() => scrollY);
    await page.mouse.wheel(0, 200);
    await expect.poll(() => page.evaluate(() => scrollY)).not.toBe(scrolled);
    expect(await edges(page)).toEqual(moved);
  });

  it('pinch and one finger, on a touch screen: zoom and move', async () => {
    const page = await openRun('', { hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } });
    const before = await edges(page);
    const { x, y, width } = await plotOf(page);
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', xs: number[]) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: xs.map((at, id) => ({ x: at, y: y + 30, id })),
      });
    await touch('touchStart', [x + width * 0.4, x + width * 0.6]);
    for (const by of [0.05, 0.1, 0.15, 0.2])
      await touch('touchMove', [x + width * (0.4 - by), x + width * (0.6 + by)]);
    await touch('touchEnd', []);
    await expect.poll(async () => widthOf(await edges(page)) / widthOf(before)).toBeLessThan(0.6);
    const closer = await edges(page);
    await touch('touchStart', [x + width * 0.7]);
    for (const at of [0.65, 0.55, 0.45]) await touch('touchMove', [x + width * at]);
    await touch('touchEnd', []);
    await expect.poll(async () => (await edges(page)).minMs).toBeGreaterThan(closer.minMs);
    expect(widthOf(await edges(page))).toBeCloseTo(widthOf(closer), 1);
  });

  it('Shift and drag: measures the time between, with the totals by state', async () => {
    const page = await openRun();
    const { maxMs } = await edges(page);
    const { x, y, width } = await plotOf(page);
    await page.keyboard.down('Shift');
    await page.mouse.move(x, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + width - 1, y + 20, { steps: 3 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await expect.poll(() => looked(page)).toMatch(/^Measured \d.*waiting for a lock \d/);
    const events = await server.events(lockRun);
    const wall = events.find((event) => event.type === 'pass-ended');
    expect(maxMs).toBeGreaterThanOrEqual(wall?.wallMs ?? Number.POSITIVE_INFINITY);
    await page.locator('figure.pass .chart').first().focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => looked(page)).not.toMatch(/Measured/);
  });

  it('keys: go from bar to bar, say why a wait ended, jump to its cause and back', async () => {
    const page = await openRun();
    await page.locator('figure.pass .chart').first().focus();
    const events = await server.events(lockRun);
    const waiters = events.flatMap((event) =>
      event.type === 'wait-ended' && event.for === 'lock' && event.job !== null ? [event.job] : [],
    );
    expect(waiters.length).toBeGreaterThan(1);
    // Along every lane until a bar says that it waited for the lock and was let through.
    let said = '';
    for (const down of [1, 1, 1]) {
      for (let i = 0; i < down; i++) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Home');
      for (let i = 0; i < 8 && !/released the lock/.test(said); i++) {
        await page.keyboard.press('ArrowRight');
        await page.waitForTimeout(50);
        said = (await looked(page)) ?? '';
      }
      if (/released the lock/.test(said)) break;
    }
    const found =
      /^(#\d): job (\d), waiting for a lock.*Went on when job (\d) on (#\d) released the lock/.exec(said);
    expect(found, said).not.toBeNull();
    expect(await page.locator('.go-why').isEnabled()).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => looked(page)).toMatch(new RegExp(`^${found?.[4]}: job ${found?.[3]},`));
    await page.keyboard.press('Backspace');
    await expect.poll(() => looked(page)).toBe(said);
    const before = await edges(page);
    await page.keyboard.press('f');
    await expect.poll(async () => widthOf(await edges(page))).toBeLessThan(widthOf(before));
    const fitted = await edges(page);
    await page.keyboard.press('s');
    await expect.poll(async () => widthOf(await edges(page))).toBeGreaterThan(widthOf(fitted));
    await page.keyboard.press('0');
    await expect.poll(() => edges(page)).toEqual(before);
    await page.keyboard.press('?');
    await page.locator('.keys-help[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.keys-help').waitFor({ state: 'hidden' });
  });

  it('click: selects the bar that is there, by mouse as by keys', async () => {
    const page = await openRun();
    const { x, y, width } = await plotOf(page);
    await page.mouse.click(x + width * 0.3, y + 10);
    await expect.poll(() => looked(page)).toMatch(/^main: /);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => looked(page)).toMatch(/^#1: /);
  });

  it('replay: console, table, bars and progress are as they were then, forward, back and to the end', async () => {
    const page = await openRun();
    const events = await server.events(lockRun);
    const logs = events.filter((event) => event.type === 'log');
    const lines = () => page.locator('.console li[data-seq]').count();
    expect(await lines()).toBe(logs.length);
    const middle = logs[Math.floor(logs.length / 2)]?.atMs ?? 0;
    const scrub = (ms: number) =>
      page.locator('.scrubber').evaluate((input: HTMLInputElement, value) => {
        input.value = String(value);
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }, ms);
    await scrub(middle + 0.5);
    await expect.poll(lines).toBe(logs.filter(({ atMs }) => atMs <= middle + 0.5).length);
    expect(await page.locator('tbody td').first().textContent()).toBe('');
    await page.click('.event-back');
    await page.click('.event-back');
    await expect.poll(lines).toBeLessThanOrEqual(logs.filter(({ atMs }) => atMs <= middle).length);
    await scrub(0);
    await expect.poll(lines).toBe(0);
    await page.selectOption('.speed select', '10');
    await page.click('.play');
    await expect.poll(lines, { timeout: 15_000 }).toBe(logs.length);
    await expect.poll(() => page.locator('.play').getAttribute('aria-label')).toBe('Play');
    expect(await page.locator('tbody td').first().textContent()).not.toBe('');
  });

  it('address: keeps zoom, selection, time and speed, and shows them to who opens it', async () => {
    const page = await openRun();
    const { x, y, width } = await plotOf(page);
    await page.mouse.click(x + width * 0.4, y + 10);
    await page.keyboard.press('w');
    await page.keyboard.press('e');
    await page.selectOption('.speed select', '0.5');
    await page.click('.event-back');
    const fragment = await fragmentOf(page, /view=.*bar=.*t=.*speed=0\.5.*show=arrows/);
    const before = await edges(page);
    const said = await looked(page);
    const other = await openRun(fragment);
    await expect.poll(() => edges(other)).toEqual(before);
    await expect.poll(() => looked(other)).toBe(said);
    expect(await other.locator('[data-turn=arrows]').getAttribute('aria-pressed')).toBe('true');
    expect(await other.locator('.speed select').inputValue()).toBe('0.5');
    const [there, here] = await Promise.all(
      [other, page].map(async (one) => Number(await one.locator('.scrubber').inputValue())),
    );
    expect(there).toBeCloseTo(here ?? Number.NaN, 2);
  });

  it('address: nonsense in the fragment does no harm', async () => {
    const page = await openRun('#view=5-1&bar=9.9.9&t=1e99&speed=-1&show=%00');
    expect((await edges(page)).minMs).toBe(0);
    const far = await openRun('#view=100000000-200000000&bar=0.0.99999&t=99999999');
    const { minMs, maxMs } = await edges(far);
    expect(maxMs).toBeGreaterThan(minMs);
  });

  it('live: follows the run until it is moved by hand, and again when Follow is pressed', async () => {
    const id = await server.start({ modes: ['threads'], jobs: 2, minSeconds: 20, maxSeconds: 20 });
    const page = await browser.open();
    await page.goto(`${server.url}/runs/${id}`);
    await page.locator('figure.pass .chart canvas').first().waitFor();
    const follow = page.locator('.follow');
    expect(await follow.isVisible()).toBe(false);
    const { x, y, width } = await plotOf(page);
    await page.mouse.move(x + 1, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.05, y + 20, { steps: 3 });
    await page.mouse.up();
    await follow.waitFor();
    const held = await edges(page);
    await page.waitForTimeout(1500);
    expect(await edges(page)).toEqual(held);
    await follow.click();
    await expect.poll(async () => (await edges(page)).maxMs).toBeGreaterThan(held.maxMs);
    const followed = await edges(page);
    await expect.poll(async () => (await edges(page)).maxMs).toBeGreaterThan(followed.maxMs);
    expect(widthOf(followed)).toBeCloseTo(widthOf(held), 0);
    expect(await follow.isVisible()).toBe(false);
    await fetch(`${server.url}/runs/${id}/cancel`, { method: 'POST' });
  });

  it('live: what is followed stays in sight when the run ends, and the address agrees', async () => {
    const id = await server.start({ modes: ['threads'], jobs: 2, minSeconds: 3, maxSeconds: 3 });
    const page = await browser.open();
    await page.goto(`${server.url}/runs/${id}`);
    await page.locator('figure.pass .chart canvas').first().waitFor();
    const { x, y, width } = await plotOf(page);
    await page.mouse.move(x + 1, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.1, y + 20, { steps: 3 });
    await page.mouse.up();
    await page.locator('.follow').click();
    expect(await page.evaluate(() => document.activeElement?.closest('.chart') !== null)).toBe(true);
    await ended(page);
    await fragmentOf(page, /view=/);
    const [from, to] = /view=([\d.]+)-([\d.]+)/.exec(page.url())?.slice(1).map(Number) ?? [];
    const seen = await edges(page);
    expect(seen.minMs).toBeCloseTo(from ?? Number.NaN, 2);
    expect(seen.maxMs).toBeCloseTo(to ?? Number.NaN, 2);
    expect(seen.maxMs).toBeGreaterThan(2500);
  });

  it('a click after a measure says what is selected', async () => {
    const page = await openRun();
    const { x, y, width } = await plotOf(page);
    await page.keyboard.down('Shift');
    await page.mouse.move(x + 5, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.5, y + 20, { steps: 3 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await expect.poll(() => looked(page)).toMatch(/^Measured/);
    await page.mouse.click(x + width * 0.3, y + 10);
    await expect.poll(() => looked(page)).toMatch(/^main: /);
  });

  it('job by job and back: the focus stays in what is shown', async () => {
    const id = await server.start({
      modes: ['sequential', 'threads'],
      jobs: 2,
      minSeconds: 0.1,
      maxSeconds: 0.1,
    });
    const page = await browser.open();
    await page.goto(`${server.url}/runs/${id}`);
    await ended(page);
    const isInChart = (selector: string) =>
      page.evaluate((one) => document.activeElement?.matches(one) ?? false, selector);
    await page.locator('figure.pass .chart').first().focus();
    await page.keyboard.press('j');
    await expect.poll(() => isInChart('.jobs .chart')).toBe(true);
    await page.keyboard.press('j');
    await expect.poll(() => isInChart('figure.pass .chart')).toBe(true);
  });

  it('hover: shows what let a wait go on, and takes it away again', async () => {
    const page = await openRun();
    const ink = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('figure.pass .chart canvas');
        const view = document.querySelector('run-view');
        if (!canvas || !view) return -1;
        const copy = document.createElement('canvas');
        copy.width = canvas.width;
        copy.height = canvas.height;
        const probe = copy.getContext('2d', { willReadFrequently: true });
        if (!probe) return -1;
        probe.fillStyle = getComputedStyle(view).getPropertyValue('--accent');
        probe.fillRect(0, 0, 1, 1);
        const accent = String(probe.getImageData(0, 0, 1, 1).data);
        probe.clearRect(0, 0, copy.width, copy.height);
        probe.drawImage(canvas, 0, 0);
        const { data } = probe.getImageData(0, 0, copy.width, copy.height);
        let found = 0;
        for (let i = 0; i < data.length; i += 4) if (String(data.slice(i, i + 4)) === accent) found++;
        return found;
      });
    expect(await ink()).toBe(0);
    // The first bar of a thread: main started it.
    const at = await page.evaluate(() => {
      const view = document.querySelector<RunView>('run-view');
      const bar = view?.timeline.passes[0]?.rows[1]?.bars[0];
      const u = view?.charts[0]?.u;
      return u && bar ? u.valToPos((bar.startMs + (bar.endMs ?? 0)) / 2000, 'x') : -1;
    });
    const { x, y } = await plotOf(page);
    await page.mouse.move(x + at, y + 33);
    await expect.poll(ink).toBeGreaterThan(10);
    await page.mouse.move(x + at, y - 200);
    await expect.poll(ink).toBe(0);
  });

  it('Copy link: takes what is looked at along', async () => {
    const page = await openRun();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.click('[data-turn=path]');
    await page.click('button.copy');
    await expect.poll(() => page.locator('button.copy').textContent()).toBe('Copied');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(`${server.url}/runs/${lockRun}#show=path`);
  });
});
