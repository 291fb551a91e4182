/** A class: a teacher, a wall and three learners go through a round, one of them offline in between. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { seldom } from '../everyday.ts';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended, fill } from './playground-page.ts';

/** A whole lesson, with five pages: beside all other tests, it takes more than a minute. */
const LESSON_MS = 180_000;

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** Enters a room on a new device. */
async function enter(code: string, name: string, options: object = {}): Promise<Page> {
  const page = await browser.open({ ...CALM, ...options });
  await page.goto(`${server.url}/rooms`);
  await page.fill('#room-code', code.toLowerCase());
  await page.keyboard.press('Enter');
  await page.fill('#member-name', name);
  await page.keyboard.press('Enter');
  await page.locator('#room-bar').waitFor();
  return page;
}

it('room: a long name, and the answers of two votes, keep to the column beside the editor', async () => {
  const teacher = await browser.open(CALM);
  await teacher.goto(`${server.url}/rooms/new`);
  await teacher.getByRole('button', { name: 'Open the room' }).click();
  const code = (await teacher.locator('h1').innerText()).replace('Room ', '');
  const page = await enter(code, 'W'.repeat(24), { viewport: { width: 1280, height: 800 } });
  await page.getByText('Edit', { exact: true }).click();
  await page.locator('.cm-content').waitFor();
  for (const name of ['Begin a round', 'Close the vote', 'Vote again', 'Close the vote and run it']) {
    await teacher.getByRole('button', { name, exact: true }).click();
    const answer = page.locator('.vote input[type=radio]').first();
    if (name.startsWith('Close')) await answer.waitFor({ state: 'detached' });
    else {
      await answer.check();
      await page.getByText('Your answer counts.').waitFor();
    }
  }
  await page.locator('.histogram thead th').nth(2).waitFor();
  const tooWide = await page
    .locator('#room-bar, #room-bar :is(p, th, td)')
    .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.outerHTML));
  expect(tooWide).toEqual([]);
});

it(
  'room: predict, talk, predict again, run and explain, on every page and on the wall',
  async () => {
    browser.allow('net::');
    browser.allow('422');
    // The stream of a room that has ended, for somebody who was offline meanwhile.
    browser.allow('403');
    const teacher = await browser.open(CALM);
    await teacher.goto(`${server.url}/rooms/new`);
    await teacher.selectOption('#room-lesson', 'one-by-one');
    await teacher.getByRole('button', { name: 'Open the room' }).click();
    const code = (await teacher.locator('h1').innerText()).replace('Room ', '');
    const wall = await browser.open({ ...CALM, viewport: { width: 1920, height: 1080 } });
    await wall.goto((await teacher.getByRole('link', { name: 'Open the wall' }).getAttribute('href')) ?? '');

    await wall.getByText('Nobody is here yet.').waitFor();
    const ann = await enter(code, 'Ann');
    await wall.getByText('Nobody is here yet.').waitFor({ state: 'hidden' });
    const bob = await enter(code, '<b>Bob</b>');
    const noa = await enter(code, 'נועה', { viewport: { width: 390, height: 844 } });
    const names = wall.locator('.wall-tiles .wall-name');
    await expect.poll(() => names.allInnerTexts()).toEqual(['<b>Bob</b>', 'Ann', 'נועה']);
    await expect.poll(() => wall.locator('.wall-count').innerText()).toBe('3 here · 0 have run');

    const press = (name: string) => teacher.getByRole('button', { name, exact: true }).click();
    await press('Begin a round');
    const vote = async (page: Page, choice: number) => {
      await page.locator('.vote input[type=radio]').nth(choice).check();
      await page.getByText('Your answer counts.').waitFor();
      // Also on a phone, the page stays where the round is.
      const isSeen = await page.locator('.vote input:checked').evaluate((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
      expect(isSeen).toBe(true);
    };
    for (const [i, page] of [ann, bob, noa].entries()) await vote(page, i);
    // By keyboard, too: the answer does not take the focus away.
    await noa.keyboard.press('ArrowUp');
    await expect.poll(() => noa.locator('.vote input:checked').getAttribute('value')).toBe('1');
    await noa.keyboard.press('ArrowDown');
    await expect.poll(() => noa.locator('.vote input:checked').getAttribute('value')).toBe('2');
    await expect
      .poll(() => wall.locator('.wall-task').innerText())
      .toBe('What do you think? 3 of 3 answered.');
    expect(await wall.locator('meter').count()).toBe(0);

    // One of them loses the connection, and finds the room as it is when it comes back.
    await bob.context().setOffline(true);
    await bob.locator('.vote input[type=radio]').nth(3).check();
    await bob.locator('.vote .not-sent', { hasText: 'this was not sent' }).waitFor();
    await press('Close the vote');
    await expect
      .poll(() => wall.locator('.wall-votes').allInnerTexts())
      .toEqual(['1 vote', '1 vote', '1 vote', '0 votes']);
    // All bars begin at one place, beside what they count; the head of the wall is no higher than the code to scan.
    for (const page of [teacher, noa]) {
      await page.locator('.histogram meter').last().waitFor();
      const boxes = await page
        .locator('.histogram meter')
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
      expect(new Set(boxes.map(({ left }) => left)).size).toBe(1);
    }
    await wall.setViewportSize({ width: 390, height: 844 });
    expect(await wall.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    for (const width of [1024, 1280, 1920]) {
      await wall.setViewportSize({ width, height: 1080 });
      const height = (one: string) => wall.locator(one).evaluate(({ clientHeight }) => clientHeight);
      expect(await height('.wall-head')).toBe(await height('.wall-head img'));
    }
    // The keyboard goes on where it was: at what is asked now, also if that has taken the place of what had the focus.
    const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);
    await expect.poll(() => focused(noa)).toBe('round-task');
    expect(await focused(teacher)).toBe('round');
    await press('Vote again');
    await bob.context().setOffline(false);
    await bob.getByText('The vote was closed before your answer arrived').waitFor();
    for (const page of [ann, bob, noa]) {
      await page.getByText('And now?').waitFor();
      expect(await page.locator('.vote input:checked').count()).toBe(0);
    }
    for (const page of [ann, noa]) await vote(page, 2);
    // What is chosen without a connection counts as soon as there is one, if that vote is still open.
    await bob.context().setOffline(true);
    await bob.locator('.vote input[type=radio]').nth(2).check();
    await bob.locator('.vote .not-sent', { hasText: 'this was not sent' }).waitFor();
    await bob.context().setOffline(false);
    await bob.getByText('Your answer counts.').waitFor();
    await press('Close the vote and run it');
    await ann.getByText('Run it, and see.').waitFor();
    expect(await ann.locator('.guess').isVisible()).toBe(false);

    await fill(ann, { minSeconds: '0.1', maxSeconds: '0.2' });
    await ann.click('#run-button');
    await ended(ann);
    expect(await ann.locator('#room-bar').isVisible()).toBe(true);
    const tile = wall.locator('.wall-tiles li', { hasText: 'Ann' });
    await expect.poll(() => tile.locator('a').getAttribute('href')).toBe(new URL(ann.url()).pathname);
    const painted = () =>
      tile.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
        const { data = [] } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
        return data.some((one) => one > 0);
      });
    await expect.poll(painted).toBe(true);
    await expect.poll(() => wall.locator('.wall-count').innerText()).toBe('3 here · 1 has run');
    // A reload at the run's address stays in the room.
    await ann.reload();
    expect(await ann.locator('#room-bar').innerText()).toContain('Ann');

    await press('Ask why');
    await ann.fill('.explain [name=text]', 'They wait <together>');
    await ann.getByRole('button', { name: 'Send' }).click();
    await ann.getByText('Sent.').waitFor();
    await press('Put on the wall');
    await expect.poll(() => wall.locator('blockquote').allInnerTexts()).toEqual(['They wait <together>']);

    // Two who are still writing when the round ends: one sends it, one does not. Both keep their words.
    for (const page of [bob, noa]) await page.fill('.explain [name=text]', 'half a');
    await noa.click('h1');
    await press('End the round');
    await noa.locator('#late-text').waitFor();
    await bob.keyboard.press('Enter');
    for (const page of [bob, noa]) await expect.poll(() => page.inputValue('#late-text')).toBe('half a');
    expect(await bob.evaluate(() => document.activeElement?.id)).toBe('late-text');
    await bob.getByRole('button', { name: 'Close' }).click();
    expect(await bob.locator('#late-text').count()).toBe(0);

    await teacher.fill('#member-2', 'Αnn');
    await teacher.keyboard.press('Enter');
    await ann.getByRole('button', { name: 'Ask for help' }).click();
    await teacher.getByText('asks for help').waitFor();
    await wall.selectOption('[name=sort]', 'stuck');
    await expect.poll(() => names.allInnerTexts()).toEqual(['Ann', '<b>Bob</b>', 'נועה']);
    const smallest = await wall.evaluate(() =>
      Math.min(
        ...[...document.querySelectorAll('room-wall *')]
          .filter(
            (one) => one.checkVisibility() && [...one.childNodes].some(({ nodeType }) => nodeType === 3),
          )
          .map((one) => Number.parseFloat(getComputedStyle(one).fontSize)),
      ),
    );
    expect(smallest).toBeGreaterThanOrEqual(20);

    // The room has changed since the name was refused, and the error is still there.
    expect(await teacher.locator('#member-2-error').innerText()).toContain(
      'looks like that of somebody else',
    );
    expect(await teacher.inputValue('#member-2')).toBe('Αnn');
    const joining = wall.getByText('Join at');
    await press('Close the room');
    await expect.poll(() => wall.locator('.wall-count').innerText()).toMatch(/^Closed for now · 3 here/);
    expect(await joining.isVisible()).toBe(false);
    await press('Open the room again');
    await joining.waitFor();
    await bob.context().setOffline(true);
    // One press, or key, must not end the room for everyone.
    const end = teacher.getByRole('button', { name: 'End the room for everyone' });
    expect(await end.isVisible()).toBe(false);
    await teacher.locator('summary', { hasText: 'End it now' }).press('Enter');
    await end.press('Enter');
    await expect.poll(() => wall.locator('.wall-count').innerText()).toBe('This room has ended.');
    // No one can join it any more.
    expect(await wall.getByText('Join at').isVisible()).toBe(false);
    // Nor see its answers and times.
    expect(await wall.locator('.wall-round').innerText()).toBe('');
    expect(await wall.locator('.wall-times').isVisible()).toBe(false);
    await bob.context().setOffline(false);
    await expect.poll(() => bob.locator('#room-bar').innerText()).toContain('You are not in this room');
  },
  LESSON_MS,
);

seldom(
  'room: a repair of the program goes into each copy; what was changed there is kept, and comes back',
  async () => {
    const teacher = await browser.open(CALM);
    await teacher.goto(`${server.url}/rooms/new`);
    await teacher.getByRole('button', { name: 'Open the room' }).click();
    const code = (await teacher.locator('h1').innerText()).replace('Room ', '');
    const give = async (program: string) => {
      await teacher.getByRole('link', { name: /^(Give a|Change the) program$/ }).click();
      await teacher.fill('#give-program', program);
      await teacher.getByRole('button', { name: 'Give it to everyone' }).click();
      await teacher.getByRole('button', { name: 'Stop all runs' }).waitFor();
    };
    const lines = [
      '// Count',
      'export function job(n, { log }) {',
      '  log("one");',
      '  log("two");',
      '}',
      '',
    ];
    const start = lines.join('\n');
    await give(start);
    const ann = await enter(code, 'Ann');
    const bob = await enter(code, 'Bob');
    const text = (page: Page) => page.inputValue('#code');
    const write = async (page: Page, line: number, typed: string) => {
      await page.locator('.own-code .cm-content').focus();
      await page.keyboard.press('Control+Home');
      for (let n = 1; n < line; n++) await page.keyboard.press('ArrowDown');
      await page.keyboard.type(typed);
    };
    await write(ann, 1, '// mine\n');
    await write(bob, 4, '//');
    const bobs = start.replace('  log("two")', '//  log("two")');
    await expect.poll(() => text(bob)).toBe(bobs);
    const repaired = start.replace('two', 'TWO');
    await give(repaired);
    await expect.poll(() => text(ann)).toBe(`// mine\n${repaired}`);
    await expect.poll(() => text(bob)).toBe(repaired);
    expect(await bob.locator('.own-said').innerText()).toContain('you have changed the same lines');
    await bob.getByRole('button', { name: 'Bring back my text' }).click();
    expect(await text(bob)).toBe(bobs);
    // A repair brings its settings, but in the place of those that a learner has set.
    await ann.locator('details:has([name=jobs]) > summary').click();
    await ann.fill('[name=jobs]', '7');
    const spec = {
      code: repaired,
      jobs: 3,
      minSeconds: 0,
      maxSeconds: 2,
      modes: ['threads'],
      runtime: 'deno',
    };
    const run = await server.start(spec);
    await teacher.getByRole('link', { name: 'Change the program' }).click();
    await teacher.fill('#give-run', `${server.url}/runs/${run}`);
    await teacher.getByRole('button', { name: 'Give the program of this run' }).click();
    const settings = (page: Page) =>
      page.locator('#run-form').evaluate((form: HTMLFormElement) => {
        const data = new FormData(form);
        return ['jobs', 'maxSeconds', 'modes'].flatMap((name) => data.getAll(name).map(String));
      });
    await expect.poll(() => settings(ann)).toEqual(['7', '2', 'threads']);
    await expect.poll(() => settings(bob)).toEqual(['3', '2', 'threads']);
    // What is written after that is kept, too; a page that was not there for the repair has it when it comes.
    await bob.getByRole('button', { name: 'Bring back my text' }).click();
    await ann.goto(`${server.url}/terms`);
    await give(repaired.replace('one', 'ONE'));
    await ann.goto(`${server.url}/rooms/${code}`);
    await expect.poll(() => text(ann)).toBe(`// mine\n${repaired.replace('one', 'ONE')}`);

    await teacher.getByRole('button', { name: 'Lock editing' }).click();
    await ann.getByText('Your teacher has locked editing').waitFor();
    await write(ann, 1, 'late');
    expect(await text(ann)).toMatch(/^\/\/ mine/);
  },
);
