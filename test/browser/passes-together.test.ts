/** Comparing passes: the strips below the timelines, the passes job by job, the speed-ups, and the critical path. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { RunView } from '../../static/run/run-view.ts';
import { seldom } from '../everyday.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { over } from './compare-page.ts';
import { missing, readChart, type Stretch } from './drawn.ts';
import { ended } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

const MODES = ['sequential', 'threads'] as const;
const SPEC = { modes: MODES, jobs: 3, minSeconds: 0.4, maxSeconds: 0.9 };

/** The run of `SPEC`, which most tests read and none changes; the first test starts it. */
let common: Promise<string> | undefined;

/** Lets the browser remember that strips are shown, as the button does. */
function rememberStrips(page: Page): Promise<void> {
  return page.context().addCookies([{ name: 'strips', value: '1', url: server.url }]);
}

/** Runs `spec`; resolves to its id when it has ended. A page that draws a run while it runs takes a core for as long. */
async function finished(spec: Record<string, unknown>): Promise<string> {
  const id = await server.start(spec);
  await over(server, id);
  return id;
}

/** Returns the address and events of the run of `SPEC`. */
async function commonRun() {
  common ??= finished(SPEC);
  const id = await common;
  return { url: `${server.url}/runs/${id}`, events: await server.events(id) };
}

/** Opens a page with an ended run, in the view of a fragment; by default with the run of `SPEC`. */
async function openRun(url: string, fragment = ''): Promise<Page> {
  const page = await browser.open();
  await rememberStrips(page);
  await page.goto(url + fragment);
  await ended(page);
  return page;
}

/** Opens a page with the run of `SPEC`; returns its events too. */
async function endedRun() {
  const { url, events } = await commonRun();
  const page = await openRun(url);
  await page.locator('.series-plot canvas').first().waitFor();
  return { page, events };
}

/** Counts the jobs that run at a moment of a pass, from its events. */
function runningAt(events: RunEvent[], pass: number, ms: number): number {
  const own = events.filter((one) => one.pass === pass && one.atMs <= ms);
  const count = (type: RunEvent['type']) => own.filter((one) => one.type === type).length;
  return count('job-started') - count('job-ended');
}

/** Returns the middle of each stretch of a pass without starts or ends, if it is long enough to be visible. */
function quietMoments(events: RunEvent[], pass: number, leastMs: number): number[] {
  const turns = events.filter(
    (one) => one.pass === pass && (one.type === 'job-started' || one.type === 'job-ended'),
  );
  const times = [0, ...turns.map(({ atMs }) => atMs).sort((a, b) => a - b)];
  return times.flatMap((ms, i) => {
    const next = times[i + 1];
    return next !== undefined && next - ms > leastMs ? [(ms + next) / 2] : [];
  });
}

/**
 * Reads, at some times, the height of the jobs' fill in a strip and what is on top of it, as shares of the strip; and a
 * pixel's width in ms.
 */
function readStrip(
  page: Page,
  pass: number,
  times: number[],
): Promise<{ heights: { fill: number; line: number }[]; pixelMs: number }> {
  return page.evaluate(
    ({ pass, times }) => {
      const view = document.querySelector<RunView>('run-view');
      const canvas = document.querySelectorAll<HTMLCanvasElement>('.series-plot canvas')[pass];
      const scale = view?.charts[pass]?.u.scales.x;
      if (!view || !canvas || !scale) throw new Error(`There is no strip of pass ${pass}.`);
      const [minMs, maxMs] = [1000 * (scale.min ?? 0), 1000 * (scale.max ?? 0)];
      const copy = document.createElement('canvas');
      copy.width = canvas.width;
      copy.height = canvas.height;
      const probe = copy.getContext('2d', { willReadFrequently: true })!;
      probe.fillStyle = getComputedStyle(view).getPropertyValue('--track').trim();
      probe.fillRect(0, 0, 1, 1);
      const wanted = String(probe.getImageData(0, 0, 1, 1).data);
      probe.clearRect(0, 0, copy.width, copy.height);
      probe.drawImage(canvas, 0, 0);
      const heights = times.map((ms) => {
        const x = Math.round(((ms - minMs) / (maxMs - minMs)) * canvas.width);
        const { data } = probe.getImageData(x, 0, 1, canvas.height);
        let fill = 0;
        while (fill < canvas.height && String(data.slice(4 * fill, 4 * fill + 4)) !== wanted) fill++;
        // The jobs' line is above their fill, and another line may cover both.
        let line = fill;
        while (line > 0 && data[4 * (line - 1) + 3] !== 0) line--;
        return { fill: 1 - fill / canvas.height, line: 1 - line / canvas.height };
      });
      return { heights, pixelMs: (maxMs - minMs) / canvas.width };
    },
    { pass, times },
  );
}

/** Moves the pointer to a share of a plot's width, and returns the charts' time there. */
async function pointAt(page: Page, selector: string, share: number): Promise<number> {
  const box = (await page.locator(selector).boundingBox())!;
  const x = Math.round(box.x + share * box.width);
  await page.mouse.move(x, box.y + box.height / 2);
  return page.evaluate((x) => {
    const u = document.querySelector<RunView>('run-view')!.charts[0]!.u;
    return 1000 * u.posToVal(x - u.over.getBoundingClientRect().left, 'x');
  }, x);
}

const wordsOf = (page: Page) => page.locator('.series-words').allTextContents();

it('series: the strip below each timeline has the number of running jobs, also zoomed in', async () => {
  const { page, events } = await endedRun();
  const top = Math.max(
    ...MODES.flatMap((_, pass) => events.map(({ atMs }) => runningAt(events, pass, atMs))),
  );
  expect(top).toBe(3);
  const expectDrawn = async () => {
    let seen = 0;
    for (const pass of MODES.keys()) {
      const { pixelMs } = await readStrip(page, pass, []);
      const [minMs, maxMs] = await page.evaluate(() => {
        const { min, max } = document.querySelector<RunView>('run-view')!.charts[0]!.u.scales.x!;
        return [1000 * (min ?? 0), 1000 * (max ?? 0)];
      });
      const times = quietMoments(events, pass, 8 * pixelMs).filter((ms) => ms > minMs! && ms < maxMs!);
      const { heights } = await readStrip(page, pass, times);
      times.forEach((ms, i) => {
        const jobs = runningAt(events, pass, ms);
        // The scale ends slightly above the largest value.
        const expected = jobs / (top * 1.08);
        const { fill, line } = heights[i]!;
        expect(expected, `pass ${pass} at ${ms} ms`).toBeGreaterThan(fill - 0.05);
        expect(expected, `pass ${pass} at ${ms} ms`).toBeLessThan(line + 0.05);
        expect(line - fill).toBeLessThan(0.25);
      });
      seen += times.length;
    }
    return seen;
  };
  expect(await expectDrawn()).toBeGreaterThan(4);
  await page.locator('.chart').first().focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('w');
  await expect.poll(() => page.locator('.show-all').isEnabled()).toBe(true);
  expect(await expectDrawn()).toBeGreaterThan(0);
});

seldom(
  'series: shows the values at the cursor, wherever it points; otherwise the peaks of the pass',
  async () => {
    const { page, events } = await endedRun();
    const before = await wordsOf(page);
    for (const [pass, words] of before.entries()) {
      expect(words).toMatch(
        new RegExp(`^up to ${pass === 0 ? 1 : 3} running( · .+ · \\d\\.\\d of \\d+ cores?)?$`),
      );
    }
    const expectWordsAt = (words: string[], ms: number) => {
      for (const pass of MODES.keys()) {
        const wallMs = events.find((one) => one.type === 'pass-ended' && one.pass === pass)!.atMs;
        const samples = events.filter((one) => one.type === 'sample' && one.pass === pass && one.atMs <= ms);
        if (ms > wallMs) expect(words[pass]).toBe('has ended');
        else expect(words[pass]).toMatch(new RegExp(`^${runningAt(events, pass, ms)} running`));
        const last = samples.at(-1);
        if (ms > wallMs || last?.type !== 'sample') continue;
        expect(words[pass]).toContain(
          ` · ${(last.rssBytes / 2 ** 20).toFixed(last.rssBytes < 100 * 2 ** 20 ? 1 : 0)} MiB`,
        );
      }
    };
    for (const selector of ['.series-plot .u-over >> nth=1', '.chart .u-over >> nth=1']) {
      for (const share of [0.1, 0.25, 0.9]) {
        const ms = await pointAt(page, selector, share);
        await vi.waitFor(async () => expectWordsAt(await wordsOf(page), ms), 15_000);
      }
    }
    await page.mouse.move(5, 5);
    await expect.poll(() => wordsOf(page)).toEqual(before);
  },
);

/** Computes where jobs sleep in the chart job by job: after a heading, a row for each pass. */
function expectedByJob(events: RunEvent[]): Stretch[] {
  const found: Stretch[] = [];
  for (const [pass] of MODES.entries()) {
    const since = new Map<number, number>();
    for (const one of events.filter((event) => event.pass === pass)) {
      if (one.type === 'wait-started' && one.for === 'sleep' && one.job !== null)
        since.set(one.job, one.atMs);
      if (one.type !== 'wait-ended' || one.for !== 'sleep' || one.job === null) continue;
      const row = one.job * (MODES.length + 1) + 1 + pass;
      found.push({ row, startMs: since.get(one.job) ?? 0, endMs: one.atMs });
    }
  }
  return found.sort((a, b) => a.row - b.row || a.startMs - b.startMs);
}

/** Returns the parts of `stretches` between two times. */
function cutAt(stretches: Stretch[], minMs: number, maxMs: number): Stretch[] {
  return stretches.flatMap(({ row, startMs, endMs }) =>
    endMs > minMs && startMs < maxMs
      ? [{ row, startMs: Math.max(startMs, minMs), endMs: Math.min(endMs, maxMs) }]
      : [],
  );
}

/** Asserts that the chart job by job shows exactly the events up to `untilMs`, in its visible range. */
async function expectJobsDrawn(page: Page, events: RunEvent[], untilMs = Number.POSITIVE_INFINITY) {
  const [minMs, maxMs] = await page.evaluate(() => {
    const { min, max } = document.querySelector<RunView>('run-view')!.jobs!.u.scales.x!;
    return [1000 * (min ?? 0), 1000 * (max ?? 0)] as const;
  });
  const expected = cutAt(expectedByJob(events), minMs, Math.min(maxMs, untilMs));
  const { stretches, rows, pixelMs } = await readChart(page, 'jobs', 'sleep');
  expect(rows).toBe(SPEC.jobs * (MODES.length + 1));
  expect(missing(expected, stretches, pixelMs), 'not drawn').toEqual([]);
  expect(missing(stretches, expected, pixelMs), 'drawn but not told').toEqual([]);
  return { seen: expected.length, minMs };
}

it('job by job: draws each job of each pass in its own row, live, ended and zoomed in', async () => {
  const id = await server.start(SPEC);
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${id}`);
  await page.locator('.chart canvas').first().waitFor();
  await page.click('[data-turn=jobs]');
  await page.locator('.jobs canvas').waitFor();
  expect(await page.locator('figure.pass').first().isVisible()).toBe(false);
  await ended(page);
  const events = await server.events(id);
  await expect.poll(() => page.evaluate(() => location.hash)).toBe('#show=jobs');
  await vi.waitFor(() => expectJobsDrawn(page, events), 15_000);
  await page.reload();
  await page.locator('.jobs canvas').waitFor();
  await ended(page);
  expect((await expectJobsDrawn(page, events)).seen).toBe(6);
  await page.locator('.jobs .chart').focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('w');
  await expect.poll(async () => (await expectJobsDrawn(page, events)).minMs).toBeGreaterThan(0);
  const view = () => page.evaluate(() => location.hash);
  await expect.poll(view).toMatch(/^#view=.*&show=jobs$/);
  // The switch keeps the view.
  await page.click('[data-turn=jobs]');
  await page.locator('figure.pass').first().waitFor();
  expect(await page.locator('.jobs').isVisible()).toBe(false);
  await expect.poll(view).toMatch(/^#view=[\d.-]+$/);
});

seldom('replay: strips and jobs follow the moment', async () => {
  const { url, events } = await commonRun();
  // A moment at which two jobs have begun to sleep, however slowly threads start here.
  const [, second] = expectedByJob(events)
    .map(({ startMs }) => startMs)
    .sort((a, b) => a - b);
  const atMs = 10 * Math.round((second ?? 0) / 10) + 100;
  const page = await openRun(url, `#t=${atMs}&show=jobs`);
  await page.locator('.jobs canvas').waitFor();
  await expect
    .poll(() => page.locator('.replay-time').textContent())
    .toContain(`${(atMs / 1000).toFixed(2)} of `);
  expect((await expectJobsDrawn(page, events, atMs)).seen).toBeGreaterThan(1);
  await page.click('[data-turn=jobs]');
  for (const pass of MODES.keys()) {
    const running = new RegExp(`^${runningAt(events, pass, atMs)} running`);
    await expect.poll(() => page.locator('.series-words').nth(pass).textContent()).toMatch(running);
  }
});

seldom('replay: the current time has the precision of the end time, and equals it at the end', async () => {
  const { page } = await endedRun();
  const clock = page.locator('.replay-time');
  await expect.poll(() => clock.textContent()).toMatch(/^(\d+\.\d\d) of \1 s$/);
  await page.locator('.scrubber').fill('500');
  await expect.poll(() => clock.textContent()).toMatch(/^0\.50 of \d+\.\d\d s$/);
});

seldom('replay: the last number of running jobs extends to the current moment and no further', async () => {
  const { url, events } = await commonRun();
  const atMs = quietMoments(events, 1, 100).find((ms) => runningAt(events, 1, ms) > 0) ?? Number.NaN;
  const page = await openRun(url, `#t=${Math.round(atMs)}`);
  await expect
    .poll(() => page.locator('.replay-time').textContent())
    .toContain(`${(atMs / 1000).toFixed(2)} of `);
  const fills = async () => {
    const { pixelMs } = await readStrip(page, 1, []);
    const { heights } = await readStrip(page, 1, [atMs - 4 * pixelMs, atMs + 4 * pixelMs]);
    return heights.map(({ fill }) => fill > 0);
  };
  await expect.poll(fills).toEqual([true, false]);
});

seldom('job by job: clicking a bar or reaching it by arrow keys selects the bar of its lane', async () => {
  const { page, events } = await endedRun();
  await page.click('[data-turn=jobs]');
  const plot = page.locator('.jobs .u-over');
  await plot.waitFor();
  // Job 1 in threads: the last row of the second group of a heading and two rows.
  const [stretch] = expectedByJob(events).filter(({ row }) => row === 1 * 3 + 2);
  const at = await page.evaluate(
    ({ ms, row }) => {
      const { u } = document.querySelector<RunView>('run-view')!.jobs!;
      return { x: u.valToPos(ms / 1000, 'x'), y: u.valToPos(row + 0.5, 'y') };
    },
    { ms: (stretch!.startMs + stretch!.endMs) / 2, row: stretch!.row },
  );
  await plot.click({ position: at });
  const line = page.locator('.looked');
  const lane = events.find((one) => one.type === 'job-started' && one.pass === 1 && one.job === 1);
  const number = lane?.type === 'job-started' ? lane.lane : -1;
  await expect.poll(() => line.textContent()).toContain('job 1: sleeping');
  const words = await line.textContent();
  await expect
    .poll(() => page.evaluate(() => location.hash))
    .toMatch(new RegExp(`bar=1\\.${number}\\.\\d+&show=jobs$`));
  await page.click('[data-turn=jobs]');
  await page.locator('figure.pass').first().waitFor();
  expect(await line.textContent()).toBe(words);
  await page.click('[data-turn=jobs]');
  await plot.waitFor();
  await page.locator('.jobs .chart').focus();
  // Above it is the same job, one by one.
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => line.textContent()).toMatch(/^main: job 1, /);
  await page.keyboard.press('ArrowDown');
  // Which of its bars is nearest depends on when the job started.
  await expect.poll(() => line.textContent()).toMatch(/^job 1: /);
  await page.keyboard.press('j');
  await page.locator('figure.pass').first().waitFor();
});

seldom('panel: speed-ups match the passes’ times, and the critical path is described in words', async () => {
  const { page, events } = await endedRun();
  const wall = MODES.map((_, pass) => {
    const one = events.find((event) => event.type === 'pass-ended' && event.pass === pass);
    return one?.type === 'pass-ended' ? one.wallMs : 0;
  });
  const factor = wall[0]! / wall[1]!;
  await page.click('#figures > summary');
  const row = page.locator('.gains li');
  expect(await row.count()).toBe(1);
  expect(await row.locator('.gains-figures').textContent()).toBe(
    `${factor.toFixed(1)}× of 3.0×: ${Math.round((100 * factor) / 3)}%`,
  );
  expect(await row.locator('.gains-why').textContent()).toMatch(/^All 3 jobs could run at once/);
  const width = async (selector: string) => (await row.locator(selector).boundingBox())!.width;
  expect((await width('.gains-bar')) / (await width('svg'))).toBeCloseTo(factor / 3, 1);

  await page.click('[data-turn=path]');
  await expect
    .poll(() => page.locator('.looked').textContent())
    .toMatch(/^Critical path\. One by one: jobs 0, 1 and 2 sleeping .* In threads: .*job \d sleeping /);
});

seldom('page: one button shows and hides the strips, and is remembered', async () => {
  const { page } = await endedRun();
  const button = page.getByRole('button', { name: 'Memory and cores' });
  const expectShown = async (isShown: boolean) => {
    await expect.poll(() => button.getAttribute('aria-pressed')).toBe(String(isShown));
    expect(await page.locator('.series').first().isVisible()).toBe(isShown);
  };
  await expectShown(true);
  await button.click();
  await expectShown(false);
  await page.reload();
  await ended(page);
  await expectShown(false);
  await button.click();
  await expectShown(true);
  // Drawn in its whole width, though there was no room when the page loaded.
  const widths = () =>
    page
      .locator('.series-plot')
      .first()
      .evaluate((plot) => [plot.clientWidth, plot.querySelector('canvas')?.clientWidth]);
  await expect.poll(async () => new Set(await widths()).size).toBe(1);
});

seldom('page: a single pass has no comparison', async () => {
  const id = await finished({ ...SPEC, modes: ['threads'], maxSeconds: 0.4 });
  const page = await openRun(`${server.url}/runs/${id}`);
  expect(await page.locator('[data-turn=jobs], .jobs, .gains').count()).toBe(0);
  await page.locator('.chart').first().focus();
  await page.keyboard.press('j');
  expect(await page.locator('figure.pass').isVisible()).toBe(true);
});

it('page: without script the strips are drawings, and there is no chart job by job', async () => {
  const { url } = await commonRun();
  const page = await browser.open({ javaScriptEnabled: false });
  await page.goto(url);
  expect(await page.locator('.series-plot .series-jobs').count()).toBe(2);
  expect(await page.locator('.series-words').nth(1).textContent()).toMatch(/^up to 3 running/);
  expect(await page.locator('.jobs').isVisible()).toBe(false);
  expect(await page.locator('.gains-figures').textContent()).toMatch(/^\d\.\d× of 3\.0×: \d+%$/);
});

seldom(
  'page: the space for strips is reserved, and at 390 pixels nothing overflows, dark and without motion',
  async () => {
    const { url } = await commonRun();
    const page = await browser.open({
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
      reducedMotion: 'reduce',
    });
    await rememberStrips(page);
    await page.goto(server.url);
    const heights = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('figure.pass .series')].map((one) => one.clientHeight),
      );
    const empty = await heights();
    await page.goto(url);
    await page.locator('.series-plot canvas').first().waitFor();
    expect(new Set([...empty, ...(await heights())]).size).toBe(1);
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.body.offsetWidth);
    expect(await overflow()).toBe(0);
    await page.click('[data-turn=jobs]');
    await page.locator('.jobs canvas').waitFor();
    expect(await overflow()).toBe(0);
    const { stretches } = await readChart(page, 'jobs', 'sleep');
    expect(stretches.length).toBeGreaterThanOrEqual(6);
  },
);
