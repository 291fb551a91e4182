/** A run on the page: live, at its permalink, cancelled, and in the browser's history. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import claim from '../../server/lessons/one-by-one/claim.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { MODES } from '../../server/spec/modes.ts';
import { sentence } from '../../server/words/sentence.ts';
import { duration } from '../../server/words/units.ts';
import type { RunView } from '../../static/run/run-view.ts';
import { alive } from '../contract/processes.ts';
import { seldom } from '../everyday.ts';
import { timelineOf } from '../timeline/made-events.ts';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { readChart } from './drawn.ts';
import {
  consoleLines,
  ended,
  expectDrawn,
  idOf,
  LONG,
  linesOf,
  QUICK,
  run,
  sentenceOf,
  state,
  statusOf,
} from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

/** Returns the total length of the bars of waiting jobs in the chart of the pass under way, in ms. */
async function drawnMs(page: Page): Promise<number> {
  const passes = await page.evaluate(
    () => document.querySelector<RunView>('run-view')?.timeline.passes.length ?? 0,
  );
  const { stretches } = await readChart(page, Math.max(0, passes - 1), 'sleep');
  return stretches.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

/** Returns the number of events on the page, but for the samples of memory, which come all the time. */
function seqOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { seq = 0, passes = [] } = document.querySelector<RunView>('run-view')?.timeline ?? {};
    return seq - passes.reduce((sum, { samples }) => sum + samples.length, 0);
  });
}

/** Resolves when the events of a run satisfy `is`. */
async function until(id: string, is: (events: RunEvent[]) => boolean): Promise<RunEvent[]> {
  await expect.poll(async () => is(await server.events(id)), { timeout: 20_000 }).toBe(true);
  return server.events(id);
}

it('page: Run fills the timelines before the run has ended, without a page load', async () => {
  const page = await browser.open();
  await page.goto(server.url);
  await page.evaluate(() => document.documentElement.setAttribute('data-same', ''));
  const id = await run(page, { jobs: '3', minSeconds: '1.5', maxSeconds: '1.6' });

  // During the run there are bars, which grow also between two events.
  const look = async () => ({ seq: await seqOf(page), ms: await drawnMs(page), seqAfter: await seqOf(page) });
  await expect.poll(() => drawnMs(page), { interval: 20, timeout: 10_000 }).toBeGreaterThan(0);
  const grows = async () => {
    const [one, two, three] = [await look(), await look(), await look()];
    return one.seq === three.seqAfter && one.ms < two.ms && two.ms < three.ms;
  };
  await expect.poll(grows, { interval: 20, timeout: 10_000 }).toBe(true);
  expect(await state(page)).toBe('running');
  expect(await page.locator('progress').isVisible()).toBe(true);
  expect(await page.getByRole('button', { name: 'Cancel' }).isVisible()).toBe(true);
  expect(await page.locator('progress').evaluate((bar: HTMLProgressElement) => bar.position)).toBeLessThan(1);

  await ended(page);
  const events = await server.events(id);
  expect(statusOf(events)).toBe('completed');
  expect(await page.locator('html[data-same]').count()).toBe(1);
  await expectDrawn(page, events);
  expect(await page.locator('progress').evaluate((bar: HTMLProgressElement) => bar.position)).toBe(1);
  expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
  expect(await sentenceOf(page)).toBe(sentence(timelineOf(events), claim));
  expect(await page.title()).toContain(await sentenceOf(page));
});

/** Asserts that the table has the figures of each pass of an ended run. */
async function expectFigures(page: Page, events: RunEvent[]): Promise<void> {
  const header = await page.locator('thead th').allTextContents();
  for (const [pass, mode] of MODES.entries()) {
    const cells = await page.locator(`tbody tr[data-pass="${pass}"] td`).allTextContents();
    const cell = Object.fromEntries(header.map((name, i) => [name, cells[i]]));
    const wallMs = (one: number) =>
      events.find((event) => event.type === 'pass-ended' && event.pass === one)!;
    const own = wallMs(pass);
    const first = wallMs(0);
    if (own.type !== 'pass-ended' || first.type !== 'pass-ended') throw new Error('No such event.');
    expect(cell['Wall time']).toBe(duration(own.wallMs));
    expect(cell['Speed-up']).toBe(
      mode === 'sequential' ? '–' : `${(first.wallMs / own.wallMs).toFixed(1)}× vs one by one`,
    );
    expect(cell['Start-up per lane']).toBe(duration(startupMs(events, pass)));
    expect(cell.Jobs).toBe('4 done');
  }
}

/** Returns the average time that the lanes of a pass took to be ready. */
function startupMs(events: RunEvent[], pass: number): number {
  const all = events.filter((event) => event.pass === pass);
  const each = all.flatMap((event) => {
    if (event.type !== 'lane-started') return [];
    const ready = all.find((one) => one.type === 'lane-ready' && one.lane === event.lane);
    return [(event.bootMs ?? 0) + (ready?.atMs ?? Number.NaN) - event.atMs];
  });
  return each.reduce((sum, ms) => sum + ms, 0) / each.length;
}

it('page: the console has the jobs’ lines, each in the colour of its lane', async () => {
  const page = await browser.open(CALM);
  await page.goto(server.url);
  const id = await run(page, { modes: ['sequential', 'threads'], minSeconds: '0.05', maxSeconds: '0.1' });
  await ended(page);
  const events = await server.events(id);
  const lines = await page.locator('.console li[data-seq]').evaluateAll((items) =>
    items.map((item) => ({
      seq: Number((item as HTMLElement).dataset.seq),
      lane: item.querySelector('.lane')?.textContent,
      text: item.querySelector('.text')?.textContent,
      colour: getComputedStyle(item).color,
      laneColours: ['main', 1, 2, 3, 4, 5].map((name) => {
        const probe = document.body.appendChild(document.createElement('i'));
        probe.className = `lane-${name}`;
        const { color } = getComputedStyle(probe);
        probe.remove();
        return color;
      }),
    })),
  );
  const logged = events.filter((event) => event.type === 'log');
  expect(logged).toHaveLength(10);
  expect(lines.map(({ seq }) => seq)).toEqual(logged.map(({ seq }) => seq));
  for (const [i, { lane, job, text, atMs }] of logged.entries()) {
    expect(text).toMatch(/^Job \d done after 0\.[01]\d* seconds$/);
    expect(lines[i]?.text).toBe(`${text}, at ${(atMs / 1000).toFixed(1)}\u00a0s`);
    expect(lines[i]?.lane).toBe(`job ${job}`);
    expect(lines[i]?.colour).toBe(lines[i]?.laneColours[lane]);
  }
  expect(new Set(lines[0]?.laneColours).size).toBe(6);
});

it('page: every bar and figure of every mode matches the events, waiting and computing', async () => {
  const spec = { jobs: 4, work: 'mixed', minSeconds: 0.1, maxSeconds: 0.3, seed: 7 };
  const id = await server.start(spec);
  const page = await browser.open(CALM);
  await page.goto(`${server.url}/runs/${id}`);
  await ended(page);
  const events = await server.events(id);
  const endedJobs = MODES.map(
    (_, pass) => events.filter((e) => e.type === 'job-ended' && e.pass === pass).length,
  );
  expect(endedJobs).toEqual([4, 4, 4, 4]);
  await expectDrawn(page, events);
  await expectFigures(page, events);
});

seldom(
  'page: a second page on the permalink shows the same events, live, after the end, and after Back',
  async () => {
    const first = await browser.open(CALM);
    const second = await browser.open(CALM);
    const firstEvents = await browser.recordEvents(first);
    const secondEvents = await browser.recordEvents(second);
    await first.goto(server.url);
    const id = await run(first, { modes: ['sequential', 'processes'], minSeconds: '0.8', maxSeconds: '0.9' });
    await second.goto(first.url());
    await expect.poll(() => drawnMs(second), { interval: 20, timeout: 10_000 }).toBeGreaterThan(0);
    expect(await state(second)).toBe('running');
    // Another person’s run has no Cancel.
    expect(await second.getByRole('button', { name: 'Cancel' }).count()).toBe(0);

    await Promise.all([ended(first), ended(second)]);
    const events = await server.events(id);
    expect(firstEvents()).toEqual(events);
    expect(secondEvents()).toEqual(events);
    const shown = () =>
      Promise.all([sentenceOf(second), second.locator('.run-table').innerText(), consoleLines(second)]);
    const atEnd = await shown();
    expect(atEnd[2]).toEqual(linesOf(events));
    await expectDrawn(second, events);

    await second.goto(server.url);
    await second.goBack();
    await ended(second);
    await expect.poll(() => second.locator('.chart canvas').count()).toBe(2);
    expect(idOf(second)).toBe(id);
    expect(await shown()).toEqual(atEnd);
    await expectDrawn(second, events);
  },
);

it('page: Cancel ends a run as cancelled, and leaves no process running', async () => {
  const page = await browser.open(CALM);
  await page.goto(server.url);
  const id = await run(page, { ...LONG, modes: ['processes'] });
  const events = await until(id, (all) => all.filter((event) => event.type === 'job-started').length === 2);
  const pids = events.flatMap((event) => (event.type === 'lane-started' ? [event.pid] : []));
  expect(alive(pids)).toHaveLength(3);

  await page.getByRole('button', { name: 'Cancel' }).click();
  await ended(page);
  expect(await sentenceOf(page)).toBe('Cancelled while running in processes: no jobs were done.');
  expect(await page.locator('.progress-text').textContent()).toBe('cancelled, 0 of 2 jobs');
  expect(await page.locator('.problems').textContent()).not.toContain('signal');
  expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
  expect(statusOf(await server.events(id))).toBe('cancelled');
  await expect.poll(() => alive(pids)).toEqual([]);
});

seldom(
  'page: Back leads from a run to the previous run and to the form, Forward to the runs again',
  async () => {
    const page = await browser.open(CALM);
    await page.goto(server.url);
    const one = await run(page, QUICK);
    await ended(page);
    const other = await run(page, { ...QUICK, jobs: '2' });
    await ended(page);

    const at = async (id: string, jobs: number) => {
      await page.locator(`run-view[data-id="${id}"][data-state=ended]`).waitFor();
      expect(idOf(page)).toBe(id);
      await expect.poll(() => consoleLines(page)).toHaveLength(jobs);
      expect(await page.inputValue('#jobs')).toBe(String(jobs));
    };
    await page.goBack();
    await at(one, 1);
    await page.goBack();
    await page.locator('#run.empty').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    expect(await page.locator('#run-form').isVisible()).toBe(true);
    await page.goForward();
    await at(one, 1);
    await page.goForward();
    await at(other, 2);
  },
);
