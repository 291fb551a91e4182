/** The form: errors are beside their fields, nothing typed is lost, and the keyboard is enough. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { seldom } from '../everyday.ts';
import { CALM, type Server, sharedServer, startBrowser, startServer, type TestBrowser } from './browser.ts';
import { ended, fill, LONG, openSettings, QUICK, run, sentenceOf, state } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** Returns the id of the focused element, or its name if it has none; null without focus. */
function focused(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const { activeElement: element } = document;
    if (element === null || element === document.body) return null;
    return element.id || element.getAttribute('aria-label') || (element.textContent ?? '').trim();
  });
}

/** Returns the values of the form's fields. */
function typed(page: Page): Promise<unknown> {
  return page.evaluate(() => {
    const form = document.querySelector<HTMLFormElement>('#run-form');
    return form === null ? null : [...new FormData(form)];
  });
}

it('page: invalid input is reported at its field, and the typed values and the run stay', async () => {
  browser.allow('422');
  const page = await browser.open();
  await page.goto(server.url);
  await run(page, QUICK);
  await ended(page);
  const { href } = new URL(page.url());
  await page.locator('run-view').evaluate((view) => view.setAttribute('data-same', ''));

  await openSettings(page, true);
  await fill(page, { modes: ['threads', 'processes'], work: 'mixed', jobs: 'five', minSeconds: '9' });
  await fill(page, { maxSeconds: '3<b>' });
  await page.fill('#workers', '0');
  await page.fill('#seed', '12');
  const before = await typed(page);
  await page.click('#run-button');
  await page.locator('#jobs-error').waitFor();
  expect(await page.locator('#jobs-error').textContent()).toMatch(/whole number from 1 to 100/);
  expect(await page.locator('#maxSeconds-error').textContent()).toMatch(/seconds from 0 to 3,600/);
  expect(await page.locator('#workers-error').isVisible()).toBe(true);
  expect(await page.locator('[aria-invalid=true]').evaluateAll((all) => all.map(({ id }) => id))).toEqual([
    'jobs',
    'maxSeconds',
    'workers',
  ]);
  // A message covers no field.
  for (const id of ['jobs', 'maxSeconds', 'workers']) {
    const [field, message] = await Promise.all(
      [`#${id}`, `#${id}-error`].map((selector) => page.locator(selector).boundingBox()),
    );
    expect(message!.y).toBeGreaterThanOrEqual(field!.y + field!.height);
  }
  // Each message describes its field for screen readers.
  for (const id of ['jobs', 'maxSeconds', 'workers'])
    expect(await page.locator(`#${id}`).getAttribute('aria-describedby')).toBe(`${id}-error`);
  expect(await typed(page)).toEqual(before);
  await expect.poll(() => focused(page)).toBe('jobs');
  expect(page.url()).toBe(href);
  expect(await page.locator('run-view[data-same]').count()).toBe(1);

  // Corrected, it runs; Enter in a field presses Run.
  await fill(page, { ...QUICK, jobs: '2' });
  await page.fill('#workers', '');
  await page.locator('#jobs').press('Enter');
  await page.waitForURL((url) => url.href !== href);
  await ended(page);
  expect(await page.locator('.error, [aria-invalid]').count()).toBe(0);
  expect(await page.locator('.console li[data-seq]').count()).toBe(2);
});

seldom(
  'page: at 390 pixels an invalid field that was typed into stays in view when Enter is pressed',
  async () => {
    browser.allow('422');
    const page = await browser.open({ viewport: { width: 390, height: 844 } });
    await page.goto(server.url);
    await openSettings(page);
    await page.locator('#jobs').focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('-3');
    await page.keyboard.press('Enter');
    await page.locator('#jobs-error').waitFor();
    const isInView = () =>
      page.locator('#jobs').evaluate((field) => {
        const { top, bottom } = field.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
    await expect.poll(isInView).toBe(true);
  },
);

seldom(
  'page: an error disappears when its field or a related one changes, and other errors stay',
  async () => {
    browser.allow('422');
    const page = await browser.open();
    await page.goto(server.url);
    await fill(page, { modes: [], jobs: 'five', minSeconds: '3', maxSeconds: '2' });
    await page.click('#run-button');
    await page.locator('#maxSeconds-error').waitFor();
    const errors = () => page.locator('#run-form .error').evaluateAll((all) => all.map(({ id }) => id));
    const invalid = () => page.locator('[aria-invalid]').evaluateAll((all) => all.map(({ id }) => id));
    const boxes = MODES.map((mode) => `modes-${mode}`);
    expect([await errors(), await invalid()]).toEqual([
      ['modes-error', 'jobs-error', 'maxSeconds-error'],
      [...boxes, 'jobs', 'maxSeconds'],
    ]);
    await page.check('#work-compute');
    await page.locator('#jobs').focus();
    await page.locator('#minSeconds').focus();
    expect(await errors()).toHaveLength(3);

    await page.fill('#minSeconds', '1');
    expect([await errors(), await invalid()]).toEqual([
      ['modes-error', 'jobs-error'],
      [...boxes, 'jobs'],
    ]);
    await page.check('#modes-threads');
    expect([await errors(), await invalid()]).toEqual([['jobs-error'], ['jobs']]);
    // The error no longer describes the group of checkboxes.
    expect(await page.locator('[aria-describedby]').evaluateAll((all) => all.map(({ id }) => id))).toEqual([
      'jobs',
    ]);
    await page.fill('#jobs', '2');
    expect([await errors(), await invalid()]).toEqual([[], []]);
  },
);

seldom('page: without a chosen mode the first one gets the focus', async () => {
  browser.allow('422');
  const page = await browser.open();
  await page.goto(server.url);
  await fill(page, { modes: [] });
  await page.click('#run-button');
  await page.locator('#modes-error').waitFor();
  await expect.poll(() => focused(page)).toBe('modes-sequential');
  expect(await page.locator('#run.empty').count()).toBe(1);
});

it('page: Enter on a fresh page runs, and Cancel can be reached and pressed by keyboard', async () => {
  const page = await browser.open({ ...CALM, viewport: { width: 1280, height: 800 } });
  await page.goto(server.url);
  expect(await focused(page)).toBe('run-button');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/runs\//);
  await expect.poll(() => state(page)).toBe('running');
  // All four timelines are in view, without scrolling.
  await page.locator('figure.pass .chart canvas').nth(3).waitFor();
  const ends = await page
    .locator('figure.pass')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().bottom));
  expect(ends).toHaveLength(4);
  for (const bottom of ends) expect(bottom).toBeLessThanOrEqual(800);
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await expect.poll(() => focused(page)).toBe('run-button');

  for (let i = 0; i < 9 && (await focused(page)) !== 'cancel-button'; i++) await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('cancel-button');
  await page.keyboard.press('Enter');
  await ended(page);
  expect(await sentenceOf(page)).toMatch(/^Cancelled while running one by one/);
  // The button is gone, but the focus is not lost.
  await expect.poll(() => focused(page)).toBe('run-button');
});

it('page: Tab reaches every control, in the order of the page', async () => {
  const page = await browser.open();
  await page.goto(server.url);
  await run(page, QUICK);
  await ended(page);
  const order: string[] = [];
  for (let at: string | null = null; at !== 'run-button'; at = await focused(page)) {
    if (at === 'More') await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    // Between the last and the first control the focus is in the browser's own interface.
    order.push((await focused(page)) ?? 'out of the page');
  }
  const lessons = (await page.locator('.lessons li a').allTextContents()).map((text) => text.trim());
  expect(lessons.length).toBeGreaterThan(16);
  expect(order).toEqual([
    'by-hand',
    'every-order',
    'Use 1 to 10 s per job',
    'Settings',
    'modes-sequential',
    'modes-event-loop',
    'modes-threads',
    'modes-processes',
    'jobs',
    'minSeconds',
    'maxSeconds',
    'work-wait',
    'More',
    'runtime-node',
    'everyRuntime',
    'workers',
    'seed',
    'repeat',
    'sweep',
    'explore',
    'sleepsInOrder',
    'preemptions',
    'schedules',
    'What happened, and why',
    'threads',
    'processes',
    'event loop',
    'JavaScript and Python',
    'In the real world',
    'Cell 1 of the notebook, as a script in Python',
    'Link to this run',
    'Copy link',
    'Timeline: one by one',
    'Play',
    'One event back',
    'Replay time',
    'One event forward',
    'replay-speed',
    'All arrows',
    'Critical path',
    'Memory and cores',
    'Keys and gestures',
    'own-words',
    'What happened, and why',
    'Program',
    'tab-program',
    'EditDone',
    'Copy',
    'Download',
    'Program of one-by-one',
    'line-5',
    'Console',
    'Figures',
    'Share and export',
    'compare-b',
    'Compare',
    'Delete this run',
    'Join: wait for each in turn →',
    'out of the page',
    'Skip the lessons',
    'Concurrency Playground',
    'New program',
    'Challenges',
    'Notebook',
    'My runs',
    'Rooms',
    'Glossary',
    'Privacy',
    ...lessons,
    // A term in what to look for.
    'jobs',
    'Guess again',
    'run-button',
  ]);
});

seldom(
  'page: Run covers no field that has the focus, at 1280 and 390 pixels, and at 200% of 1280 pixels',
  async () => {
    const page = await browser.open();
    await page.goto(server.url);
    await openSettings(page, true);
    const fields = await page.locator('#run-form :is(input:not([type=hidden]), summary)').all();
    expect(fields.length).toBeGreaterThan(14);
    for (const [width, height] of [
      [1280, 800],
      [390, 844],
      [640, 400],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const field of fields) {
        await field.focus();
        const isCovered = () =>
          field.evaluate((one) => {
            const { left, top, width, height } = one.getBoundingClientRect();
            const at = [top + 1, top + height - 1].map((y) => document.elementFromPoint(left + width / 2, y));
            return at.some((seen) => seen === null || (seen !== one && !seen.closest('label')));
          });
        const message = `${width} px: ${(await field.getAttribute('id')) ?? 'summary'}`;
        await expect.poll(isCovered, { message }).toBe(false);
      }
    }
  },
);

seldom('page: the notebook’s seconds are one click away, and back', async () => {
  const page = await browser.open();
  await page.goto(server.url);
  const seconds = async () => [await page.inputValue('#minSeconds'), await page.inputValue('#maxSeconds')];
  const inAll = () => page.locator('#expected-all').textContent();
  const [own, expected] = [await seconds(), await inAll()];
  expect(expected).toMatch(/^about 1\d s$/);
  await page.getByRole('link', { name: 'Use 1 to 10 s' }).click();
  expect(await seconds()).toEqual(['1', '10']);
  await expect.poll(inAll).toMatch(/^about 5\d s$/);
  await page.getByRole('link', { name: 'Back to' }).press('Enter');
  expect(await seconds()).toEqual(own);
  await expect.poll(inAll).toBe(expected);
  // The page is the same.
  expect(new URL(page.url()).search).toBe('');
});

it('page: every control and every drawing has a name', async () => {
  const page = await browser.open(CALM);
  await page.goto(server.url);
  await run(page, LONG);
  await expect.poll(() => sentenceOf(page)).toMatch(/^Running in threads/);
  await openSettings(page, true);
  const names = [
    ['checkbox', ['One by one', 'On the event loop', 'In threads', 'In processes']],
    [
      'textbox',
      ['Jobs', 'Seconds at least', 'to at most', 'Workers', 'Seed', 'Repeat', 'Try 1 to … workers'],
    ],
    ['slider', ['Replay time']],
    ['combobox', ['Speed', 'Compare with another run']],
    ['radio', ['wait', 'compute', 'mixed', 'Node.js', 'Deno']],
    ['button', ['Run', 'Cancel', 'Copy link', 'All arrows', 'Critical path', 'Keys and gestures', 'Play']],
    ['progressbar', ['Jobs ended']],
    ['application', ['Timeline: in threads']],
    ['heading', ['One by one, then in threads', 'Running in threads', 'Console']],
  ] as const;
  for (const [role, all] of names)
    for (const name of all)
      await expect
        .poll(
          () => page.getByRole(role, { name, exact: role !== 'heading' && role !== 'checkbox' }).count(),
          {
            message: `${role}: ${name}`,
          },
        )
        .toBe(1);
  await page.click('#cancel-button');
  await ended(page);
  const nameless = await page.getByRole('button', { name: /^$/ }).count();
  expect(nameless).toBe(0);
});

seldom('page: a busy server is reported in the form, which keeps the typed values', async () => {
  const busy = await startServer({ env: { MAX_WAITING: '1', CORES: '1' } });
  try {
    browser.allow('503');
    const spec = { modes: ['threads'], jobs: 1, work: 'compute', minSeconds: 50, maxSeconds: 50 };
    await busy.start(spec);
    const waiting = await browser.open(CALM);
    await waiting.goto(busy.url);
    await run(waiting, { ...LONG, work: 'compute' });
    await expect.poll(() => sentenceOf(waiting)).toMatch(/^Waiting: 1st in line/);

    const page = await browser.open(CALM);
    await page.goto(busy.url);
    await fill(page, { modes: ['threads'], work: 'compute', jobs: '3', minSeconds: '2', maxSeconds: '4' });
    const before = await typed(page);
    await page.click('#run-button');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(
      /^The server is busy: .+ Try again in \d+ seconds\.$/,
    );
    expect(await typed(page)).toEqual(before);
    expect(new URL(page.url()).pathname).toBe('/');
    await expect.poll(() => focused(page)).toBe('run-button');

    // A waiting run can be cancelled, which makes room.
    await waiting.getByRole('button', { name: 'Cancel' }).click();
    await ended(waiting);
    expect(await sentenceOf(waiting)).toBe('Cancelled before it began.');
    await run(page);
    await expect.poll(() => sentenceOf(page)).toMatch(/^Waiting: 1st in line/);
  } finally {
    await busy.close();
  }
});
