/** The page where people put it: on plain http by a name, and below a prefix behind proxies. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { everyday } from '../everyday.ts';
import {
  CALM,
  CLASSROOM,
  type OwnServer,
  type Server,
  sharedServer,
  startBrowser,
  startServer,
  type TestBrowser,
} from './browser.ts';
import { consoleLines, ended, LONG, linesOf, QUICK, run, sentenceOf } from './playground-page.ts';
import { PREFIX, Proxies } from './proxies.ts';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => browser?.close());

/** Runs and cancels on the page at an address; with or without script. */
async function runAndCancel(page: Page, address: string): Promise<string> {
  await page.goto(address);
  const id = await run(page, QUICK);
  await ended(page);
  await page.goto(address);
  await run(page, LONG);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await ended(page);
  expect(await sentenceOf(page)).toMatch(/^Cancelled/);
  return id;
}

/** Returns what Ctrl+V pastes. */
async function pasted(page: Page): Promise<string> {
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('textarea'), { id: 'pasted' }));
  });
  const field = page.locator('#pasted');
  await field.focus();
  await page.keyboard.press('Control+V');
  const text = await field.inputValue();
  await field.evaluate((one) => one.remove());
  return text;
}

describe('on plain http, by a name that is not localhost', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = await sharedServer();
    url = server.url.replace('127.0.0.1', CLASSROOM);
  });
  afterAll(() => server?.close());

  it.each(everyday([true, false], 2))(
    'page: Run and Cancel work there, with script: %s',
    async (javaScriptEnabled) => {
      const page = await browser.open({ ...CALM, javaScriptEnabled });
      const sites: (string | undefined)[] = [];
      page.on('request', (request) => {
        if (request.method() === 'POST') sites.push(request.headers()['sec-fetch-site']);
      });
      await runAndCancel(page, url);
      // Else it would be no such place.
      expect(await page.evaluate(() => isSecureContext)).toBe(false);
      expect(sites).toEqual([undefined, undefined, undefined]);
    },
  );

  it('page: every Copy button works there, and keeps the focus', async () => {
    const page = await browser.open(CALM);
    await page.goto(`${url}/lessons/join`);
    const id = await run(page, QUICK);
    await ended(page);
    expect(await page.evaluate(() => navigator.clipboard)).toBeUndefined();
    await page.locator('.out > summary').click();
    const program = await (await fetch(`${server.url}/lessons/join/program.ts`)).text();
    const snippet = await page.inputValue('#embed-snippet');
    expect(snippet).toContain(`<iframe src="${url}/runs/${id}/embed"`);
    for (const [button, expected, focused = button] of [
      [page.locator('button.copy'), `${url}/runs/${id}`],
      [page.locator('.out-embed button'), snippet, page.locator('#embed-snippet')],
      [page.locator('#panel-program .panel-head button'), program],
    ] as const) {
      await button.click();
      await expect.poll(() => button.textContent()).toBe('Copied');
      expect(
        await page.evaluate((one) => document.activeElement === one, await focused.elementHandle()),
      ).toBe(true);
      expect(await pasted(page)).toBe(expected);
    }
  });
});

describe('below a prefix, behind proxies', () => {
  let proxies: Proxies;
  let server: OwnServer;
  beforeAll(async () => {
    proxies = await Proxies.choose();
    server = await startServer({ env: { PUBLIC_URL: proxies.strips + PREFIX } });
    await proxies.start(server.url);
  });
  afterAll(async () => {
    await proxies?.close();
    await server?.close();
  });

  /** Opens a page that may load nothing but what is below the prefix. */
  async function open(javaScriptEnabled: boolean): Promise<{ page: Page; strays: string[] }> {
    const page = await browser.open({ ...CALM, javaScriptEnabled, ignoreHTTPSErrors: true });
    const strays: string[] = [];
    page.on('request', (request) => {
      const { pathname, protocol } = new URL(request.url());
      if (protocol !== 'data:' && !`${pathname}/`.startsWith(`${PREFIX}/`)) strays.push(request.url());
    });
    return { page, strays };
  }

  /** Each proxy with and without script; every third has each of the four once. */
  const WAYS = [
    ['strips', true],
    ['strips', false],
    ['passesOn', true],
    ['passesOn', false],
  ] as const;

  it.each(everyday(WAYS, 3))(
    'page: runs, streams and cancels behind a proxy that %s it, with script: %s',
    async (how, hasScript) => {
      const { page, strays } = await open(hasScript);
      const id = await runAndCancel(page, `${proxies[how]}${PREFIX}/lessons/join`);
      await page.goto(`${proxies[how]}${PREFIX}/runs/${id}`);
      await ended(page);
      expect(await consoleLines(page)).toEqual(linesOf(await server.events(id)));
      const [cookie, ...others] = await page.context().cookies();
      expect(others).toEqual([]);
      expect(cookie).toMatchObject({ path: PREFIX, secure: proxies[how].startsWith('https:') });
      await page.getByRole('link', { name: 'My runs' }).click();
      expect(await page.locator('.run-list > li').count()).toBe(2);
      // With script in the reader's time zone.
      expect(/UTC/.test(await page.locator('.run-list time').first().innerText())).toBe(!hasScript);
      expect(strays).toEqual([]);
    },
  );

  it('page: what leaves it has the public address; the server’s own works beside it', async () => {
    const { page, strays } = await open(true);
    const id = await runAndCancel(page, server.url);
    await page.goto(`${server.url}/runs/${id}`);
    const address = `${proxies.strips}${PREFIX}/runs/${id}`;
    expect(await page.getAttribute('meta[property="og:url"]', 'content')).toBe(address);
    const snippet = await page.inputValue('#embed-snippet');
    expect(strays).toEqual([`${server.url}/`, `${server.url}/`, `${server.url}/runs/${id}`]);
    // The snippet works in a page of another site.
    const site = http.createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html').end(`<!doctype html>${snippet}`);
    });
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}`);
    const frame = page.frameLocator('iframe');
    await frame.locator('run-view[data-state=ended] canvas').first().waitFor();
    expect(await frame.getByRole('link', { name: 'Open the full run' }).getAttribute('href')).toBe(
      `${PREFIX}/runs/${id}`,
    );
    site.closeAllConnections();
    site.close();
  });
});
