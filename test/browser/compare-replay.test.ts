/** Two compared runs, replayed on one clock, in the browser: drawings and text. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { replayOrder } from '../../server/timeline/replay.ts';
import { seconds } from '../../server/words/units.ts';
import { type OwnServer, startBrowser, startServer, type TestBrowser } from './browser.ts';
import {
  expectDrawnUntil,
  openPair,
  type PairEvents,
  PLACES,
  scrub,
  startPair,
  view,
} from './compare-page.ts';
import { missing, readChart } from './drawn.ts';

let server: OwnServer;
let browser: TestBrowser;
let a: string;
let b: string;
let events: PairEvents;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  ({ a, b } = await startPair(server));
  events = { a: await server.events(a), b: await server.events(b) };
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** Opens a page with both runs, ready for replay. */
async function openBoth(fragment = '', options = {}): Promise<Page> {
  const page = await browser.open(options);
  await openPair(page, server, a, b, fragment);
  await page.locator('.replay').waitFor();
  return page;
}

const replayMs = async (page: Page) => Number(await page.locator('.scrubber').inputValue());
const playName = (page: Page) => page.locator('.play').getAttribute('aria-label');

/** Returns all the text and drawings of the page. */
async function shown(page: Page): Promise<unknown> {
  return {
    said: await page.locator('section.compare').innerText(),
    drawn: await Promise.all(PLACES.map((_, i) => readChart(page, i, 'sleep'))),
  };
}

/** Counts the jobs of a run, or of one of its passes, that had ended by then. */
function endedJobs(events: RunEvent[], untilMs: number, pass: number | null = null): number {
  return events.filter(
    (event) => event.type === 'job-ended' && event.atMs <= untilMs && (pass === null || event.pass === pass),
  ).length;
}

it('replay of two runs: shows both at one moment of their passes, and at the end as before', async () => {
  const page = await openBoth();
  const before = await shown(page);
  const timesOf = () => page.locator('.pass-time').allTextContents();
  const wholeTimes = await timesOf();
  const endMs = PLACES.map(
    ([run, pass]) =>
      events[run].find((event) => event.type === 'pass-ended' && event.pass === pass)?.atMs ?? Number.NaN,
  );
  const [oneByOneA = 0, oneByOneB = 0, , threadsA = 0, threadsB = 0] = endMs;
  // The threads of A have ended by then, those of B have not.
  const middleMs = Math.round((threadsA + Math.min(threadsB, oneByOneA, oneByOneB)) / 2);
  await scrub(page, middleMs);
  await expect.poll(() => page.locator('h1').textContent()).toMatch(/^Replay: /);
  await expectDrawnUntil(page, middleMs, events);

  const sentences = await page.locator('.run-told').allTextContents();
  expect(sentences).toEqual([
    `${endedJobs(events.a, middleMs)} of 12 jobs`,
    `${endedJobs(events.b, middleMs)} of 8 jobs`,
  ]);
  const done = (mode: string) => page.locator(`[data-mode=${mode}] [data-figure=done] td`).allTextContents();
  expect((await done('sequential')).slice(0, 2)).toEqual([
    `${endedJobs(events.a, middleMs, 0)} of 4`,
    `${endedJobs(events.b, middleMs, 0)} of 4`,
  ]);
  expect((await done('threads')).slice(0, 2)).toEqual(['4 of 4', `${endedJobs(events.b, middleMs, 1)} of 4`]);
  expect(await page.locator('tr.mode small').allTextContents()).toEqual([
    'A is still running; B is still running',
    'B is still running',
  ]);
  expect(await timesOf()).toEqual(
    wholeTimes.map((time, i) => ((endMs[i] ?? 0) <= middleMs ? time : seconds(middleMs))),
  );

  await scrub(page, 0);
  await expect
    .poll(() => page.locator('.run-told').allTextContents())
    .toEqual(['0 of 12 jobs', '0 of 8 jobs']);
  await expectDrawnUntil(page, 0, events);
  await scrub(page, 1e6);
  await expect.poll(() => shown(page)).toEqual(before);
});

it('replay of two runs: plays both on one clock, pauses, and ends with the initial page', async () => {
  const page = await openBoth();
  const before = await shown(page);
  const drawnMs = async () => {
    const sums = [];
    for (const i of [0, 1]) {
      const { stretches } = await readChart(page, i, 'sleep');
      sums.push(stretches.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0));
    }
    return sums;
  };
  const whole = await drawnMs();
  await page.selectOption('.speed select', '0.25');
  await page.locator('.chart').first().focus();
  await page.keyboard.press(' ');
  await expect.poll(() => playName(page)).toBe('Pause');
  // The drawing follows a frame after the key press.
  const isPartial = (sums: number[]) => sums.every((ms, i) => ms > 50 && ms < (whole[i] ?? 0));
  await expect.poll(async () => isPartial(await drawnMs())).toBe(true);
  const early = await drawnMs();
  await expect.poll(async () => (await drawnMs()).every((ms, i) => ms > (early[i] ?? 0))).toBe(true);
  await page.click('.play');
  await expect.poll(() => playName(page)).toBe('Play');
  const atMs = await replayMs(page);
  expect(atMs).toBeGreaterThan(0);
  await expectDrawnUntil(page, atMs, events);
  await page.selectOption('.speed select', '10');
  await page.click('.play');
  await expect.poll(() => playName(page)).toBe('Play');
  await page.selectOption('.speed select', '1');
  await expect.poll(() => shown(page)).toEqual(before);
});

it('replay of two runs: a step moves to the next or previous event of either run', async () => {
  const page = await openBoth();
  const timesOf = (log: RunEvent[]) =>
    replayOrder(log)
      .map(({ atMs }) => atMs)
      .filter(Number.isFinite);
  const [ofA, ofB] = [timesOf(events.a), timesOf(events.b)];
  const all = [...new Set([...ofA, ...ofB])].filter((ms) => ms > 0).sort((one, other) => one - other);
  await scrub(page, 0);
  const visited: number[] = [];
  await page.locator('.chart').last().focus();
  for (const next of all.slice(0, 30)) {
    await page.keyboard.press('.');
    await expect.poll(() => replayMs(page)).toBe(next);
    visited.push(next);
  }
  // Each run has events that the other does not have.
  expect(visited.some((ms) => !ofA.includes(ms))).toBe(true);
  expect(visited.some((ms) => !ofB.includes(ms))).toBe(true);
  for (const before of visited.slice(0, -1).reverse().slice(0, 10)) {
    await page.click('.event-back');
    await expect.poll(() => replayMs(page)).toBe(before);
  }
  // From the end, the last event of either run before it.
  await scrub(page, 1e6);
  await page.locator('.chart').first().focus();
  await page.keyboard.press(',');
  await expect.poll(() => replayMs(page)).toBe(all.at(-2));
});

it('replay of two runs: its link shows the range, selection, time and speed that its sender saw', async () => {
  const page = await openBoth();
  await page.locator('.chart').nth(1).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('w');
  await page.selectOption('.speed select', '0.5');
  await scrub(page, 700);
  await page.waitForURL(({ hash }) => /view=.*bar=1\..*t=700.*speed=0\.5/.test(hash));
  const other = await openBoth(new URL(page.url()).hash);
  await expect.poll(() => replayMs(other)).toBe(700);
  // The address has microsecond resolution.
  const { min, max } = await view(page);
  await expect.poll(async () => (await view(other)).min).toBeCloseTo(min, 5);
  expect((await view(other)).max).toBeCloseTo(max, 5);
  for (const part of ['#compare-told', '.looked']) {
    const [there, here] = await Promise.all([other, page].map((one) => one.locator(part).innerText()));
    expect(there).toBe(here);
  }
  for (const i of PLACES.keys()) {
    const [there, here] = await Promise.all([other, page].map((one) => readChart(one, i, 'sleep')));
    expect(there?.stretches.length).toBe(here?.stretches.length);
    expect(missing(there?.stretches ?? [], here?.stretches ?? [], here?.pixelMs ?? 0)).toEqual([]);
  }
  expect(await other.locator('.looked').textContent()).toMatch(/^main: /);
  expect(await other.locator('.speed select').inputValue()).toBe('0.5');
});

it('replay of two runs: at 390 pixels shorter text does not move the charts', async () => {
  const page = await openBoth('', { viewport: { width: 390, height: 844 } });
  const layout = () =>
    page.evaluate(() => {
      const top = (selector: string) =>
        (document.querySelector(selector)?.getBoundingClientRect().top ?? Number.NaN) + scrollY;
      const overflow = document.documentElement.scrollWidth - document.body.offsetWidth;
      return [top('.compare-table'), top('compare-view'), top('.replay'), overflow];
    });
  const before = await layout();
  expect(before.at(-1)).toBe(0);
  for (const share of [0, 0.3, 0.7, 1]) {
    await scrub(page, share * Number(await page.locator('.scrubber').getAttribute('max')));
    if (share < 1) await expect.poll(() => page.locator('h1').textContent()).toMatch(/^Replay: /);
    expect(await layout()).toEqual(before);
  }
});

it('replay of two runs: a pass without an end event stops at its last event', async () => {
  const id = await server.start({
    modes: ['sequential', 'threads'],
    jobs: 3,
    minSeconds: 0.7,
    maxSeconds: 0.7,
  });
  const hasThreads = async () =>
    (await server.events(id)).some(({ type, pass }) => type === 'job-started' && pass === 1);
  await expect.poll(hasThreads, { timeout: 20_000 }).toBe(true);
  await server.kill();
  await server.restart();
  const page = await browser.open();
  await openPair(page, server, id, a);
  const timesOf = () => page.locator('.pass-time').allTextContents();
  const whole = await timesOf();
  const log = await server.events(id);
  const latestMs = (pass: number) =>
    Math.max(...log.filter((one) => one.pass === pass).map(({ atMs }) => atMs));
  // One by one is still running then.
  const laterMs = Math.round((latestMs(0) + latestMs(1)) / 2);
  await scrub(page, laterMs);
  await expect.poll(async () => (await timesOf())[0]).toBe(seconds(laterMs));
  // One by one in both runs, on the event loop in one.
  expect((await timesOf())[3]).toBe(whole[3]);
  expect(whole[3]).toBe(seconds(latestMs(1)));
});

it('replay of two runs: a pass that never began is not announced as upcoming', async () => {
  const seconds = { minSeconds: 30, maxSeconds: 30 };
  const id = await server.start({ modes: ['sequential', 'threads'], jobs: 4, ...seconds });
  const hasBegun = async () => (await server.events(id)).some(({ type }) => type === 'job-started');
  await expect.poll(hasBegun, { timeout: 20_000 }).toBe(true);
  await fetch(`${server.url}/runs/${id}/cancel`, { method: 'POST', headers: { Origin: server.url } });
  await expect
    .poll(async () => (await server.events(id)).some(({ type }) => type === 'run-ended'), { timeout: 20_000 })
    .toBe(true);
  const page = await browser.open();
  await openPair(page, server, a, id);
  await page.locator('.replay').waitFor();
  const notes = () => page.locator('[data-mode=threads] tr.mode small').textContent();
  expect(await notes()).toBe('B never began');
  await scrub(page, 1);
  await expect.poll(() => page.locator('h1').textContent()).toMatch(/^Replay: /);
  expect(await notes()).toBe('A is still running; B never began');
});
