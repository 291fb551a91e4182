/** Many tabs of one browser over HTTP/1.1, and pages that come back: current at once, with every event once. */
import type { HttpBindings } from '@hono/node-server';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../server/app.ts';
import { finishedRuns } from '../../server/figures/family.ts';
import { listen, type Server } from '../../server/listen.ts';
import type { RunView } from '../../static/run/run-view.ts';
import { seldom } from '../everyday.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { type BlackHole, blackHole } from './black-hole.ts';
import { CALM, startBrowser, type TestBrowser } from './browser.ts';
import { readChart } from './drawn.ts';
import { consoleLines, ended, linesOf, run } from './playground-page.ts';

let app: PlaygroundApp;
let server: Server;
let browser: TestBrowser;
let hole: BlackHole;
beforeAll(async () => {
  [app, browser] = await Promise.all([playgroundApp(), startBrowser()]);
  const { serve, getConnInfo } = await listen();
  const { fetch } = createApp({ playground: app.playground, getConnInfo });
  const counting = async (request: Request, env?: unknown) => {
    const response = await fetch(request, env ?? {});
    if (response.ok) count(request, (env as HttpBindings).outgoing);
    return response;
  };
  server = await serve(counting, { HOST: '127.0.0.1', PORT: 0 });
  hole = await blackHole(server.url);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await hole?.close();
  await app?.close();
  await server?.close();
});

/** A job ends every 0.5 s, so there is always something new. */
const BUSY = { modes: ['sequential'], jobs: '100', minSeconds: '0.5', maxSeconds: '0.5' } as const;

/** The requests for streams that the server has open. */
const streams = new Set<Request>();
/** Number of requests of the page of a family for its own changes. */
let polls = 0;

/** Counts a request, and the stream that is about to be written to `outgoing`, until its connection ends. */
function count(request: Request, outgoing: HttpBindings['outgoing']): void {
  if (request.method === 'GET' && request.url.includes('/figures')) polls++;
  // The page may have gone before there was a response.
  if (!/\/events(\?|$)/.test(request.url) || outgoing.destroyed) return;
  streams.add(request);
  outgoing.once('close', () => streams.delete(request));
}

/** The number of the last event that a page knows. */
const seqOf = (page: Page) =>
  page.evaluate(() => document.querySelector<RunView>('run-view')?.timeline?.seq ?? 0);

/** Resolves when a page knows what has happened by now. */
async function current(page: Page, id: string, timeout = 6000): Promise<void> {
  const seq = (await app.playground.runs.get(id))?.log.lastSeq ?? 0;
  await expect.poll(() => seqOf(page), { timeout, interval: 50 }).toBeGreaterThanOrEqual(seq);
}

/** Hides a page, or shows it, as far as its script can see: here a browser shows all of its pages. */
function turn(page: Page, state: 'visible' | 'hidden'): Promise<void> {
  return page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, state);
}

/** Opens a page in a tab of the same browser; records whether it says that its connection is lost. */
async function open(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await page.locator('canvas').first().waitFor();
  await recordWords(page);
  return page;
}

/** Loses what is sent through the connections of a browser, also of those that it keeps for the next requests. */
async function loseConnections(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const request = { method: 'HEAD', cache: 'no-store' } as const;
    await Promise.all(Array.from({ length: 6 }, () => fetch('/healthz', request)));
  });
  hole.swallow();
}

const saidOf = (page: Page) => page.evaluate(() => document.documentElement.dataset.said);

function recordWords(page: Page): Promise<void> {
  return page.evaluate(() => {
    const line = document.querySelector<HTMLElement>('.lost');
    new MutationObserver(() => {
      if (line?.hidden === false) document.documentElement.dataset.said = line.textContent;
    }).observe(line!, { attributes: true });
  });
}

it('tabs: of many on one run some have streams, hidden ones have none, and each is current when it is shown', {
  timeout: 120_000,
}, async () => {
  const first = await browser.open(CALM);
  const context = first.context();
  await first.goto(hole.url);
  const id = await run(first, BUSY);
  await first.locator('canvas').first().waitFor();
  await recordWords(first);
  const tabs = [first];
  while (tabs.length < 4) tabs.push(await open(context, `${hole.url}/runs/${id}/embed`));
  const staying = await open(context, `${hole.url}/runs/${id}`);
  tabs.push(staying);
  // All are shown, and each is current, though one has no stream.
  await expect.poll(() => streams.size).toBe(4);
  const shown = await Promise.all(tabs.map(seqOf));
  for (const [i, tab] of tabs.entries()) {
    await expect.poll(() => seqOf(tab)).toBeGreaterThan(shown[i] ?? 0);
    await current(tab, id);
  }

  for (const tab of tabs.slice(1, -1)) await turn(tab, 'hidden');
  await expect.poll(() => streams.size).toBe(2);
  // The first one has its stream back.
  await current(first, id);
  await turn(first, 'hidden');
  await expect.poll(() => streams.size).toBe(1);

  const returns = [
    () => turn(first, 'visible'),
    () => first.evaluate(() => window.dispatchEvent(new Event('online'))),
    () =>
      first.evaluate(() => {
        document.dispatchEvent(new Event('freeze'));
        document.dispatchEvent(new Event('resume'));
      }),
    () =>
      first.evaluate(() => {
        window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
        window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      }),
  ];
  for (const comeBack of returns) {
    await loseConnections(first);
    const seq = await seqOf(first);
    await comeBack();
    // Sooner than it would notice that a connection is silent.
    await expect.poll(() => seqOf(first), { timeout: 6000, interval: 50 }).toBeGreaterThan(seq);
    await current(first, id);
  }

  // The run ends while they are hidden, but for one, which notices by itself that its connection is dead.
  await turn(first, 'hidden');
  await current(staying, id, 30_000);
  await staying.click('#cancel-button');
  await ended(staying);
  const events = await app.events(id);
  for (const tab of [first, tabs[1]!]) {
    await turn(tab, 'visible');
    await ended(tab);
  }
  await expect.poll(() => streams.size).toBe(0);
  for (const tab of [first, staying]) expect(await consoleLines(tab)).toEqual(linesOf(events));
  const drawings = await Promise.all([first, staying].map((tab) => readChart(tab, 0, 'sleep')));
  expect(drawings[0]?.stretches.length).toBeGreaterThan(5);
  expect(drawings[0]).toEqual(drawings[1]);
  for (const tab of tabs.slice(0, -1)) expect(await saidOf(tab)).toBeUndefined();
});

seldom(
  'tabs: a hidden page of a family requests nothing, and is current when it is shown, also on dead connections',
  async () => {
    browser.allow('net::');
    const spec = { ...QUICK, minSeconds: 0.5, maxSeconds: 0.5, repeat: 50 };
    const { id, url } = await (await app.program().sendJson('/api/runs', spec)).json();
    const page = await browser.open(CALM);
    await page.goto(hole.url + url);
    const happened = async () => finishedRuns((await app.playground.families.get(id))!);
    const finished = async () =>
      Number.parseInt((await page.locator('.progress-text').textContent()) ?? '', 10) || 0;
    await expect.poll(finished).toBeGreaterThan(0);
    await turn(page, 'hidden');
    const [before, from] = [polls, await finished()];
    await expect.poll(happened, { timeout: 20_000 }).toBeGreaterThan(from + 3);
    expect(polls).toBeLessThanOrEqual(before + 1);
    const runs = await happened();
    await loseConnections(page);
    await turn(page, 'visible');
    await expect.poll(finished, { timeout: 6000 }).toBeGreaterThanOrEqual(runs);
    await loseConnections(page);
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await expect.poll(finished, { timeout: 6000 }).toBeGreaterThan(runs);
    expect(await page.locator('.lost').isVisible()).toBe(false);
    await app.playground.families.cancel(id);
  },
);
