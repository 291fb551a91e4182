/** A teacher's view that the class follows, and one that a teacher and a learner share. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { finished } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** The view in a page's address. */
const view = (page: Page) => new URL(page.url()).hash;
const chart = (page: Page) => page.locator('figure.pass .chart[role=application]').first();

it('“Follow me”: a learner follows the teacher’s view until they touch it, and both share that of a raised hand', async () => {
  const id = await finished(server, 'one-by-one');
  const teacher = await browser.open(CALM);
  await teacher.goto(`${server.url}/rooms/new`);
  await teacher.getByRole('button', { name: 'Open the room' }).click();
  await teacher.waitForURL(/teach\?key=/);
  const teach = new URL(teacher.url());
  const code = teach.pathname.split('/')[2] ?? '';
  const ann = await browser.open(CALM);
  await ann.goto(`${server.url}/rooms/${code}`);
  await ann.fill('#member-name', 'Ann');
  await ann.keyboard.press('Enter');
  await ann.locator('#room-bar').waitFor();

  await teacher.goto(`${server.url}/rooms/${code}/teach/runs/${id}${teach.search}`);
  await chart(teacher).focus();
  for (const key of ['ArrowRight', 'w']) await teacher.keyboard.press(key);
  await teacher.getByRole('button', { name: 'Follow me' }).click();
  await ann.waitForURL((url) => url.pathname === `/runs/${id}`);
  await expect.poll(() => view(teacher)).toContain('view=');
  await expect.poll(() => view(ann)).toBe(view(teacher));
  // A measured range is seen by both, and so is its length.
  const box = await chart(teacher).locator('.u-over').boundingBox();
  if (box === null) throw new Error('no chart');
  await teacher.keyboard.down('Shift');
  await teacher.mouse.move(box.x + 0.3 * box.width, box.y + 10);
  await teacher.mouse.down();
  await teacher.mouse.move(box.x + 0.6 * box.width, box.y + 10);
  await teacher.mouse.up();
  await teacher.keyboard.up('Shift');
  await expect.poll(() => view(ann)).toContain('range=');
  await expect.poll(() => view(ann)).toBe(view(teacher));
  const measured = (page: Page) => page.locator('.looked').textContent();
  await expect.poll(() => measured(ann)).toBe(await measured(teacher));
  // A reload of either comes back to it.
  const shown = view(teacher);
  for (const page of [ann, teacher]) {
    await page.reload();
    await expect.poll(() => view(page)).toBe(shown);
  }
  await chart(ann).focus();
  await ann.keyboard.press('d');
  await ann.getByRole('button', { name: 'Follow', exact: true }).waitFor();
  await expect.poll(() => view(ann)).not.toBe(shown);
  expect(view(teacher)).toBe(shown);
  await ann.locator('.follow-teacher').click();
  await expect.poll(() => view(ann)).toBe(shown);

  await ann.getByRole('button', { name: 'Ask for help' }).click();
  await teacher.goto(teach.href);
  await teacher.getByRole('link', { name: 'look together' }).click();
  await ann.getByText('Your teacher looks at this run with you').waitFor();
  await expect.poll(() => view(teacher)).toBe(shown);
  for (const [by, other] of [
    [teacher, ann],
    [ann, teacher],
  ] as const) {
    const before = view(other);
    await chart(by).focus();
    await by.keyboard.press('ArrowRight');
    await expect.poll(() => view(other)).not.toBe(before);
    await expect.poll(() => view(by)).toBe(view(other));
  }
  await teacher.getByRole('button', { name: 'Lower the hand' }).click();
  await ann.getByText('Your teacher looks at this run with you').waitFor({ state: 'detached' });
});
