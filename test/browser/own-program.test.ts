/** Programs that somebody wrote, on the page: what a lesson no longer says of them, and links that carry them. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { seldom } from '../everyday.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended, fill, QUICK, run } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** Writes a title above the program in the editor. */
async function entitle(page: Page, title: string): Promise<void> {
  if ((await page.locator('.own[open]').count()) === 0) await page.click('.own > summary');
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type(`// ${title}\n`);
}

const done = (page: Page) => page.locator('.lessons li[data-lesson=join] .done').isVisible();

it('page: a changed lesson is no longer the lesson, until its own program runs again', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/lessons/join`);
  await page.check('#guess-1');
  await entitle(page, 'Mine <b>');
  expect(await page.locator('.guess').isVisible()).toBe(false);
  expect(await page.locator('.edited-note').isVisible()).toBe(true);
  await run(page, QUICK);
  await ended(page);
  expect(await page.locator('#intro h1').textContent()).toBe('Mine <b>');
  expect(await page.locator('#intro a').getAttribute('href')).toBe('/lessons/join');
  expect(await page.locator('.guess, .judged, #told details').count()).toBe(0);
  expect(await page.locator('[data-claim]').count()).toBe(0);
  expect(await done(page)).toBe(false);
  const tab = page.getByRole('tab', { name: 'Python' });
  await tab.click();
  expect(await page.locator('#panel-py').textContent()).toContain('Only the lessons have a Python version');
  await page.getByRole('tab', { name: 'Program' }).click();

  await page.click('.own-reset');
  await run(page, QUICK);
  await ended(page);
  expect(await page.locator('#intro h1').textContent()).not.toBe('Mine <b>');
  expect(await page.locator('#guess-1').isChecked()).toBe(true);
  await expect.poll(() => page.locator('#told details[open]').count()).toBe(3);
  await expect.poll(() => done(page)).toBe(true);
});

it('page: how long an edited program takes is not known, until it is the lesson’s again', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/lessons/join`);
  const estimate = page.locator('#expected-all');
  expect(await estimate.textContent()).toMatch(/^about /);
  await entitle(page, 'Mine');
  await expect.poll(() => estimate.textContent()).toBe('');
  await Promise.all([page.waitForResponse(/\/expected\?/), fill(page, { jobs: '9' })]);
  expect(await estimate.textContent()).toBe('');
  // The draft is there again.
  await page.reload();
  await expect.poll(() => page.inputValue('#code')).toContain('Mine');
  await expect.poll(() => estimate.textContent()).toBe('');
  if ((await page.locator('.own[open]').count()) === 0) await page.click('.own > summary');
  await page.click('.own-reset');
  await expect.poll(() => estimate.textContent()).toMatch(/^about /);
});

seldom('page: what is written at a challenge is its draft, not that of others', async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/challenges/lost-update`);
  await entitle(page, 'Mine');
  const field = page.locator('program-editor textarea');
  const mine = await field.inputValue();
  for (const other of ['/challenges/deadlock', '/new']) {
    await page.goto(server.url + other);
    await page.locator('program-editor:defined').waitFor({ state: 'attached' });
    expect(await field.inputValue()).not.toContain('Mine');
  }
  await page.goto(`${server.url}/challenges/lost-update`);
  await expect.poll(() => field.inputValue()).toBe(mine);
});

seldom('page: a link carries the program and its settings, and opens it without running it', async () => {
  const page = await browser.open({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${server.url}/lessons/join`);
  await entitle(page, 'Mine <b>');
  await fill(page, { ...QUICK, jobs: '7' });
  await page.click('.own-share');
  await expect
    .poll(() => page.locator('.own-said').textContent())
    .toMatch(/^Link copied\. .* nothing was stored\.$/);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/\/new#code=[\w-]+$/);

  const secret = link.split('#code=')[1] ?? '';
  const other = await browser.open();
  const sent: string[] = [];
  other.on('request', (request) =>
    sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`),
  );
  // Followed from a lesson, it says nothing of that.
  await other.goto(`${server.url}/lessons/lock`);
  await other.goto(`${server.url}/lessons/lock#code=${secret}`);
  await other.waitForURL(/\/new#code=/);
  await expect
    .poll(() => other.locator('.own-said').textContent())
    .toMatch(/came with the link, and has not run/);
  await expect.poll(() => other.inputValue('#code')).toBe(await page.inputValue('#code'));
  expect(await other.inputValue('#jobs')).toBe('7');
  expect(await other.locator('#modes-threads').isChecked()).toBe(false);
  expect(await other.locator('#lesson-title').textContent()).toBe('Mine <b>');
  expect(await other.locator('run-view').count()).toBe(0);
  expect(sent.filter((one) => one.startsWith('POST') && one.includes('/runs'))).toEqual([]);
  expect(sent.filter((one) => one.includes(secret))).toEqual([]);
  // What is changed from then on survives a reload.
  await entitle(other, 'And more');
  await expect.poll(() => new URL(other.url()).hash).toBe('');
  await run(other);
  await ended(other);
  expect(await other.locator('#intro a').getAttribute('href')).toBe('/lessons/join');

  await other.goto(`${server.url}/new#code=${secret.slice(0, -9)}`);
  await expect
    .poll(() => other.locator('#form-message').textContent())
    .toMatch(/damaged.*not from the link\.$/);
  expect(await other.inputValue('#code')).toMatch(/My first program|And more/);

  // A program that is too long is refused beside Run; on a narrow page, that is out of view from the editor.
  browser.allow('422');
  await other.setViewportSize({ width: 390, height: 844 });
  await other.locator('.cm-content').click();
  await other.keyboard.press('Control+End');
  await other.keyboard.insertText(`// ${'x'.repeat(65_536)}`);
  await other.locator('.own-below').evaluate((below) => below.scrollIntoView({ block: 'end' }));
  await other.keyboard.press('Control+Enter');
  const error = other.locator('.code-errors', { hasText: 'Shorten the program to 64 KiB' });
  await expect.poll(() => error.evaluate((list) => list.getBoundingClientRect().bottom)).toBeLessThan(844);
});
