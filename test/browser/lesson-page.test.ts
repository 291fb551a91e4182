/** A lesson on the page: guessed, run, told, marked as done; and what it shows of what is shared. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Server, startBrowser, startServer, type TestBrowser } from './browser.ts';
import { ended, run, sentenceOf } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

it('page: a guess is kept and shown beside what happened, which is told at the end, and the lesson is marked', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/lessons/shared-memory`);
  const mark = page.locator('.lessons li[data-lesson=shared-memory] .done');
  const told = () =>
    page.locator('#told details').evaluateAll((all: HTMLDetailsElement[]) => all.map(({ open }) => open));
  await page.getByRole('radio', { name: 'One', exact: true }).check();
  expect(await mark.isVisible()).toBe(false);
  expect(await told()).toEqual([false, false, false]);

  await run(page, { minSeconds: '0.1', maxSeconds: '0.3' });
  await ended(page);
  await expect.poll(told).toEqual([true, true, true]);
  expect(await page.locator('.guessed').innerText()).toBe('Your guess: One');
  expect(await mark.isVisible()).toBe(true);
  expect(await sentenceOf(page)).toBe('Main’s list has 5 entries: there is one list for all.');
  expect(await page.locator('.state .chip').count()).toBe(5);
  await page.locator('#program summary').click();
  const script = await page.request.get(
    `${server.url}${await page.getByRole('link', { name: 'Node', exact: true }).getAttribute('href')}`,
  );
  expect(script.status()).toBe(200);

  // Another time, and at the run's own address, it is all there again.
  await page.reload();
  await expect.poll(() => page.locator('.guessed').innerText()).toBe('Your guess: One');
  expect(await told()).toEqual([true, true, true]);
  await page.goto(`${server.url}/lessons/copied-memory`);
  expect(await mark.isVisible()).toBe(true);
  expect(await page.locator('.lessons .done:visible').count()).toBe(1);
});

it('page: without script a lesson can be read, guessed at and run', async () => {
  const page = await browser.open({ javaScriptEnabled: false });
  await page.goto(`${server.url}/lessons/lost-update`);
  await page.locator('#guess-0').check();
  await run(page, { minSeconds: '0.2', maxSeconds: '0.3' });
  await ended(page);
  expect(await sentenceOf(page)).toBe(
    'On the event loop and in threads 3 of 4 updates were lost; of 4 made in one step, none.',
  );
  for (const pass of [0, 1])
    expect(await page.locator(`figure[data-pass="${pass}"] .lost-cross`).count()).toBe(3);
  expect(await page.locator('figure[data-pass="2"] .lost-cross').count()).toBe(0);
  expect(await page.locator('#told details[open]').count()).toBe(3);
});
