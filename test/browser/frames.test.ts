/** A lesson in a frame of another site, where a browser sends cookies only over https, and only such as are meant for it. */
import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../server/app.ts';
import { listen, type Server } from '../../server/listen.ts';
import { readSettings } from '../../server/settings.ts';
import { type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { CALM, startBrowser, type TestBrowser } from './browser.ts';
import { type OtherSite, otherSite } from './other-site.ts';

let app: PlaygroundApp;
let browser: TestBrowser;
let site: OtherSite;
const servers: Server[] = [];
beforeAll(async () => {
  [app, browser, site] = await Promise.all([playgroundApp(), startBrowser(), otherSite()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(async () => {
  site?.close();
  await Promise.all([browser?.close(), app?.close()]);
  await Promise.all(servers.map((server) => server.close()));
});

/** Serves the playground with other settings; returns its address. */
async function serve(env: Record<string, string>): Promise<string> {
  const { serve, getConnInfo } = await listen();
  const playground = { ...app.playground, settings: readSettings(env) };
  const server = await serve(createApp({ playground, getConnInfo }).fetch, { HOST: '127.0.0.1', PORT: 0 });
  servers.push(server);
  return server.url;
}

/** Shows the playground at `url` in a frame of the other site. */
async function framed(page: Page, url: string): Promise<FrameLocator> {
  site.show(`<iframe src="${url}" width="1200" height="850"></iframe>`);
  await page.goto(site.url);
  return page.frameLocator('iframe');
}

/** Presses Run for jobs that last until they are cancelled. */
async function run(frame: FrameLocator, { repeat = '' } = {}): Promise<void> {
  // They stay open after the first run.
  await frame.locator('#settings').evaluate((settings) => settings.setAttribute('open', ''));
  for (const mode of ['event-loop', 'threads', 'processes']) await frame.locator(`#modes-${mode}`).uncheck();
  await frame.locator('#minSeconds').fill('50');
  await frame.locator('#maxSeconds').fill('50');
  if (repeat !== '') {
    await frame.locator('#more > summary').click();
    await frame.locator('#repeat').fill(repeat);
  }
  await frame.locator('#run-button').click();
}

it('frame: without a cookie the tab that pressed Run can cancel, also when it has loaded the page again', async () => {
  const url = await serve({ FRAME_ANCESTORS: site.url });
  const page = await browser.open(CALM);
  const frame = await framed(page, `${url}/`);
  const cancel = frame.locator('#cancel-button');

  await run(frame);
  await cancel.click();
  await frame.locator('run-view[data-state=ended]').waitFor();
  expect(await frame.locator('#run-sentence').textContent()).toMatch(/^Cancelled/);
  await cancel.waitFor({ state: 'detached' });

  await run(frame);
  await frame.locator('run-view:not([data-state=ended])').waitFor();
  const address = await frame.locator('a.permalink').getAttribute('href');
  const link = `${url}${address}`;
  expect(link).toMatch(/\/runs\/[\w-]{21}$/);
  await framed(page, link);
  await cancel.waitFor();
  // Another person has the link, and no button.
  const other = await browser.open(CALM);
  await other.goto(link);
  await other.locator('run-view:defined').waitFor();
  expect(await other.locator('#cancel-button').count()).toBe(0);
  await cancel.click();
  await frame.locator('run-view[data-state=ended]').waitFor();
  await framed(page, link);
  await frame.locator('run-view[data-state=ended]').waitFor();
  expect(await cancel.count()).toBe(0);

  await framed(page, `${url}/`);
  await run(frame, { repeat: '2' });
  await frame.locator('#family').waitFor();
  // It keeps the button while it updates itself.
  await page.waitForResponse((response) => /\/figures\?key=[\w-]+$/.test(response.url()));
  await page.waitForResponse((response) => /\/figures\?key=[\w-]+$/.test(response.url()));
  await cancel.click();
  await frame.locator('#family[data-state=ended]').waitFor();
  expect(await page.context().cookies(url)).toEqual([]);
});

it('frame: over https the cookie is for the frame in this site alone, and the page knows its person by it', async () => {
  const url = await serve({ FRAME_ANCESTORS: site.url, PUBLIC_URL: 'https://127.0.0.1' });
  const page = await browser.open(CALM);
  const frame = await framed(page, `${url}/`);
  await run(frame);
  await frame.locator('run-view').waitFor();
  const link = `${url}${await frame.locator('a.permalink').getAttribute('href')}`;
  const cookies = await page.context().cookies(url);
  expect(cookies).toMatchObject([{ name: 'person', secure: true, sameSite: 'None', httpOnly: true }]);
  expect(cookies[0]?.partitionKey).toBe('http://localhost');

  await framed(page, link);
  // The server knows the person: its button has no key.
  await expect.poll(() => frame.locator('form.cancel').getAttribute('action')).toMatch(/\/cancel$/);
  await frame.locator('#cancel-button').click();
  await frame.locator('run-view[data-state=ended]').waitFor();
});

it('frame: in a sandbox without an origin, Run says what to do', async () => {
  const url = await serve({ FRAME_ANCESTORS: site.url });
  const page = await browser.open(CALM);
  site.show(`<iframe src="${url}/" sandbox="allow-scripts allow-forms" width="1200" height="850"></iframe>`);
  await page.goto(site.url);
  const frame = page.frameLocator('iframe');
  await run(frame);
  const words = 'Runs cannot be started in a sandboxed frame. Open this page in its own tab.';
  await expect.poll(() => frame.locator('#form-message').textContent()).toBe(words);
});

it('frame: a site that is not named gets nothing to show', async () => {
  const url = await serve({ FRAME_ANCESTORS: 'https://lms.example' });
  const page = await browser.open(CALM);
  browser.allow('Framing');
  await framed(page, `${url}/`);
  const inside = page.frames()[1];
  expect(await inside?.locator('#run-button').count()).toBe(0);
});
