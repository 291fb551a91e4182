/** That everybody can read the pages: axe finds nothing on any of them, and what is drawn is said and listed too. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Server, startBrowser, startServer, type TestBrowser } from './browser.ts';
import { ended, LONG, QUICK, run } from './playground-page.ts';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Lessons that between them show every part of the page: figures of their own, circles, lost updates, failures. */
const LESSONS = ['one-by-one', 'computing', 'crash', 'deadlock', 'lost-update'];

/** Four looks at a page take axe a while. */
const PATIENCE_MS = 120_000;

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** What axe finds on a page as it is now: each rule, and where it is broken. The page’s policy lets no script in but its own: the browser’s own tools do. */
async function broken(page: Page): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in window);
  if (!isThere) await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>(
    'axe.run(document, { resultTypes: ["violations"] })',
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

/** Asserts that axe finds nothing. */
async function expectAccessible(page: Page, looks: readonly (typeof LOOKS)[number][] = LOOKS): Promise<void> {
  for (const [viewport, colorScheme] of looks) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    expect(await broken(page), `${viewport.width} px, ${colorScheme}`).toEqual([]);
  }
}

/** A quick run of a lesson, as far as its program lets it be; resolves with its id when it has ended. */
async function finished(lesson: string): Promise<string> {
  const id = await server.start({ lesson, jobs: 3, minSeconds: 0.05, maxSeconds: 0.1 });
  await (await fetch(`${server.url}/runs/${id}/events`)).text();
  return id;
}

// The first in every look; of the others, which are made of the same parts, each in two, in turns.
it.each(
  LESSONS.map((lesson, i) => ({ lesson, looks: i === 0 ? LOOKS : LOOKS.slice(i % 2 ? 2 : 0).slice(0, 2) })),
)(
  'axe: nothing on the page of a run of $lesson that has ended',
  { timeout: PATIENCE_MS },
  async ({ lesson, looks }) => {
    const page = await browser.open();
    await page.goto(`${server.url}/runs/${await finished(lesson)}`);
    await ended(page);
    await page.locator('canvas').last().waitFor();
    await page.locator('details').evaluateAll((all) => {
      for (const one of all) if (one instanceof HTMLDetailsElement) one.open = true;
    });
    await expectAccessible(page, looks);
  },
);

it('axe: nothing on the playground before a run, with a form that was refused, and while a run goes on', {
  timeout: PATIENCE_MS,
}, async () => {
  browser.allow('422');
  const page = await browser.open();
  await page.goto(server.url);
  await expectAccessible(page);
  await page.fill('#jobs', '0');
  await page.click('#run-button');
  await page.locator('#jobs-error').waitFor();
  await expectAccessible(page);
  await run(page, LONG);
  await page.locator('canvas').last().waitFor();
  await expectAccessible(page);
  await page.click('#cancel-button');
  await ended(page);
});

it('axe: nothing in the middle of a replay with a bar selected, and in the help', {
  timeout: PATIENCE_MS,
}, async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${await finished('one-by-one')}#t=50&show=arrows,path`);
  await ended(page);
  await page.locator('canvas').last().waitFor();
  await page.locator('.chart').last().focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('.scrubber').waitFor();
  await expectAccessible(page);
  await page.click('.player .keys');
  await expectAccessible(page);
});

it('axe: nothing on the list of runs, on a family, on a comparison and its form, in a frame, and where nothing is', {
  timeout: PATIENCE_MS,
}, async () => {
  browser.allow('404');
  const page = await browser.open();
  await page.goto(server.url);
  const a = await run(page, QUICK);
  await ended(page);
  const b = await run(page, QUICK);
  await ended(page);
  await page.click('#more > summary');
  await page.fill('#repeat', '2');
  await page.click('#run-button');
  await page.waitForURL(/\/families\//);
  await expectAccessible(page);
  for (const path of [
    '/runs',
    '/terms',
    '/compare',
    `/compare?a=${a}&b=${b}`,
    `/runs/${a}/embed`,
    '/nowhere',
  ]) {
    await page.goto(server.url + path);
    await page.waitForLoadState();
    await expectAccessible(page);
  }
});

/** Writes down all that the page has read to who hears it. */
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

it('spoken: that it runs, what each pass came to, and the sentence; each once, and not again when it is replayed', async () => {
  const page = await browser.open();
  const said = await listen(page);
  await page.goto(server.url);
  await run(page, {
    modes: ['sequential', 'event-loop', 'threads'],
    jobs: '3',
    minSeconds: '0.3',
    maxSeconds: '0.4',
  });
  await ended(page);
  const heard = (await said()).filter((words) => words !== '');
  expect(heard.filter((words) => !/^(Starting|Waiting)/.test(words))).toEqual([
    'Running one by one.',
    expect.stringMatching(/^One by one took \d+(\.\d)? seconds\. 3 jobs done\.$/),
    expect.stringMatching(/^The event loop took .*, \d\.\d times as fast as one by one\. 3 jobs done\.$/),
    expect.stringMatching(/^Threads took .*, \d\.\d times as fast as one by one\. 3 jobs done\.$/),
    await page.locator('#run-sentence').textContent(),
  ]);
  await page.click('button.play');
  await page.locator('.play.is-playing').waitFor();
  await page.locator('.play:not(.is-playing)').waitFor();
  expect((await said()).filter((words) => words !== '')).toEqual(heard);
});

it('spoken: the bar that an arrow key goes to, with the name of its timeline where that is another', async () => {
  const page = await browser.open();
  const said = await listen(page);
  await page.goto(`${server.url}/runs/${await finished('one-by-one')}`);
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
  expect(await press('ArrowDown')).toEqual([expect.stringMatching(/^Timeline: on the event loop, main: /)]);
});

it('charts: each has a name and says its keys, and Tab goes on from one to the next and out', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${await finished('one-by-one')}`);
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

/** The rows of a table of the page: what each of its cells says, without the button. */
function rowsOf(page: Page, pass: number): Promise<string[][]> {
  return page
    .locator(`.bar-table[data-pass="${pass}"] tbody tr`)
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].slice(0, -1).map((cell) => cell.textContent ?? '')),
    );
}

it('table: lists the bars of every pass, without script too, and goes on with a run', async () => {
  const id = await finished('one-by-one');
  const still = await browser.open({ javaScriptEnabled: false });
  await still.goto(`${server.url}/runs/${id}`);
  await still.click('.bar-tables > summary');
  const rows = await rowsOf(still, 2);
  const waits = rows.filter(([, , does]) => does?.startsWith('waiting on time'));
  expect(waits.map(([lane, job]) => `${lane} ${job}`).sort()).toEqual(['#1 0', '#2 1', '#3 2']);
  const joins = rows.filter(([, , does]) => does?.startsWith('joining'));
  expect(joins.map(([, , , , , , why]) => why).join('\n')).toMatch(/Went on when job \d on #\d ended, at/);
  expect(await still.locator('.bar-table button').first().isVisible()).toBe(false);

  const page = await browser.open();
  await page.goto(`${server.url}/runs/${id}`);
  await ended(page);
  await page.click('.bar-tables > summary');
  await page.locator('.bar-table button').first().waitFor();
  expect(await rowsOf(page, 2)).toEqual(rows);
  await page.goto(server.url);
  await run(page, LONG);
  await page.click('.bar-tables > summary');
  await expect
    .poll(async () =>
      (await rowsOf(page, 0)).filter((row) => row[2]?.startsWith('waiting on time')).map((row) => row[4]),
    )
    .toEqual(['not over yet', 'not over yet']);
  await page.click('#cancel-button');
  await ended(page);
  await expect.poll(async () => (await rowsOf(page, 0)).map((row) => row[4])).not.toContain('not over yet');
});

it('table: a row shows its bar in the timeline, and what is selected there is marked here', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${await finished('one-by-one')}`);
  await ended(page);
  await page.click('.bar-tables > summary');
  const table = page.locator('.bar-table[data-pass="2"]');
  await table.locator('button').first().waitFor();
  // A table that is wider than its place scrolls by itself, not the page.
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
