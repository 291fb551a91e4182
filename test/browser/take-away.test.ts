/** The program and its scripts on the page: tabs, their text, Copy and Download, by pointer and by keyboard. */
import fs from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { seldom } from '../everyday.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended, QUICK, run } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
/** The id of a short run of a lesson, which no test changes. */
let join: string;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  const quick = { modes: ['sequential'], jobs: 1, minSeconds: 0, maxSeconds: 0 };
  join = await server.start({ lesson: 'join', ...quick });
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

const TABS = ['Program', 'Node (.mjs)', 'Deno (.ts)', 'Python (.py)'];

/** Returns the selected tab, and the visible panels by the tabs that label them. */
async function shown(page: Page): Promise<{ selected: string[]; panels: (string | null)[] }> {
  return {
    selected: await page.locator('#program [role=tab][aria-selected=true]').allInnerTexts(),
    panels: await page
      .locator('#program [role=tabpanel]:visible')
      .evaluateAll((all) =>
        all.map(
          (one) => document.getElementById(one.getAttribute('aria-labelledby') ?? '')?.textContent ?? null,
        ),
      ),
  };
}

const code = (page: Page) =>
  page.locator('#program .panel:visible code:visible').evaluate((one) => one.textContent);
const text = async (address: string) => (await fetch(server.url + address)).text();

seldom(
  'take away: shows the program, and before a run the scripts’ tabs say when they become available',
  async () => {
    const page = await browser.open();
    await page.goto(`${server.url}/lessons/make-your-own`);
    const tabs = page.getByRole('tablist', { name: 'Get the code' }).getByRole('tab');
    await expect.poll(() => tabs.allInnerTexts()).toEqual(TABS);
    // A comment in the program refers to this heading.
    expect(await code(page)).toContain('Press Edit to change it here');
    expect(await page.getByRole('heading', { name: 'Get the code', exact: true }).isVisible()).toBe(true);
    for (const name of TABS.slice(1)) {
      await tabs.filter({ hasText: name }).click();
      expect(await shown(page)).toEqual({ selected: [name], panels: [name] });
      expect(await page.getByRole('tabpanel').innerText()).toMatch(/Run it once/);
    }
  },
);

it('take away: each tab shows, copies and downloads the server’s file', async () => {
  const page = await browser.open({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${server.url}/lessons/queue`);
  const id = await run(page, { ...QUICK, modes: ['processes'] });
  await ended(page);
  for (const [name, address, file] of [
    ['Program', '/lessons/queue/program.ts', 'program.ts'],
    ['Node (.mjs)', `/runs/${id}/program.mjs`, 'queue.mjs'],
    ['Deno (.ts)', `/runs/${id}/program.ts`, 'queue.ts'],
    ['Python (.py)', `/runs/${id}/program.py`, 'queue-script.py'],
  ] as const) {
    await page.getByRole('tab', { name }).click();
    const expected = await text(address);
    expect(expected.length).toBeGreaterThan(100);
    await expect.poll(() => code(page)).toBe(expected);
    const panel = page.getByRole('tabpanel', { name });
    await panel.getByRole('button', { name: 'Copy' }).click();
    await panel.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(expected);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(file);
    expect(fs.readFileSync(await download.path(), 'utf8')).toBe(expected);
  }
});

seldom('take away: tabs work by keyboard: one stop, arrows with wrap-around, Home and End', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/lessons/join`);
  await run(page, QUICK);
  await ended(page);
  await page.locator('#program > summary').focus();
  await page.keyboard.press('Tab');
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  expect(await focused()).toBe('Program');
  for (const [key, name] of [
    ['ArrowRight', 'Node (.mjs)'],
    ['ArrowLeft', 'Program'],
    ['ArrowLeft', 'Python (.py)'],
    ['ArrowRight', 'Program'],
    ['End', 'Python (.py)'],
    ['Home', 'Program'],
    ['ArrowRight', 'Node (.mjs)'],
  ] as const) {
    await page.keyboard.press(key);
    expect(await focused()).toBe(name);
    expect(await shown(page)).toEqual({ selected: [name], panels: [name] });
  }
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Copy');
});

seldom('take away: a new run has its own scripts, in the selected tab', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/lessons/join`);
  const a = await run(page, { ...QUICK, minSeconds: '0.01' });
  await ended(page);
  await page.getByRole('tab', { name: 'Python' }).click();
  await expect.poll(() => code(page)).toBe(await text(`/runs/${a}/program.py`));
  const b = await run(page, { minSeconds: '0.02' });
  await ended(page);
  expect(await shown(page)).toEqual({ selected: ['Python (.py)'], panels: ['Python (.py)'] });
  const second = await text(`/runs/${b}/program.py`);
  expect(second).toContain('MIN_SECONDS = 0.02');
  await expect.poll(() => code(page)).toBe(second);
});

seldom('take away: a failed fetch is reported, and choosing the tab again retries it', async () => {
  browser.allow('net::');
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${join}`);
  await page.route('**/program.mjs', (route) => route.abort());
  await page.getByRole('tab', { name: 'Node' }).click();
  await expect.poll(() => code(page)).toMatch(/could not be loaded/);
  await page.unroute('**/program.mjs');
  await page.getByRole('tab', { name: 'Node' }).click();
  await expect.poll(() => code(page)).toMatch(/^\/\/ join: a program/);
});

seldom('take away: the tab of a missing script says why', async () => {
  browser.allow('404');
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${join}`);
  // A real error response of the server, from another address.
  await page.route('**/program.py', async (route) =>
    route.fulfill({ response: await route.fetch({ url: `${server.url}/runs/nothing/program.py` }) }),
  );
  await page.getByRole('tab', { name: 'Python' }).click();
  await expect.poll(() => code(page)).toBe('There is no run at this address.');
  expect(await page.locator('#panel-py').getByRole('button').count()).toBe(0);
});

seldom('take away: a link to a line shows the program, whatever tab is selected', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/lessons/crash`);
  await run(page, { modes: ['event-loop'], jobs: '2' });
  await ended(page);
  await page.getByRole('tab', { name: 'Deno' }).click();
  const link = page.locator('.console .stderr a');
  const line = page.locator((await link.getAttribute('href')) ?? '');
  expect(await line.isVisible()).toBe(false);
  await link.click();
  await expect.poll(() => line.isVisible()).toBe(true);
  expect(await shown(page)).toEqual({ selected: ['Program'], panels: ['Program'] });
  await expect
    .poll(() => line.evaluate((one) => one.getBoundingClientRect().bottom < innerHeight))
    .toBe(true);
});

seldom(
  'take away: at 390 pixels the page is no wider than the window, and controls are large enough',
  async () => {
    const page = await browser.open({ viewport: { width: 390, height: 844 } });
    await page.goto(`${server.url}/runs/${join}`);
    await page.getByRole('tab', { name: 'Node' }).click();
    await expect.poll(() => code(page)).toContain('join');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    const low = await page
      .locator('#program :is([role=tab], .panel:not([hidden]) :is(button, a))')
      .evaluateAll((all) =>
        all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.textContent),
      );
    expect(low).toEqual([]);
  },
);

it('take away: without script there is a link to each, and the program', async () => {
  const page = await browser.open({ javaScriptEnabled: false });
  await page.goto(`${server.url}/runs/${join}`);
  const links = page.locator('#take-away li > a:first-child');
  expect(await links.allInnerTexts()).toEqual(TABS);
  expect(await page.locator('#program [role^=tab]').count()).toBe(0);
  expect(await page.locator('#program button:visible').count()).toBe(0);
  await links.nth(1).click();
  await page.waitForURL(/program\.mjs$/);
  expect(await page.locator('body').innerText()).toContain('join: a program from the Concurrency Playground');
});
