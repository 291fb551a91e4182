/**
 * Comparing two runs in the browser: the links to it, both on one axis, by mouse and keys, live, and without script.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { seldom } from '../everyday.ts';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { expectDrawnUntil, openPair, over, scrub, startPair, view } from './compare-page.ts';
import { readChart, stretchesOf } from './drawn.ts';
import { ended, fill } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
/** Two ended runs: one with a lane per job, and one with a pool but without the event loop. */
let a: string;
let b: string;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  ({ a, b } = await startPair(server));
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

seldom('compare: pasting another run’s link on a run’s page shows both on one axis', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${a}`);
  await page.fill('.compare-form [name=b]', `${server.url}/runs/${b}#view=1-2`);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.locator('compare-view canvas').last().waitFor();
  expect(await page.locator('h1').textContent()).toMatch(
    /^B’s threads took \d\.\d times as long: 1 worker instead of one per job\.$/,
  );

  const events = { a: await server.events(a), b: await server.events(b) };
  await view(page);
  await expectDrawnUntil(page, Number.POSITIVE_INFINITY, events);
  const names = await page.locator('.chart').evaluateAll((all) => all.map((one) => one.ariaLabel));
  expect(names).toEqual([
    'Run A one by one',
    'Run B one by one',
    'Run A on the event loop',
    'Run A in threads',
    'Run B in threads',
  ]);
});

seldom('compare: dragging in one chart zooms all, and a double click in another zooms back', async () => {
  const page = await browser.open();
  await openPair(page, server, a, b);
  const all = await view(page);
  const plot = (i: number) => page.locator('.u-over').nth(i);
  await plot(0).scrollIntoViewIfNeeded();
  const box = (await plot(0).boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.25, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await view(page)).width).toBeCloseTo(all.width / 4, 1);
  expect((await view(page)).min).toBeCloseTo(all.width / 4, 1);
  await plot(4).dblclick({ position: { x: 30, y: 5 } });
  await expect.poll(() => view(page)).toEqual(all);
});

seldom(
  'compare: the legend has how long each state lasted in the visible range, over both runs',
  async () => {
    const page = await browser.open();
    await openPair(page, server, a, b);
    const sleepMs = async () => {
      const [, figure = '', unit] =
        /^([\d.]+) (m?s)$/.exec(await page.locator('[data-look=sleep] .total').innerText()) ?? [];
      return Number(figure) * (unit === 's' ? 1000 : 1);
    };
    const logs = await Promise.all([a, b].map((id) => server.events(id)));
    const [expected = 0, ofA = 0] = [logs, logs.slice(0, 1)].map((some) =>
      some
        .flatMap((log) => [0, 1, 2].flatMap((pass) => stretchesOf(log, pass, 'sleep')))
        .reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
    );
    expect(await page.locator('[data-look=sleep] .total').isVisible()).toBe(true);
    // It is shown to a tenth of a second.
    await expect.poll(sleepMs).toBeGreaterThanOrEqual(expected - 51);
    expect(await sleepMs()).toBeLessThanOrEqual(expected + 51);
    expect(expected).toBeGreaterThan(ofA + 200);
    await page.locator('.chart').first().focus();
    await page.keyboard.press('w');
    await expect.poll(sleepMs).toBeLessThan(expected - 51);
    await page.keyboard.press('0');
    await expect.poll(sleepMs).toBeGreaterThanOrEqual(expected - 51);
    await scrub(page, 100);
    await expect.poll(sleepMs).toBeLessThan(expected / 2);
  },
);

seldom('compare: keys move from bar to bar across both runs, and zoom in and out', async () => {
  const page = await browser.open();
  await openPair(page, server, a, b);
  const all = await view(page);
  await page.locator('.chart').first().focus();
  await page.keyboard.press('ArrowRight');
  const looked = () => page.locator('.looked').textContent();
  await expect.poll(looked).toMatch(/^main: /);
  const first = await looked();
  await page.keyboard.press('End');
  await expect.poll(looked).not.toBe(first);
  await page.keyboard.press('w');
  await expect.poll(async () => (await view(page)).width).toBeLessThan(all.width);
  await page.keyboard.press('0');
  await expect.poll(() => view(page)).toEqual(all);
  // Each chart can be reached.
  await page.keyboard.press('Tab');
  expect(
    await page
      .locator('.chart')
      .nth(1)
      .evaluate((one) => one === document.activeElement),
  ).toBe(true);
});

it('compare: a live run grows, and the text reports its end, without a page load', async () => {
  const page = await browser.open(CALM);
  await page.clock.install();
  await page.goto(server.url);
  const live = await server.start({ modes: ['threads'], jobs: 2, minSeconds: 4, maxSeconds: 4 });
  await expect
    .poll(async () => (await server.events(live)).some(({ type }) => type === 'job-started'))
    .toBe(true);
  await page.goto(`${server.url}/compare?a=${a}&b=${live}`);
  await page.locator('canvas').last().waitFor();
  await page.evaluate(() => document.documentElement.setAttribute('data-same', ''));
  expect(await page.locator('.still').textContent()).toBe(
    'B is still running: these are the figures so far.',
  );
  expect(await page.locator('.replay').isVisible()).toBe(false);
  const drawnMs = async () => {
    const { stretches } = await readChart(page, 3, 'sleep');
    return stretches.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  };
  // Replacing the text does not move the scroll position.
  await page.locator('.compared a').first().focus();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const before = await drawnMs();
  await expect.poll(drawnMs).toBeGreaterThan(before);
  await over(server, live);
  await expect.poll(() => page.locator('.still').count(), { timeout: 10_000 }).toBe(0);
  expect(await page.locator('h1').textContent()).toMatch(
    /^A and B did different work, so neither counts as better: 2 jobs instead of 4/,
  );
  expect(await page.locator('html[data-same]').count()).toBe(1);
  expect(await page.locator('#compare-told[hx-get]').count()).toBe(0);
  expect(
    await page
      .locator('.compared a')
      .first()
      .evaluate((one) => one === document.activeElement),
  ).toBe(true);
  expect(asked.length).toBeGreaterThan(0);
  asked.length = 0;
  // The page no longer polls: it would have polled more than once in this time.
  await page.clock.runFor(5000);
  expect(asked).toEqual([]);

  await page.locator('.replay').waitFor();
  const sentence = await page.locator('h1').textContent();
  const whole = await drawnMs();
  await scrub(page, 1000);
  await expect.poll(drawnMs).toBeLessThan(whole / 2);
  expect(await page.locator('h1').textContent()).toMatch(/^Replay: /);
  await scrub(page, 1e6);
  await expect.poll(drawnMs).toBe(whole);
  expect(await page.locator('h1').textContent()).toBe(sentence);
});

it('compare: without script two runs can be chosen from the list, and are compared as drawings and tables', async () => {
  const page = await browser.open({ javaScriptEnabled: false });
  for (const jobs of ['2', '3']) {
    await page.goto(server.url);
    await fill(page, { modes: ['sequential', 'threads'], jobs, minSeconds: '0.05', maxSeconds: '0.05' });
    await page.click('#run-button');
    await ended(page);
  }
  await page.goto(`${server.url}/runs`);
  for (const box of await page.locator('[name=run]').all()) await box.check();
  await page.getByRole('button', { name: 'Compare the two checked runs' }).click();
  await page.locator('table.settings').waitFor();
  // The older run is A.
  expect(
    await page.locator('table.settings tr', { hasText: 'Jobs' }).locator('td').allTextContents(),
  ).toEqual(['2', '3']);
  expect(await page.locator('canvas').count()).toBe(0);
  for (const [i, bars] of [2, 3, 2, 3].entries()) {
    expect(await page.locator('svg.drawing').nth(i).locator('.bar.sleep').count()).toBe(bars);
  }
  expect(await page.locator('.player').isVisible()).toBe(false);
  // An invalid link is reported beside its field.
  browser.allow('422');
  await page.getByRole('link', { name: 'Compare A with another run' }).click();
  await page.locator('[name=b]').waitFor();
  await page.fill('[name=b]', 'http://localhost/nothing');
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.locator('#b-error').waitFor();
  expect(await page.locator('#b-error').textContent()).toContain('not a link to a run');
  expect(await page.inputValue('[name=b]')).toBe('http://localhost/nothing');
});

seldom('compare: at 390 pixels nothing overflows', async () => {
  const page = await browser.open({ viewport: { width: 390, height: 844 } });
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.body.offsetWidth);
  await openPair(page, server, a, b);
  expect(await overflow()).toBe(0);
  const tables = await page
    .locator('.compare-table')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));
  for (const right of tables) expect(right).toBeLessThanOrEqual(390);
  await page.goto(`${server.url}/compare?a=${a}`);
  expect(await overflow()).toBe(0);
});

seldom('compare: its link shows the range that its sender saw', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/compare?a=${a}&b=${b}#view=500-900`);
  await page.locator('compare-view canvas').last().waitFor();
  await expect.poll(async () => (await view(page)).min).toBeCloseTo(0.5);
  expect((await view(page)).max).toBeCloseTo(0.9);
});
