/** Pages on paper. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ProgramEditor } from '../../static/editor/program-editor.ts';
import { seldom } from '../everyday.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended } from './playground-page.ts';

/** Width of a sheet of A4 paper without its margins, in CSS pixels; height as of a window. */
const SHEET = { width: 695, height: 900 };
const DARK = { colorScheme: 'dark' } as const;
const CODE = Array.from({ length: 90 }, (_, i) => `// line ${i + 1}`).join('\n');

let server: Server;
let browser: TestBrowser;
let id: string;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  id = await server.start({ modes: ['sequential', 'threads'], jobs: 3, minSeconds: 0.3, maxSeconds: 0.5 });
  // Its stream ends when it does.
  await (await fetch(`${server.url}/runs/${id}/events`)).text();
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** Shows a page as it is printed. */
async function toPaper(page: Page): Promise<void> {
  await page.setViewportSize(SHEET);
  await page.emulateMedia({ media: 'print', ...DARK });
}

/** Returns what is beyond the right edge of the sheet, or can be pressed. */
function misplaced(page: Page): Promise<string[]> {
  return page.evaluate((width) => {
    const isSeen = (one: Element) => one.checkVisibility() && one.getClientRects().length > 0;
    const all = [...document.body.querySelectorAll('*')].filter(isSeen);
    const wide = all.filter(
      (one) => one.getBoundingClientRect().right > width + 1 && !one.closest('.unseen'),
    );
    const controls = all.filter((one) => one.matches('button, input, select, progress, nav, dialog'));
    return [...wide, ...controls].map((one) => one.outerHTML.slice(0, 120));
  }, SHEET.width);
}

const drawings = (page: Page) => page.locator('.printed svg.drawing');

it('print: a run is black on white, whole, with its drawings, its title and its address', async () => {
  const page = await browser.open(DARK);
  await page.goto(`${server.url}/runs/${id}`);
  await ended(page);
  await page.locator('figure.pass canvas').first().waitFor();
  await toPaper(page);
  const styleOf = (selector: string, name: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((one, name) => getComputedStyle(one).getPropertyValue(name), name);
  expect(await styleOf('body', 'background-color')).toBe('rgb(255, 255, 255)');
  expect(await styleOf('.sentence', 'color')).toBe('rgb(0, 0, 0)');
  expect(await styleOf('figure.pass', 'break-inside')).toBe('avoid');
  // What is folded on the screen is printed.
  for (const shown of ['h1', '.sentence', '.run-table', '.console li', '#panel-program > pre'])
    expect([shown, await page.locator(shown).first().isVisible()]).toEqual([shown, true]);
  expect(await misplaced(page)).toEqual([]);
  // The chart, as wide as the window was, gives way to a drawing with names and an axis.
  expect(await page.locator('canvas').first().isVisible()).toBe(false);
  await expect.poll(() => drawings(page).count()).toBe(2);
  const words = await drawings(page).last().locator('text').allTextContents();
  for (const name of ['main', 'job 0', 'job 2']) expect(words.some((one) => one.startsWith(name))).toBe(true);
  expect(words).toContain('0');
  const link = await page.locator('.permalink').evaluate((one) => getComputedStyle(one, '::after').content);
  expect(link).toBe(`": ${server.url}/runs/${id}"`);
  await page.emulateMedia({ media: 'screen' });
  await expect.poll(() => drawings(page).count()).toBe(0);
});

it('print: a replay is printed at its moment, however the page is printed', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${id}`);
  await ended(page);
  await page.locator('.event-back:enabled').waitFor();
  const printed = async () => {
    await page.evaluate(() => {
      addEventListener('beforeprint', () => {
        document.body.dataset.bars = String(document.querySelectorAll('.printed .bar').length);
      });
    });
    // Called as the browser's own dialog calls it.
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
    return Number(await page.locator('body').getAttribute('data-bars'));
  };
  const whole = await printed();
  await page.locator('.scrubber').evaluate((one: HTMLInputElement) => {
    one.value = String(Number(one.max) / 4);
    one.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await expect.poll(() => page.locator('#run-sentence').textContent()).toMatch(/^Replay/);
  const early = await printed();
  expect(early).toBeGreaterThan(0);
  expect(early).toBeLessThan(whole);
});

it('print: all locks are on paper, however many', async () => {
  const code = `export async function job(n, { lock }) {
    for (let i = 0; i < 20; i++) {
      const one = lock('lock ' + i + ' of twenty');
      await one.acquire();
      one.release();
    }
  }`;
  const many = await server.start({ code, modes: ['sequential'], jobs: 1 });
  await (await fetch(`${server.url}/runs/${many}/events`)).text();
  const page = await browser.open({ javaScriptEnabled: false });
  await page.goto(`${server.url}/runs/${many}`);
  await toPaper(page);
  const locks = page.locator('.held .lock-state');
  expect(await locks.count()).toBe(20);
  const cut = await locks.evaluateAll((all) =>
    all.flatMap((one) => {
      const [inner, outer] = [one, one.parentElement ?? one].map((each) => each.getBoundingClientRect());
      const isInside = inner && outer && inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
      return isInside ? [] : [one.textContent];
    }),
  );
  expect(cut).toEqual([]);
  expect(await misplaced(page)).toEqual([]);
});

seldom('print: the text of an edited program is whole, with script and without', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/new`);
  const editor = page.locator('.own-code .cm-content');
  await editor.waitFor();
  await page.locator('program-editor').evaluate((one: ProgramEditor, code) => one.open(code, ''), CODE);
  await expect.poll(() => page.locator('#code').inputValue()).toBe(CODE);
  await page.pdf();
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await toPaper(page);
  const lines = await page.locator('.own-text .line').allTextContents();
  expect(lines).toEqual(CODE.split('\n'));
  expect(await page.locator('.own-text .line').last().isVisible()).toBe(true);
  expect(await editor.isVisible()).toBe(false);
  expect(await misplaced(page)).toEqual([]);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  expect(await page.locator('.own-text').count()).toBe(0);

  const plain = await browser.open({ javaScriptEnabled: false });
  await plain.goto(`${server.url}/new`);
  await plain.fill('#code', CODE);
  await toPaper(plain);
  const cut = await plain.locator('#code').evaluate((one) => one.scrollHeight - one.clientHeight);
  expect(cut).toBeLessThanOrEqual(1);
  expect(await misplaced(plain)).toEqual([]);
});

it.each(['/lessons/join', '/terms', '/privacy', '/runs', 'compare'])(
  'print: %s is whole, with its address',
  async (path) => {
    const address = path === 'compare' ? `/compare?a=${id}&b=${id}` : path;
    const page = await browser.open({ javaScriptEnabled: false, ...DARK });
    await page.goto(`${server.url}${address}`);
    await toPaper(page);
    expect(await misplaced(page)).toEqual([]);
    expect(await page.locator('h1').isVisible()).toBe(true);
    if (path === '/runs') return;
    expect(await page.locator('.page-address').innerText()).toBe(`${server.url}${address}`);
  },
);
