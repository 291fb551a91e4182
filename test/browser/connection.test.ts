/** A page that loses its server says so, reconnects by itself, and gets every event once. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { everyday, seldom } from '../everyday.ts';
import { CALM, type OwnServer, startBrowser, startServer, type TestBrowser } from './browser.ts';
import { type Door, openDoor } from './door.ts';
import {
  consoleLines,
  ended,
  expectDrawn,
  LONG,
  linesOf,
  QUICK,
  run,
  sentenceOf,
  state,
} from './playground-page.ts';

let server: OwnServer;
let browser: TestBrowser;
let door: Door;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  door = await openDoor(server.url);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), door?.close(), server?.close()]));

it.each(everyday(['gateway', 'silent'] as const, 2))(
  'page: a connection that is lost (%s) comes back, and every event is there once',
  async (how) => {
    browser.allow('net::');
    browser.allow('502');
    const page = await browser.open(CALM);
    const received = await browser.recordEvents(page);
    await page.goto(door.url);
    const filled = {
      modes: ['sequential', 'threads'],
      jobs: '6',
      minSeconds: '0.3',
      maxSeconds: '0.4',
    } as const;
    const id = await run(page, filled);
    await expect.poll(() => received().some((event) => event.type === 'job-ended')).toBe(true);
    const lost = page.locator('.lost');
    expect(await lost.isVisible()).toBe(false);

    const isTurnedAway = (response: { status(): number }) => response.status() === 502;
    const turnedAway = how === 'gateway' ? page.waitForResponse(isTurnedAway) : null;
    door.shut(how);
    await lost.waitFor();
    expect(await lost.textContent()).toBe('Connection lost. Reconnecting…');
    const before = received().length;
    // Meanwhile the run continues.
    await expect
      .poll(async () => (await server.events(id)).length, { timeout: 10_000 })
      .toBeGreaterThan(before + 3);
    await turnedAway;
    expect(received()).toHaveLength(before);
    expect(await state(page)).toBe('running');
    door.open();
    await lost.waitFor({ state: 'hidden' });
    await ended(page);

    const events = await server.events(id);
    expect(received()).toEqual(events);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(await consoleLines(page)).toEqual(linesOf(events));
    await expectDrawn(page, events);
  },
);

it('page: in mid-class the server is killed and restarted: pages come back, and the run is shown as interrupted', async () => {
  browser.allow('net::');
  const { code, key, teach } = await openRoom();
  const wall = await browser.open(CALM);
  await wall.goto(`${server.url}/rooms/${code}/wall?key=${key}`);
  const page = await browser.open(CALM);
  const received = await browser.recordEvents(page);
  await page.goto(`${server.url}/rooms/${code}`);
  await page.fill('#member-name', 'Ann');
  await page.keyboard.press('Enter');
  await page.locator('.vote input[type=radio]').nth(1).check();
  await page.getByText('Your answer counts.').waitFor();
  const id = await run(page, LONG);
  await expect.poll(() => received().filter((event) => event.type === 'job-started').length).toBe(2);
  const tile = wall.locator('.wall-tiles li', { hasText: 'Ann' }).locator('a');
  await expect.poll(() => tile.getAttribute('href')).toBe(`/runs/${id}`);

  await server.kill();
  await page.locator('.lost').waitFor();
  await server.restart();
  await ended(page);
  expect(await page.locator('.lost').isVisible()).toBe(false);
  expect(await sentenceOf(page)).toBe('The server stopped while this ran in threads: no jobs were done.');
  const events = await server.events(id);
  expect(received()).toEqual(events);
  expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'interrupted', seq: events.length });

  // The room is as it was.
  await post(teach.replace('/teach', '/round'), { from: 'vote', to: 'talk' });
  await page.getByText('Talk with somebody near you').waitFor();
  await expect
    .poll(() => wall.locator('.wall-votes').allInnerTexts())
    .toEqual(['0 votes', '1 vote', '0 votes', '0 votes']);
  expect(await tile.getAttribute('href')).toBe(`/runs/${id}`);
});

/** Opens a room, and begins a round in it. */
async function openRoom(): Promise<{ code: string; key: string; teach: string }> {
  const teach = (await post('/rooms', { lesson: 'one-by-one' })).headers.get('location') ?? '';
  const [, code = ''] = /^\/rooms\/(\w+)/.exec(teach) ?? [];
  const page = await (await fetch(server.url + teach)).text();
  const [, key = ''] = /\/wall\?key=([\w-]+)/.exec(page) ?? [];
  await post(teach.replace('/teach', '/round'), { lesson: 'one-by-one' });
  return { code, key, teach };
}

/** Submits a form. */
function post(path: string, fields: Record<string, string>): Promise<Response> {
  const headers = { Origin: server.url, Accept: 'text/html' };
  const body = new URLSearchParams(fields);
  return fetch(server.url + path, { method: 'POST', headers, body, redirect: 'manual' });
}

seldom.each(everyday(['silent', 'gateway'] as const, 2))(
  'page: loads timelines whose script failed to load (%s) when the server answers again',
  async (how) => {
    browser.allow('net::');
    browser.allow('502');
    const page = await browser.open(CALM);
    await page.goto(door.url);
    const shut = page
      .locator('run-view')
      .waitFor()
      .then(() => door.shut(how));
    await page.route('**/run-view-*.js', async (route) => {
      await shut;
      await route.continue();
    });
    const id = await run(page, QUICK);
    const lost = page.locator('.lost');
    await lost.waitFor();
    expect(await lost.textContent()).toBe('Connection lost. Reconnecting…');
    await page.unroute('**/run-view-*.js');
    door.open();
    await ended(page);
    expect(await lost.isVisible()).toBe(false);
    await expectDrawn(page, await server.events(id));
  },
);

it.each(everyday(['gateway', 'silent'] as const, 2))(
  'page: Run and Cancel without a response (%s) show a message in the form until the next one succeeds',
  // Two requests and a stream time out, one after the other.
  { timeout: 90_000 },
  async (how) => {
    browser.allow('net::');
    browser.allow('502');
    const page = await browser.open(CALM);
    await page.goto(door.url);
    const id = await run(page, LONG);
    door.shut(how);
    const alert = page.getByRole('alert');
    await page.click('#run-button');
    await alert.waitFor();
    expect(await alert.textContent()).toBe(
      'The server cannot be reached, so nothing was started. Try again.',
    );
    expect(await alert.evaluate((one) => one.getBoundingClientRect().bottom < innerHeight)).toBe(true);
    await page.click('#cancel-button');
    await expect
      .poll(() => alert.textContent())
      .toBe('The server cannot be reached, so nothing was cancelled. Try again.');
    expect(await page.locator(`run-view[data-id="${id}"]`).count()).toBe(1);

    door.open();
    await page.click('#cancel-button');
    await ended(page);
    expect(await alert.count()).toBe(0);
  },
);

it('page: what was said of Cancel goes when there is nothing to cancel', async () => {
  browser.allow('502');
  const page = await browser.open(CALM);
  await page.goto(door.url);
  const id = await run(page, LONG);
  await page.route('**/cancel*', (route) => route.fulfill({ status: 502 }));
  await page.click('#cancel-button');
  await page.getByText('nothing was cancelled').waitFor();
  await page.unroute('**/cancel*');
  // From another tab of this browser.
  await page.evaluate((address) => fetch(address, { method: 'POST' }), `/runs/${id}/cancel`);
  await ended(page);
  await expect.poll(() => page.getByRole('alert').count()).toBe(0);
});
