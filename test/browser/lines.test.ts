/** Errors link to their line of the program, bars and lines mark each other, and a replay marks where jobs are. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { barsAtLine, linesOfBar, positions } from '../../server/timeline/lines.ts';
import { Replay } from '../../server/timeline/replay.ts';
import { everyday } from '../everyday.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended, fill, run } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

it.each(everyday([true, false], 2))(
  'page: a message leads to its line, which is shown and stands out (script: %s)',
  async (javaScriptEnabled) => {
    const page = await browser.open({ javaScriptEnabled });
    await page.goto(`${server.url}/lessons/crash`);
    const filled = { modes: ['event-loop'], jobs: '2' } as const;
    if (javaScriptEnabled) await run(page, filled);
    else {
      await fill(page, filled);
      await page.click('#run-button');
      await page.waitForURL(/\/runs\//);
      const links = async () => {
        await page.reload();
        return page.locator('.console .stderr a').count();
      };
      await expect.poll(links, { timeout: 20_000 }).toBe(1);
    }
    if (javaScriptEnabled) await ended(page);
    const program = page.locator('#program');
    const throws = program.locator('.line', { hasText: "throw new Error('job 1 has thrown this')" });
    await program.locator('> summary').click();
    expect(await throws.isVisible()).toBe(false);
    const ground = () => throws.evaluate((line) => getComputedStyle(line).backgroundColor);
    const before = await ground();

    const link = page.locator('.console .stderr a');
    expect(await link.innerText()).toBe(`line ${await throws.getAttribute('data-line')}`);
    await link.click();
    await expect.poll(() => throws.isVisible()).toBe(true);
    await expect.poll(ground).not.toBe(before);
    expect(await throws.evaluate((line) => line.getBoundingClientRect().bottom < innerHeight)).toBe(true);

    // The text of the program is unchanged.
    const text = await program.locator('#panel-program code').evaluate((code: HTMLElement) => {
      getSelection()?.selectAllChildren(code);
      return String(getSelection());
    });
    expect(text).toContain('await sleep(n < 4 ? (n + 1) / 2 : 5);\n  if (n === 1) throw new Error(');
  },
);

it('program: a replay marks the lines that jobs are at, a bar marks its lines, and a line its bars', async () => {
  const id = await server.start({
    lesson: 'lock',
    modes: ['event-loop', 'threads'],
    jobs: 2,
    minSeconds: 0.2,
    maxSeconds: 0.3,
  });
  const page = await browser.open();
  await page.goto(`${server.url}/runs/${id}`);
  await ended(page);
  const replay = new Replay(await server.events(id));
  const shown = (selector: string) =>
    page
      .locator(`#program .line:is(${selector})`)
      .evaluateAll((lines: HTMLElement[]) => lines.map(({ dataset }) => Number(dataset.line)));
  const look = (fragment: string) =>
    page.evaluate((hash) => {
      location.hash = hash;
    }, fragment);

  // At moments when a job waits, in the middle of its wait.
  const sleeps = replay
    .at(replay.endMs)
    .passes.flatMap(({ rows }) => rows.flatMap(({ bars }) => bars.filter(({ state }) => state === 'sleep')));
  expect(sleeps.length).toBeGreaterThan(1);
  for (const { startMs, endMs } of sleeps) {
    const atMs = Math.round((startMs + endMs!) / 2);
    await look(`t=${atMs}`);
    const { passes } = replay.at(atMs);
    const lines = new Set(passes.flatMap((pass) => positions(pass).map(({ line }) => line)));
    await expect.poll(() => shown('.is-at')).toEqual([...lines].sort((a, b) => a - b));
  }
  const at = page.locator('#program .line .at');
  expect((await at.allInnerTexts()).join()).toMatch(/← job \d/);
  await look('t=999999');
  await expect.poll(() => at.count()).toBe(0);

  // A bar, chosen by key: its line comes into view in its own box, and the page stays where it is.
  const [eventLoop, threads] = replay.at(replay.endMs).passes as [Pass, Pass];
  const row = threads.rows.find(({ lane }) => lane === 1)!;
  const bar = row.bars.findIndex(({ state }) => state === 'lock' || state === 'sleep');
  const [line] = linesOfBar(threads, row, row.bars[bar]!) as [number];
  const chart = page.locator('figure.pass .chart').nth(1);
  await chart.focus();
  const box = page.locator('#panel-program pre');
  await box.evaluate((pre) => {
    pre.style.maxHeight = '3rem';
    pre.scrollTop = 0;
  });
  const scrolled = await page.evaluate(() => scrollY);
  await look(`bar=1.1.${bar - 1}`);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => shown('.is-chosen')).toEqual([line]);
  expect(await page.locator('.looked').textContent()).toContain(`line ${line}`);
  const marked = page.locator('#program .is-chosen');
  expect(await marked.locator('.at').innerText()).toBe(`← job ${row.bars[bar]!.job}`);
  const isInside = (one: Element) => {
    const [inner, outer] = [one.getBoundingClientRect(), one.closest('pre')!.getBoundingClientRect()];
    return inner.top >= outer.top && inner.bottom <= outer.bottom;
  };
  expect(await marked.evaluate(isInside)).toBe(true);
  expect(await page.evaluate(() => scrollY)).toBe(scrolled);

  // A line, chosen by key and by click.
  const painted = () => chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const before = await painted();
  const said = (one: number) => {
    const count = (pass: Pass) => barsAtLine(pass, one).length;
    const bars = (n: number) => (n === 1 ? '1 bar' : `${n || 'no'} bars`);
    const words = [
      ...(count(eventLoop) ? [`${bars(count(eventLoop))} on the event loop`] : []),
      ...(count(threads) ? [`${bars(count(threads))} in threads`] : []),
    ];
    return `Line ${one}: ${words.join(', ')}.`;
  };
  await page.locator('#program .line[role=button][tabindex="0"]').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  const last = (await shown('[role=button]')).at(-1)!;
  await expect.poll(() => page.locator('.looked').textContent()).toBe(said(last));
  expect(await shown('[aria-pressed=true]')).toEqual([last]);
  await page.locator(`#line-${line}`).click();
  await expect.poll(() => page.locator('.looked').textContent()).toBe(said(line));
  await expect.poll(painted).not.toBe(before);
  await page.keyboard.press('Escape');
  await expect.poll(() => shown('[aria-pressed=true]')).toEqual([]);
});

type Pass = ReturnType<Replay['at']>['passes'][number];
