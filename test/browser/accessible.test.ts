/** The timelines without sight: announced as they change, reachable by keys, and listed in tables. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { seldom } from '../everyday.ts';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended, finished, LONG, run } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
/** The id of an ended run of a lesson, which no test changes. */
let oneByOne: string;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  oneByOne = await finished(server, 'one-by-one');
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** Records all announcements of the page. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    new MutationObserver((changes) => {
      for (const { addedNodes, target } of changes)
        for (const node of addedNodes) {
          const place =
            target instanceof Element
              ? target.closest('[aria-live], [role=log], [role=status], [role=alert]')
              : null;
          if (place) said.push(node.textContent ?? '');
        }
    }).observe(document, { subtree: true, childList: true });
  });
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said);
}

it('announcer: a run announces its start, each pass’s result and its sentence once, and a replay announces nothing', async () => {
  const page = await browser.open(CALM);
  const said = await listen(page);
  await page.goto(server.url);
  await run(page, {
    modes: ['sequential', 'event-loop', 'threads'],
    jobs: '6',
    minSeconds: '0.3',
    maxSeconds: '0.4',
  });
  await ended(page);
  const spoken = (await said()).filter((words) => words !== '');
  expect(spoken.filter((words) => !/^(Starting|Waiting)/.test(words))).toEqual([
    'Running one by one.',
    expect.stringMatching(/^One by one took \d+(\.\d)? s\. 6 jobs done\.$/),
    expect.stringMatching(/^The event loop took .*, \d\.\d times as fast as one by one\. 6 jobs done\.$/),
    expect.stringMatching(/^Threads took .*, \d\.\d times as fast as one by one\. 6 jobs done\.$/),
    await page.locator('#run-sentence').textContent(),
  ]);
  await page.click('button.play');
  await page.locator('.play.is-playing').waitFor();
  await page.locator('.play:not(.is-playing)').waitFor();
  expect((await said()).filter((words) => words !== '')).toEqual(spoken);
});

it('announcer: an arrow key announces its bar, and the timeline’s name if it changes', async () => {
  const page = await browser.open();
  const said = await listen(page);
  await page.goto(`${server.url}/runs/${oneByOne}`);
  await ended(page);
  await page.locator('.chart[role=application]').first().focus();
  const press = async (key: string) => {
    const before = (await said()).length;
    await page.keyboard.press(key);
    await expect.poll(async () => (await said()).length).toBeGreaterThan(before);
    return (await said()).slice(before);
  };
  expect(await press('ArrowRight')).toEqual([
    expect.stringMatching(/^Timeline: one by one, main: .+, \d.* to \d.*: \d/),
  ]);
  expect(await press('ArrowRight')).toEqual([expect.stringMatching(/^main: /)]);
  expect(await press('ArrowDown')).toEqual([
    expect.stringMatching(/^Timeline: on the event loop, one thread, main: /),
  ]);
});

it('charts: each has a name and describes its keys, and Tab moves from one to the next and out', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${oneByOne}`);
  await ended(page);
  const charts = page.locator('figure.pass .chart[role=application]');
  const { count, names, keys } = await charts.evaluateAll((all) => ({
    count: all.length,
    names: new Set(all.map((one) => one.getAttribute('aria-label'))).size,
    keys: all.map(
      (one) => document.getElementById(one.getAttribute('aria-describedby') ?? '')?.textContent ?? '',
    ),
  }));
  expect(count).toBe(4);
  expect(names).toBe(4);
  for (const words of keys) expect(words).toMatch(/Arrow keys/);
  await charts.first().focus();
  await page.keyboard.press('ArrowRight');
  const focused: number[] = [];
  for (let n = 0; n < 30 && focused.at(-1) !== -1; n++) {
    focused.push(
      await charts.evaluateAll((all) => all.findIndex((one) => one.contains(document.activeElement))),
    );
    await page.keyboard.press('Tab');
  }
  expect(new Set(focused)).toEqual(new Set([0, 1, 2, 3, -1]));
  expect(focused.at(-1)).toBe(-1);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  expect(await charts.last().evaluate((one) => one.contains(document.activeElement))).toBe(true);
});

/** Returns the rows of a table: the text of each cell, without the button. */
function rowsOf(page: Page, pass: number): Promise<string[][]> {
  return page
    .locator(`.bar-table[data-pass="${pass}"] tbody tr`)
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].slice(0, -1).map((cell) => cell.textContent ?? '')),
    );
}

it('table: lists the bars of every pass, also without script, and follows a live run', async () => {
  const still = await browser.open({ javaScriptEnabled: false });
  await still.goto(`${server.url}/runs/${oneByOne}`);
  await still.click('#figures > summary');
  await still.click('.bar-tables > summary');
  const rows = await rowsOf(still, 2);
  const waits = rows.filter(([, , does]) => does?.startsWith('sleeping'));
  expect(waits.map(([lane, job]) => `${lane} ${job}`).sort()).toEqual(['job 0 0', 'job 1 1', 'job 2 2']);
  const joins = rows.filter(([, , does]) => does?.startsWith('joining'));
  expect(joins.map(([, , , , , , why]) => why).join('\n')).toMatch(/Continued when job \d ended, at/);
  expect(await still.locator('.bar-table button').first().isVisible()).toBe(false);

  const page = await browser.open(CALM);
  // A link into what is folded opens it.
  await page.goto(`${server.url}/runs/${oneByOne}#bars`);
  await ended(page);
  await page.locator('.bar-table button').first().waitFor();
  expect(await rowsOf(page, 2)).toEqual(rows);
  await page.goto(server.url);
  await run(page, LONG);
  await page.click('#figures > summary');
  await page.click('.bar-tables > summary');
  await expect
    .poll(async () =>
      (await rowsOf(page, 0)).filter((row) => row[2]?.startsWith('sleeping')).map((row) => row[4]),
    )
    .toEqual(['not over yet', 'not over yet']);
  await page.click('#cancel-button');
  await ended(page);
  await expect.poll(async () => (await rowsOf(page, 0)).map((row) => row[4])).not.toContain('not over yet');
});

seldom('table: a row selects its bar in the timeline, and a bar selected there is marked here', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${oneByOne}`);
  await ended(page);
  expect(await page.locator('#figures[open]').count()).toBe(0);
  await page.evaluate(() => {
    location.hash = 'bars';
  });
  const table = page.locator('.bar-table[data-pass="2"]');
  await table.locator('button').first().waitFor();
  // A wide table scrolls by itself, not the page.
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const { all, body } = await page.evaluate(() => ({
      all: document.documentElement.scrollWidth,
      body: document.body.offsetWidth,
    }));
    expect(all).toBe(body);
  }
  await table.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const marked = page.locator('.bar-table tr[aria-current]');
  await expect.poll(() => marked.count()).toBe(1);
  expect(await marked.evaluate((row) => row.contains(document.activeElement))).toBe(true);
  const [lane, job, does] = await marked.locator('th, td').allTextContents();
  const what = job === '' ? does : `job ${job}, ${does}`;
  await expect.poll(() => page.locator('.looked').textContent()).toContain(`${lane}: ${what}`);
  await page.locator('.chart[role=application]').first().focus();
  const topMs = await page.evaluate(() => scrollY);
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => marked.getAttribute('data-bar')).toMatch(/^0\./);
  expect(await page.evaluate(() => scrollY)).toBe(topMs);
});
