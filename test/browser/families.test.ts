/** Families in the browser: started from the form, shown as they fill, and readable in every way. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { everyday, seldom } from '../everyday.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { type Door, openDoor } from './door.ts';
import { fill, LONG, openSettings } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
let door: Door;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  door = await openDoor(server.url);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), door?.close(), server?.close()]));

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };
const SHORT = { modes: ['threads'], jobs: '3', minSeconds: '0.2', maxSeconds: '0.3' } as const;

/** Fills in the form as a person does, and presses Run; resolves on the page of the family. */
async function ask(
  page: Page,
  field: 'repeat' | 'sweep',
  value: string,
  filled: Parameters<typeof fill>[1],
  url = server.url,
) {
  await page.goto(url);
  await fill(page, filled);
  await openSettings(page, true);
  await page.fill(`#${field}`, value);
  await page.click('#run-button');
  await page.waitForURL(/\/families\/[\w-]{21}$/);
}

const ended = (page: Page) => page.locator('#family[data-state=ended]').waitFor();
const dots = (page: Page) => page.locator('svg.spread .measured').count();

/** Returns the positions of what a reader looks at. */
function places(page: Page): Promise<Record<string, number[]>> {
  const selectors = [
    '.run-bar',
    '.run-bar progress',
    '.progress-text',
    '.permalink',
    '.family-modes',
    '.spread',
    '.curve',
    '.orders',
    '.family-runs',
    'tbody tr',
  ];
  return page.evaluate(
    (all) =>
      Object.fromEntries(
        all.map((selector) => [
          selector,
          [...document.querySelectorAll(selector)].map((one) =>
            Math.round(one.getBoundingClientRect().top + scrollY),
          ),
        ]),
      ),
    selectors,
  );
}

it.each(
  everyday(
    [
      ['390', NARROW],
      ['1280', WIDE],
    ] as const,
    2,
  ),
)(
  'page: at %s pixels a repeat fills up while it is looked at, nothing moves, and then it rests',
  async (_name, viewport) => {
    const page = await browser.open({ viewport });
    await page.clock.install();
    await ask(page, 'repeat', '5', SHORT);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.locator('.run-bar').waitFor();
    const before = await places(page);
    expect(before['tbody tr']).toHaveLength(10);
    // Without a page load: the same page, with more on it.
    await page.evaluate(() => document.body.setAttribute('data-same', ''));
    const seen = new Set<number>();
    const look = async () => {
      seen.add(await dots(page));
      return page.locator('#family').getAttribute('data-state');
    };
    await expect.poll(look, { timeout: 20_000, interval: 100 }).toBe('ended');
    seen.add(await dots(page));
    expect(seen.size).toBeGreaterThan(2);
    expect(await dots(page)).toBe(5);
    expect(await places(page)).toEqual(before);
    expect(await page.locator('body[data-same]').count()).toBe(1);
    expect(await page.locator('h1').textContent()).toMatch(
      /^5 runs in threads: .*; jobs (ended in \d different orders|always ended in the same order)\.$/,
    );
    expect(await page.locator('.unseen[role=status]').textContent()).toBe(
      await page.locator('h1').textContent(),
    );
    expect(await page.locator('.progress-text').textContent()).toBe('5 of 5 runs');
    // The page no longer polls: more than one poll would have come in this time.
    const count = asked.length;
    await page.clock.runFor(5000);
    expect(asked.length).toBe(count);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.body.offsetWidth)).toBe(
      0,
    );
    // Each link leads to its run.
    await page.getByRole('link', { name: 'Run 3', exact: true }).click();
    await page.locator('run-view[data-state=ended]').waitFor();
  },
);

it('page: by keyboard alone, from the form to cancelling the remaining runs; updates keep the focus', async () => {
  const page = await browser.open();
  await page.goto(server.url);
  await fill(page, { ...LONG, minSeconds: '0.1', maxSeconds: '0.1' });
  await openSettings(page, true);
  await page.locator('#repeat').pressSequentially('40');
  await page.locator('#repeat').press('Enter');
  await page.waitForURL(/\/families\//);
  await page.locator('#cancel-button').focus();
  await expect.poll(() => dots(page), { timeout: 20_000 }).toBeGreaterThan(2);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('cancel-button');
  await page.keyboard.press('Enter');
  await ended(page);
  expect(await page.locator('h1').textContent()).toMatch(/^Cancelled after \d+ of 40 runs in threads: /);
  expect(await page.locator('#cancel-button').count()).toBe(0);
});

it('page: a sweep draws the measurements, the ideal and the law, and names the serial share', async () => {
  const page = await browser.open();
  await ask(page, 'sweep', '3', { ...SHORT, jobs: '6', minSeconds: '0.1', maxSeconds: '0.1' });
  await ended(page);
  const curve = page.locator('svg.curve');
  expect(await curve.locator('.measured').count()).toBe(3);
  expect(await curve.locator('.ideal').count()).toBe(1);
  const table = await page
    .locator('.family-mode tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  expect(table.map(([workers]) => workers)).toEqual(['1', '2', '3']);
  expect(table[0]?.slice(2, 4)).toEqual(['1.0×', '100%']);
  // The drawing has the table's figures.
  const spoken = (await curve.getAttribute('aria-label')) ?? '';
  for (const [workers, , factor] of table)
    expect(spoken).toMatch(new RegExp(`${workers} workers?: ${factor}`));
  expect(await page.locator('.family-told').textContent()).toMatch(
    /^Amdahl’s law (fits with [\d.]+% serial work|does not describe these times)/,
  );
});

seldom('page: an invalid sweep is reported at its field, which has the focus, with More open', async () => {
  browser.allow('422');
  const page = await browser.open();
  await page.goto(server.url);
  await openSettings(page, true);
  await page.fill('#sweep', '4');
  await page.click('#run-button');
  await page.locator('#sweep-error').waitFor();
  expect(await page.locator('#sweep-error').textContent()).toMatch(/only threads, processes or both/);
  expect(await page.inputValue('#sweep')).toBe('4');
  expect(await page.locator('#sweep-error').isVisible()).toBe(true);
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('sweep');
});

it('page: the expected duration is shown while typing, before Run is pressed', async () => {
  browser.allow('422');
  const page = await browser.open();
  await page.goto(server.url);
  await fill(page, { ...SHORT, minSeconds: '2', maxSeconds: '2' });
  const expected = page.locator('#expected');
  expect(await expected.textContent()).toBe('');
  await openSettings(page, true);
  await page.locator('#repeat').pressSequentially('50');
  const poll = () => expect.poll(() => expected.textContent());
  await poll().toBe('50 runs, one after another: about 2.2 s each, 1 min 50 s in total.');
  // Beside the field, not out of view.
  const [line, field] = await Promise.all([expected.boundingBox(), page.locator('#repeat').boundingBox()]);
  expect((line?.y ?? 0) - (field?.y ?? 0) - (field?.height ?? 0)).toBeLessThan(40);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('repeat');
  await page.check('#modes-sequential');
  await poll().toBe('50 runs, one after another: about 8.4 s each, 7 min in total.');
  await page.fill('#repeat', '51');
  await poll().toBe('Enter a whole number from 1 to 50.');

  await page.click('#run-button');
  await page.locator('#repeat-error').waitFor();
  expect(await expected.textContent()).toBe('');
  await page.fill('#repeat', '5');
  await poll().toMatch(/^5 runs/);
  expect(await page.locator('#repeat-error, [aria-invalid]').count()).toBe(0);
});

seldom(
  'page: a sweep of modes without workers is reported while typing, until they are unchecked',
  async () => {
    browser.allow('422');
    const page = await browser.open();
    await page.goto(`${server.url}/lessons/computing`);
    await openSettings(page, true);
    const [expected, error] = [page.locator('#expected'), page.locator('#sweep-error')];
    const expectText = (words: RegExp) => expect.poll(() => expected.textContent()).toMatch(words);
    await page.fill('#sweep', '3');
    await expectText(/^A sweep needs workers/);

    await page.click('#run-button');
    await error.waitFor();
    // A change of an unrelated field leaves the error, which is shown only once.
    const isAsked = page.evaluate(
      () =>
        new Promise<boolean>((resolve) => {
          addEventListener('htmx:config:request', (event) => resolve(!event.defaultPrevented), {
            once: true,
          });
        }),
    );
    await page.fill('#jobs', '3');
    expect(await isAsked).toBe(false);
    expect([await error.count(), await expected.textContent()]).toEqual([1, '']);
    // Nor does Run move when a field is left unchanged.
    const height = async () => (await page.locator('#run-form').boundingBox())?.height;
    const before = await height();
    for (const id of ['repeat', 'modes-event-loop', 'sweep', 'run-button']) await page.focus(`#${id}`);
    expect([await error.count(), await height()]).toEqual([1, before]);

    await page.uncheck('#modes-event-loop');
    expect(await page.locator('.error, [aria-invalid]').count()).toBe(0);
    await expectText(/^3 runs, one after another/);
    // Invalid again: it is reported at once, as quiet text.
    await page.check('#modes-sequential');
    await expectText(/^A sweep needs workers/);
    expect(await error.count()).toBe(0);
  },
);

seldom.each(
  everyday(
    [
      ['silent', WIDE],
      ['gateway', NARROW],
    ] as const,
    2,
  ),
)(
  'page: a family reports that its server does not answer (%s), and recovers by itself',
  async (how, viewport) => {
    browser.allow('net::');
    browser.allow('502');
    const page = await browser.open({ viewport });
    await ask(page, 'repeat', '8', SHORT, door.url);
    await expect.poll(() => dots(page), { timeout: 20_000 }).toBeGreaterThan(0);
    const lost = page.locator('.lost');
    expect(await lost.isVisible()).toBe(false);
    const standing = await places(page);
    door.shut(how);
    await lost.waitFor();
    expect(await places(page)).toEqual(standing);
    expect(await lost.textContent()).toBe('Connection lost. Reconnecting…');
    const before = await dots(page);
    const id = new URL(page.url()).pathname.split('/')[2];
    // Meanwhile the family continues, and the page does not report a connection.
    const runs = async () => {
      const { modes }: { modes: { wallMs: object | null; orders: { count: number }[] }[] } = await (
        await fetch(`${server.url}/families/${id}.json`)
      ).json();
      return modes[0]?.orders.reduce((sum, { count }) => sum + count, 0) ?? 0;
    };
    await expect.poll(runs, { timeout: 20_000 }).toBeGreaterThan(before + 1);
    expect(await lost.isVisible()).toBe(true);
    expect(await dots(page)).toBe(before);
    // A request that fails now is reported too.
    await page.click('#cancel-button');
    const alert = page.getByRole('alert');
    const words = 'The server cannot be reached, so nothing was cancelled. Try again.';
    await expect.poll(() => alert.textContent()).toBe(words);

    door.open();
    await lost.waitFor({ state: 'hidden' });
    // The message stays until the family has ended.
    const [state, message] = await page.evaluate(() => [
      document.getElementById('family')?.dataset.state,
      document.getElementById('form-message')?.textContent,
    ]);
    expect(message).toBe(state === 'running' ? words : undefined);
    await ended(page);
    expect(await dots(page)).toBe(8);
    expect(await lost.isVisible()).toBe(false);
    expect(await alert.count()).toBe(0);
  },
);

it('page: without script a family is shown until it has ended; in dark mode drawings have dark colours', async () => {
  const page = await browser.open({ javaScriptEnabled: false, colorScheme: 'light' });
  await ask(page, 'repeat', '3', SHORT);
  expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(1);
  await ended(page);
  expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(0);
  expect(await dots(page)).toBe(3);
  const fill = () =>
    page
      .locator('.spread .measured')
      .first()
      .evaluate((dot) => getComputedStyle(dot).fill);
  const light = await fill();
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await fill()).not.toBe(light);
});
