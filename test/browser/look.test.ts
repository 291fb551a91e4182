/** The page's appearance: on narrow screens, in light and dark, and without layout shifts. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { everyday, seldom } from '../everyday.ts';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { readChart } from './drawn.ts';
import { ended, fill, finished, QUICK, run } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };

/**
 * Returns by how many pixels something on the page is wider than its body, which is as wide as the window or its
 * scrollbar allows.
 */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.body.offsetWidth);
}

async function expectRunInReach(page: Page): Promise<void> {
  const box = (await page.locator('#run-button').boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(NARROW.width);
  expect(box.y).toBeGreaterThanOrEqual(0);
  expect(box.y + box.height).toBeLessThanOrEqual(NARROW.height);
  expect(box.height).toBeGreaterThanOrEqual(44);
}

it('page: at 390 pixels nothing overflows, and Run is in reach, before, during and after a run', async () => {
  browser.allow('422');
  const page = await browser.open({ viewport: NARROW });
  await page.goto(server.url);
  const expectFits = async () => {
    expect(await overflow(page)).toBe(0);
    await expectRunInReach(page);
  };
  await expectFits();
  await fill(page, { jobs: '0', minSeconds: 'x'.repeat(80), maxSeconds: '-1' });
  await page.click('#run-button');
  await page.locator('#jobs-error').waitFor();
  await expectFits();
  // The invalid field is visible: neither above the window nor behind the bar with Run.
  const bar = (await page.locator('.press').boundingBox())!;
  const topOf = async (selector: string) => (await page.locator(selector).boundingBox())!.y;
  await expect.poll(() => topOf('#jobs')).toBeGreaterThanOrEqual(0);
  await expect.poll(async () => bar.y - (await topOf('#jobs'))).toBeGreaterThan(50);
  await run(page, { modes: ['sequential', 'threads'], jobs: '5', minSeconds: '0.05', maxSeconds: '0.1' });
  await page.locator('canvas').first().waitFor();
  await expectFits();
  await ended(page);
  await expectFits();
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await expectFits();
  await page.goto(`${server.url}/runs`);
  expect(await overflow(page)).toBe(0);
});

it('page: light and dark have different backgrounds and bars, also when the scheme changes on an open page', async () => {
  const id = await server.start({ modes: ['sequential'], jobs: 1, minSeconds: 0.2, maxSeconds: 0.2 });
  const page = await browser.open({ colorScheme: 'light' });
  await page.goto(`${server.url}/runs/${id}`);
  await ended(page);
  const look = async () => ({
    paper: await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
    bars: (await readChart(page, 0, 'sleep')).stretches.length,
    colour: await page.evaluate(() => getComputedStyle(document.body).getPropertyValue('--sleep')),
  });
  await expect.poll(async () => (await look()).bars).toBeGreaterThan(0);
  const light = await look();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(async () => (await look()).paper).not.toBe(light.paper);
  // The canvas is repainted in the style sheet's new colour.
  await expect.poll(async () => (await look()).bars).toBe(light.bars);
  expect((await look()).colour).not.toBe(light.colour);
});

/** Returns the positions of what a reader looks at, by selector; without absent elements. */
function places(page: Page): Promise<[string, number[]][]> {
  const selectors = ['#run-button', '#jobs', '.sentence', '.run-bar', '.pass', '.chart > *'];
  return page.evaluate(
    (all) =>
      all.flatMap((selector): [string, number[]][] => {
        const seen = [...document.querySelectorAll(selector)].filter(
          (one) => one.getClientRects().length > 0,
        );
        // Run's position is relative to the window, the others' to the page.
        const top = (one: Element) => one.getBoundingClientRect().top + (one.closest('.press') ? 0 : scrollY);
        const tops = seen.map((one) => Math.round(top(one)));
        return tops.length > 0 ? [[selector, tops]] : [];
      }),
    selectors,
  );
}

/** Reports whether an element in the window moves there when the judged guess comes. */
function movesFor(page: Page, selector: string): Promise<boolean> {
  return page.evaluate(async (selector) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const [element, judged] = [document.querySelector(selector), document.querySelector('.judged')];
    if (!element || !(judged instanceof HTMLElement)) throw new Error('There is no such element.');
    judged.hidden = true;
    element.scrollIntoView({ block: 'center' });
    await frame();
    const before = element.getBoundingClientRect().top;
    judged.hidden = false;
    await frame();
    return Math.abs(element.getBoundingClientRect().top - before) > 1;
  }, selector);
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
  'page: at %s pixels nothing moves when Run is pressed, while it runs, and when it ends',
  async (_name, viewport) => {
    const page = await browser.open({ viewport });
    await page.goto(server.url);
    await fill(page, { minSeconds: '0.05', maxSeconds: '0.15' });
    await page.evaluate(() => scrollTo(0, 0));
    await page.evaluate(() => {
      const shifts: string[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { sources } = entry as PerformanceEntry & { sources: { node: Node | null }[] };
          for (const { node } of sources)
            shifts.push(
              node instanceof Element ? `${node.tagName}.${node.className}` : String(node?.nodeName),
            );
        }
      }).observe({ type: 'layout-shift' });
    });
    const shifts = () => page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);

    const before = await places(page);
    await page.click('#run-button');
    await page.locator('figure.pass .chart canvas').nth(3).waitFor();
    expect(await places(page)).toEqual(expect.arrayContaining(before));
    await ended(page);
    // On a narrow page the guess, once judged, takes its place between the timelines and the form.
    const isAbove = ([selector]: [string, number[]]) => viewport !== NARROW || selector !== '#jobs';
    expect(await places(page)).toEqual(expect.arrayContaining(before.filter(isAbove)));
    expect(await shifts()).toEqual([]);

    // A shift would have been recorded.
    await page.evaluate(() => document.querySelector('figure.pass')?.before(document.createElement('hr')));
    await expect.poll(shifts).not.toEqual([]);
    expect(await movesFor(page, '#jobs')).toBe(false);
  },
);

seldom('page: at 1280 pixels a console line of a lesson fits on one line', async () => {
  const page = await browser.open({ viewport: WIDE });
  await page.goto(`${server.url}/runs/${await finished(server, 'one-by-one')}`);
  await ended(page);
  const heights = await page.locator('.console li[data-seq]').evaluateAll((lines) => {
    for (const text of document.querySelectorAll('.console .text'))
      text.firstChild!.textContent = 'Job 1 done after 11.7 seconds';
    return lines.map((line) => line.clientHeight / Number.parseFloat(getComputedStyle(line).lineHeight));
  });
  expect(heights).toHaveLength(12);
  for (const lines of heights) expect(lines).toBeCloseTo(1, 1);
});

it('page: in forced colours the progress bar and Run differ from their background', async () => {
  const page = await browser.open({ ...CALM, forcedColors: 'active' });
  await page.goto(server.url);
  await run(page, QUICK);
  await ended(page);
  const { border, ground } = await page.locator('progress').evaluate((bar) => {
    const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(bar);
    return { border: `${borderTopWidth} ${borderTopColor}`, ground: backgroundColor };
  });
  expect(border).toMatch(/^1px /);
  expect(border).not.toContain(ground);
  const press = await page.locator('.press').evaluate((element) => {
    const button = element.querySelector('button');
    const { backgroundColor = '' } = button ? getComputedStyle(button) : {};
    return {
      button: backgroundColor,
      page: getComputedStyle(document.body).backgroundColor,
      at: getComputedStyle(element).position,
    };
  });
  expect(press.button).not.toBe(press.page);
  // It lies over no field.
  expect(press.at).toBe('static');
});

it('page: its policy blocks inline styles and scripts, and no part of the page needs them', async () => {
  const page = await browser.open();
  await page.goto(server.url);
  await run(page, QUICK);
  await ended(page);
  await page
    .locator('.u-over')
    .first()
    .hover({ position: { x: 60, y: 8 } });
  await page.locator('.tip').waitFor();
  await page.reload();
  browser.allow('404');
  for (const path of ['/runs', '/nowhere', '/lessons/one-by-one']) await page.goto(server.url + path);
  expect(await browser.faults()).toEqual([]);

  const other = await browser.open();
  await other.goto(server.url);
  await other.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<p style="color: red">');
    document.body.append(
      Object.assign(document.createElement('script'), { textContent: 'document.title = "in"' }),
    );
  });
  expect(await other.title()).not.toBe('in');
  const faults = await browser.faults();
  for (const directive of ['style-src', 'script-src'])
    expect(faults.join('\n')).toContain(`console: refused by the policy: ${directive}`);
});

it.each(everyday([900, 1100], 2))(
  'page: in a window %s pixels high the player covers none of what lanes hold',
  async (height) => {
    const page = await browser.open({ viewport: { width: 1280, height } });
    // In the lower window five jobs fit, in the higher one not all of twelve.
    const id = await finished(server, 'copied-memory', height < 1000 ? 5 : 12);
    await page.goto(`${server.url}/runs/${id}`);
    await ended(page);
    await page.locator('figure.pass .chart canvas').nth(1).waitFor();
    const chips = page.locator('.held .chip');
    await expect.poll(() => chips.count()).toBe(height < 1000 ? 10 : 24);
    // Scroll to each from above, and check what is visible there.
    const covered = await chips.evaluateAll((all) =>
      all.flatMap((chip) => {
        scrollTo(0, 0);
        chip.scrollIntoView({ block: 'nearest' });
        const { left, bottom } = chip.getBoundingClientRect();
        // Of a long list the earliest entries are cut off at the left.
        if (left < (chip.parentElement?.getBoundingClientRect().left ?? 0)) return [];
        const top = document.elementFromPoint(left + 3, bottom - 2);
        return top === chip ? [] : [`${chip.textContent} under ${top?.className}`];
      }),
    );
    expect(covered).toEqual([]);
  },
);

seldom.each(everyday([800, 1000, 1200], 3))(
  'page: opens at its top, in a window %i pixels high',
  async (height) => {
    const id = await server.start({ modes: ['threads'], jobs: 2, minSeconds: 0.05, maxSeconds: 0.05 });
    const page = await browser.open({ viewport: { width: 1280, height } });
    // Without a run, Run has the focus, and may be far down the page.
    for (const [path, focused] of [
      ['/', 'run-button'],
      [`/runs/${id}`, ''],
    ]) {
      await page.goto(server.url + path);
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe(focused);
      expect(await page.evaluate(() => scrollY), path).toBe(0);
    }
    // All lessons are seen at once, in one row.
    const boxes = await page
      .locator('.lessons li')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    expect(boxes.length).toBeGreaterThan(16);
    for (const { top, left, right } of boxes) {
      expect(top).toBe(boxes[0].top);
      expect(left).toBeGreaterThan(0);
      expect(right).toBeLessThan(1280);
    }
  },
);
