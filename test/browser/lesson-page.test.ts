/** Every lesson on the page: guessed, run, explained and marked as done, with its point drawn, live and later. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type CatalogueEntry, readCatalogue } from '../../server/lessons/catalogue.ts';
import { LESSONS } from '../../server/programs/build.ts';
import type { Status } from '../../server/protocol/facts.ts';
import { MODES } from '../../server/spec/modes.ts';
import { DEFAULTS } from '../../server/spec/spec.ts';
import { answerOf } from '../../server/words/claim.ts';
import { sentence } from '../../server/words/sentence.ts';
import { Played } from '../contract/play.ts';
import { everyday, seldom } from '../everyday.ts';
import { timelineOf } from '../timeline/made-events.ts';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import * as points from './lesson-points.ts';
import * as mistakes from './mistake-points.ts';
import { consoleLines, ended, type Filled, finished, linesOf, run, sentenceOf } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
let lessons: CatalogueEntry[];
beforeAll(async () => {
  lessons = await readCatalogue(LESSONS);
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

type Case = {
  /** The form's values, so that the run is short. */
  filled?: Filled;
  status?: Status;
  sentence: string | RegExp;
  /** Asserts that the page shows the lesson's point. */
  seen(page: Page, run: Played): Promise<void>;
};

const SHORT: Filled = { minSeconds: '0.1', maxSeconds: '0.3' };

const CASES: Record<string, Case> = {
  'one-by-one': {
    filled: { minSeconds: '0.3', maxSeconds: '0.5' },
    // Jobs this short may all start too late to take as long as the longest.
    sentence: /longest job.+; one by one took the sum: .+ s\.$|times as fast as one by one/,
    seen: points.waitsOverlap,
  },
  join: {
    filled: { minSeconds: '0.2', maxSeconds: '1.2' },
    sentence: /^Main waited \S+ m?s for job 0( and \S+ m?s for job 3; jobs 1, 2 and 4 had already ended|;)/,
    seen: points.joinsInTurn,
  },
  processes: {
    filled: SHORT,
    sentence: /^Processes needed \d\.\d times the memory of threads, .+ compared with .+, and took /,
    seen: points.processesOfTheirOwn,
  },
  'shared-memory': {
    filled: SHORT,
    sentence: 'Main’s list has 5 entries: there is one list for all.',
    seen: points.oneList,
  },
  'copied-memory': {
    filled: SHORT,
    sentence:
      'In threads main’s list has 5 entries: there is one list for all; in processes main’s list is empty: each process has its own list, with 1 entry.',
    seen: points.listsApart,
  },
  queue: {
    filled: SHORT,
    sentence: /^Main got the 5 numbers in the order they were sent: from jobs .+\.$/,
    seen: points.messages,
  },
  daemon: {
    filled: { minSeconds: '0.4', maxSeconds: '0.5' },
    sentence:
      /^The daemon, job 1, was cut off after .+ s, when job 0 ended: a program does not wait for daemons\.$/,
    seen: points.daemonTorn,
  },
  'daemon-join': {
    filled: { minSeconds: '0.1', maxSeconds: '0.2' },
    sentence: /^The daemon, job 1, finished, because main waited .+ for it\.$/,
    seen: points.daemonWhole,
  },
  'make-your-own': {
    filled: SHORT,
    sentence: /^The jobs found 7,837 primes in every mode[;.]/,
    seen: points.primes,
  },
  computing: {
    filled: { minSeconds: '0.3', maxSeconds: '0.3' },
    sentence: /\.$/,
    seen: points.speedUps,
  },
  pool: {
    filled: SHORT,
    sentence: /^Never more than four jobs ran at once, and 20 jobs took .+ s\.$/,
    seen: points.turns,
  },
  'lost-update': {
    // Each job must read before any has written, however slowly threads start here.
    filled: { minSeconds: '0.8', maxSeconds: '0.9' },
    sentence:
      'On the event loop and in threads the counter was 1 after read, work, write, because 3 of 4 updates were lost, and 4 after adding in one step; in processes main’s counter stayed 0: each process changed its own.',
    seen: points.updatesCrossed,
  },
  lock: {
    filled: { minSeconds: '0.3', maxSeconds: '0.4' },
    sentence:
      /^No update was lost, but the jobs waited .+ in total for the lock, and it all took .+, although no job worked longer than .+\.$/,
    seen: points.turnsWithTheLock,
  },
  deadlock: {
    filled: { minSeconds: '0.6', maxSeconds: '0.7' },
    status: 'failed',
    sentence:
      'Deadlock: job 2 waits for lock B, which job 3 holds; job 3 waits for lock A, which job 2 holds.',
    seen: points.circle,
  },
  'producer-consumer': {
    filled: { modes: ['threads'] },
    sentence: /^The jobs spent \d+% of their time waiting for room in the queue, which holds 3\.$/,
    seen: points.backpressure,
  },
  crash: {
    status: 'failed',
    sentence:
      /^In threads the program’s process took \d+ MiB of memory, .+: main and jobs 3 and 4 died with it; in processes only job 3 did\.$/,
    seen: points.whatDied,
  },
  semaphore: {
    filled: { modes: ['event-loop'], minSeconds: '0.3', maxSeconds: '0.4' },
    sentence: '6 jobs were inside at once after looking at a number; with 3 permits, never more than 3.',
    seen: mistakes.waitsForPermits,
  },
  'readers-writers': {
    filled: { modes: ['event-loop'], minSeconds: '0.3', maxSeconds: '0.4' },
    sentence: /^6 jobs took .+ s with a lock, and .+ when readers were let in together\.$/,
    seen: mistakes.waitsForReaders,
  },
  'wait-notify': {
    filled: { modes: ['event-loop'], minSeconds: '0.5', maxSeconds: '0.6' },
    sentence:
      /^Job 1 computed for .+ until it saw the result; job 2 waited .+ Job 3 missed the notification and waited .+, until main notified again\.$/,
    seen: mistakes.waitsForNotifications,
  },
  starvation: {
    filled: { modes: ['event-loop'] },
    sentence:
      /^Jobs 1 and 2 waited up to .+ for their first turn, while job 0 had \d+ turns; with a line, jobs 4 and 5 waited up to .+, while job 3 had (no|\d) turns?\.$/,
    seen: mistakes.waitsInLine,
  },
  'await-in-loop': {
    filled: { minSeconds: '0.3', maxSeconds: '0.3' },
    sentence: /^4 jobs took .+ awaited in a loop and .+ awaited together\.$/,
    seen: mistakes.oneAfterTheOther,
  },
  'which-lock': {
    filled: { minSeconds: '0.3', maxSeconds: '0.4' },
    sentence: / of 4 updates (was|were) lost with two locks, none with one\.$/,
    seen: mistakes.lostBehindLocks,
  },
  sometimes: {
    // One run, in which the jobs overlap however slowly threads start here.
    filled: { repeat: '', minSeconds: '1.2', maxSeconds: '1.2' },
    status: 'failed',
    sentence: /^The test failed: \d of 3 updates (was|were) lost, /,
    seen: mistakes.crossed,
  },
  'event-loop-blocked': {
    filled: { minSeconds: '1', maxSeconds: '1' },
    sentence:
      /^On the event loop timers fired up to .+ late because job 0 was computing(; in threads they fired on time)?\.$/,
    seen: points.timersHeldUp,
  },
  gil: {
    filled: { minSeconds: '0.3', maxSeconds: '0.3' },
    sentence: /^In (threads|processes) .+ one by one/,
    seen: points.allUnderWay,
  },
  'asyncio-blocked': {
    filled: { minSeconds: '0.3', maxSeconds: '0.3' },
    sentence:
      /^On the event loop 6 jobs took .+, and jobs 1, 3 and 5 held the thread for .+ of it; in threads they took .+ s\.$/,
    seen: points.threadHeld,
  },
};

it('page: this file runs every lesson of the strip', async () => {
  const page = await browser.open(CALM);
  await page.goto(server.url);
  const slugs = await page
    .locator('.lessons li')
    .evaluateAll((all: HTMLElement[]) => all.map(({ dataset }) => dataset.lesson));
  expect(slugs.toSorted(), 'CASES in this file: what the page shows of each lesson').toEqual(
    Object.keys(CASES).toSorted(),
  );
});

/** Half of the lessons are checked as drawn live, the others when opened again: both derive all of it from the events. */
const WHEN = Object.entries(CASES).map(([slug, one], at) => ({
  slug,
  one,
  when: at % 16 < 8 ? 'live' : 'opened again',
}));

it.each(everyday(WHEN, 40))(
  'page: $slug, $when: guess, run, explanation and drawing',
  async ({ slug, one, when }) => {
    const page = await browser.open(CALM);
    await page.goto(`${server.url}/lessons/${slug}`);
    const lesson = lessons.find((entry) => entry.slug === slug);
    const mark = page.locator(`.lessons li[data-lesson=${slug}] .done`);
    const openStates = () =>
      page.locator('#told details').evaluateAll((all: HTMLDetailsElement[]) => all.map(({ open }) => open));
    const guess = page.locator('input[name=guess]').first();
    const words = await guess.inputValue();
    await guess.check();
    expect(await mark.isVisible()).toBe(false);
    expect(await openStates()).toEqual([false, false, false]);

    const id = await run(page, one.filled);
    // A page that draws a run while it runs takes a core for as long.
    if (when === 'opened again') await page.goto('about:blank');
    await (await fetch(`${server.url}/runs/${id}/events`)).text();
    const events = await server.events(id);
    const last = events.at(-1);
    expect(last).toMatchObject({ type: 'run-ended', status: one.status ?? 'completed' });
    if (when === 'opened again') await page.goto(`${server.url}/runs/${id}`);
    await ended(page);
    await expect.poll(openStates).toEqual([true, true, true]);
    await expect.poll(() => page.locator('.judged .is-yours').innerText()).toContain(words);
    const answer = answerOf(timelineOf(events), lesson?.claim ?? null);
    expect(await page.locator('.judged .judged-why').innerText()).toBe(`Why: ${answer?.why}`);
    const right = answer?.right.map((i) => `✓ ${lesson?.prediction.choices[i]} right`);
    const marked = await page.locator('.judged .is-right').allInnerTexts();
    expect(marked.map((text) => text.replace(/\s+/g, ' ').replace(', your guess', ''))).toEqual(right);
    expect(await page.locator('.guess input:enabled').count()).toBe(0);
    expect(await page.locator('.guess').innerText()).toContain('Already run. Guess again');
    expect(await mark.isVisible()).toBe(true);
    expect(await page.locator('.lessons .done:visible').count()).toBe(1);
    expect(await sentenceOf(page)).toBe(sentence(timelineOf(events), lesson?.claim));
    expect(await sentenceOf(page)).toMatch(one.sentence);
    expect(await consoleLines(page)).toEqual(linesOf(events));
    await expect.poll(() => page.locator('figure.pass .chart canvas').count()).toBeGreaterThan(0);
    const chosen = MODES.filter((mode) => events.some((e) => e.type === 'pass-started' && e.mode === mode));
    const spec = { ...DEFAULTS, lesson: slug, modes: chosen, workers: null, seed: 0 };
    await one.seen(page, new Played(spec, events));
  },
);

it('page: without script a lesson can be read, guessed at and run', async () => {
  const page = await browser.open({ javaScriptEnabled: false });
  await page.goto(`${server.url}/lessons/lost-update`);
  await page.locator('#guess-0').check();
  await run(page, { modes: ['threads'], minSeconds: '0.8', maxSeconds: '0.9' });
  await ended(page);
  expect(await sentenceOf(page)).toBe(
    'The counter was 1 after read, work, write, because 3 of 4 updates were lost, and 4 after adding in one step.',
  );
  expect(await page.locator('figure .lost-cross').count()).toBe(3);
  expect(await page.locator('#told details[open]').count()).toBe(3);
  const judged = page.locator('.judged');
  expect(await judged.getByRole('heading').innerText()).toBe('Your guess was wrong');
  expect(await judged.locator('.is-yours').innerText()).toMatch(/As many as there are threads\s+your guess/);
  expect(await judged.locator('.is-right').innerText()).toMatch(/1\s+right/);
  expect(await judged.locator('.own-words').isVisible()).toBe(false);
});

seldom(
  'page: a guess can be changed until Run and after Cancel; it is judged, and kept with one’s own words',
  async () => {
    const page = await browser.open(CALM);
    await page.goto(`${server.url}/lessons/join`);
    const guesses = page.locator('input[name=guess]');
    const isFixed = () => guesses.first().isDisabled();
    const judged = page.locator('.judged');
    await guesses.nth(1).check();
    await run(page, { jobs: '1', minSeconds: '60', maxSeconds: '60' });
    await expect.poll(isFixed).toBe(true);
    // The answer to Cancel may come when the run has ended, before that is drawn.
    await page.evaluate(() =>
      document.addEventListener('run-end', () => document.dispatchEvent(new Event('htmx:after:swap')), {
        once: true,
      }),
    );
    await page.getByRole('button', { name: 'Cancel' }).click();
    await ended(page);
    await expect.poll(isFixed).toBe(false);
    expect(await judged.isVisible()).toBe(false);
    expect(await page.locator('#told details[open]').count()).toBe(0);

    await guesses.nth(2).check();
    const id = await run(page, { jobs: '2', minSeconds: '0.1', maxSeconds: '0.2' });
    await ended(page);
    await expect.poll(() => judged.isVisible()).toBe(true);
    const yours = judged.locator('.is-yours');
    expect(await yours.innerText()).toMatch(/It fails: that job is gone\s+your guess/);
    expect(await judged.getByRole('heading').innerText()).toMatch(
      /Your guess was wrong|No answer (fits|from) this run/,
    );
    const words = judged.getByLabel('Explain it in your own words');
    await words.fill('A join only waits.');
    await page.reload();
    await ended(page);
    await expect.poll(() => yours.innerText()).toContain('It fails: that job is gone');
    expect(await words.inputValue()).toBe('A join only waits.');

    await page.getByRole('link', { name: 'Guess again' }).click();
    await page.waitForURL(/\/lessons\/join$/);
    expect(await guesses.nth(2).isChecked()).toBe(true);
    await guesses.nth(0).check();
    await page.reload();
    expect(await guesses.nth(0).isChecked()).toBe(true);
    // A later guess does not change the earlier run's.
    await page.goto(`${server.url}/runs/${id}`);
    await ended(page);
    await expect.poll(() => yours.innerText()).toContain('It fails: that job is gone');
  },
);

seldom('page: the terms of the sentence are linked beside it, live, later and without script', async () => {
  const page = await browser.open(CALM);
  await page.goto(`${server.url}/lessons/deadlock`);
  const terms = page.locator('.sentence-terms a');
  expect(await terms.count()).toBe(0);
  await run(page, CASES.deadlock?.filled);
  await ended(page);
  await expect.poll(() => terms.allInnerTexts()).toEqual(['deadlock', 'lock']);
  expect(await page.locator('.sentence a').count()).toBe(0);
  const still = await browser.open({ javaScriptEnabled: false });
  await still.goto(page.url());
  expect(await still.locator('.sentence-terms a').allInnerTexts()).toEqual(['deadlock', 'lock']);
  await page.reload();
  await ended(page);
  await terms.first().click();
  await page.waitForURL(/\/terms#deadlock$/);
  expect(await page.locator(':target').innerText()).toMatch(/^Deadlock\n+A circle of waiting/);
});

it('page: all terms of a sentence that has many can be read, wide and narrow', async () => {
  const id = await finished(server, 'lost-update');
  const page = await browser.open({ ...CALM, javaScriptEnabled: false });
  await page.goto(`${server.url}/runs/${id}`);
  const terms = page.locator('.sentence-terms a');
  expect(await terms.count()).toBeGreaterThan(4);
  for (const width of [1280, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    const right = await page.locator('.sentence-terms').evaluate((all) => all.getBoundingClientRect().right);
    const rights = await terms.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));
    expect(Math.max(...rights), `${width} px`).toBeLessThanOrEqual(Math.min(right, width));
  }
});
