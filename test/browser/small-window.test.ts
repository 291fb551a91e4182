/** Small windows, fingers and large text: every page fits into 320 pixels, and its text may be twice as large. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { everyday } from '../everyday.ts';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended, finished, openSettings } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
/** The address of an ended run of a lesson with much to say about what its lanes hold. */
let run: string;
/** The comparison with a run that did other work, which says so in words of their own. */
let comparison: string;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  const [one, other] = [await finished(server, 'lost-update', 8), await finished(server, 'one-by-one')];
  run = `/runs/${one}`;
  comparison = `/compare?a=${one}&b=${other}`;
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** Opens a room; resolves to its page for the teacher, and to the addresses of the pages behind it. */
async function roomPages(page: Page): Promise<string[]> {
  await page.goto(`${server.url}/rooms/new`);
  await page.getByRole('button', { name: 'Open the room' }).click();
  await page.waitForURL(/\/teach/);
  const names = ['Ask a question of your own', 'Give a program', 'Lessons and limits', 'Open the wall'];
  const links = await Promise.all(names.map((name) => page.getByRole('link', { name }).getAttribute('href')));
  return [page.url(), ...links.filter((one) => one !== null)];
}

/** Returns how wide the page is: wider than the window if something does not fit. */
function width(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}

/** Returns the names of the form’s fields whose label runs into what is beside it, or which is under another field. */
function coveredFields(page: Page): Promise<(string | null)[]> {
  return page.locator('#settings .field').evaluateAll((fields) => {
    const boxes = fields.map((one) => one.getBoundingClientRect());
    const isUnder = (box: DOMRect) =>
      boxes.some(
        (o) =>
          o !== box && o.left < box.right && box.left < o.right && o.top < box.bottom && box.top < o.bottom,
      );
    const isWide = (one: Element) => [...one.children].some((part) => part.scrollWidth > one.clientWidth + 1);
    return fields.filter((one, i) => isUnder(boxes[i]!) || isWide(one)).map((one) => one.textContent);
  });
}

it('page: nothing is wider than a window of 320 pixels, nor with text twice as large than one of 390', async () => {
  const page = await browser.open({ ...CALM, viewport: { width: 320, height: 640 }, isMobile: true });
  const ofRoom = await roomPages(page);
  // The lesson with the longest word, and the program for which the button is that shares it, too.
  const addresses = [
    '/lessons/copied-memory',
    run,
    comparison,
    '/new?runtime=python',
    '/notebook',
    '/challenges/lost-update',
    '/terms',
  ];
  const all = [
    ...addresses.map((address) => server.url + address),
    ...ofRoom.map((one) => new URL(one, server.url).href),
  ];
  for (const address of everyday(all, 2)) {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(address);
    if (address.endsWith(run)) await ended(page);
    await page.locator('.told > details, #figures, #settings, #more').evaluateAll((all) => {
      for (const one of all) one.setAttribute('open', '');
    });
    await expect.poll(() => width(page), { message: address }).toBe(320);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    await expect.poll(() => width(page), { message: `${address}, large text` }).toBe(390);
    expect(await coveredFields(page), address).toEqual([]);
  }
});

it('room: on a phone, each field and button of the teacher is large enough for a finger', async () => {
  const page = await browser.open({ ...CALM, viewport: { width: 390, height: 844 } });
  for (const address of await roomPages(page)) {
    await page.goto(new URL(address, server.url).href);
    const small = await page.locator('main :is(button, select, input, textarea)').evaluateAll((all) =>
      all.flatMap((one) => {
        // A box is pressed by its label, too.
        const { height } = (one.closest('label') ?? one).getBoundingClientRect();
        return !one.checkVisibility() || height >= 44 ? [] : [`${one.tagName} ${one.id}: ${height}`];
      }),
    );
    expect(small, address).toEqual([]);
  }
});

it('page: on a phone, the mark before each heading that folds says whether it is open', async () => {
  const page = await browser.open({ ...CALM, viewport: { width: 390, height: 844 } });
  await page.goto(`${server.url}/lessons/lost-update`);
  await openSettings(page);
  const marks = await page
    .locator('#settings > summary, #more > summary')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one, '::before').content));
  expect(marks).toEqual(['"▾"', '"▸"']);
});

it('timelines: under a finger, the line below them names what a finger can do', async () => {
  const hintOf = async (options: object) => {
    const page = await browser.open({ ...CALM, ...options });
    await page.goto(server.url + run);
    await ended(page);
    return page.locator('.looked');
  };
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const [touched, clicked] = [await hintOf(phone), await hintOf({})];
  await expect.poll(() => touched.textContent()).toMatch(/^Tap a bar .* Pinch/);
  await expect.poll(() => clicked.textContent()).toMatch(/^Click a bar .* Drag/);
});
