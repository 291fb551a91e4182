/** The program's editor: from Edit to a run of what was written, and what is kept of it. */
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Replay } from '../../server/timeline/replay.ts';
import { seldom } from '../everyday.ts';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { consoleLines, ended, fill, idOf } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

const QUICK = { modes: ['event-loop'], jobs: '2', minSeconds: '0.05', maxSeconds: '0.1' } as const;

const text = (page: Page) => page.inputValue('#code');
const bar = (page: Page) => page.locator('.own-state').innerText();
/** The numbers of the editor's lines with a class. */
const linesIn = (page: Page, selector: string) =>
  page
    .locator('.own-code .cm-content')
    .evaluate(
      (content, selector) =>
        [...content.querySelectorAll('.cm-line')].flatMap((line, i) =>
          line.matches(selector) ? [i + 1] : [],
        ),
      selector,
    );

/** Opens the editor, with the cursor at the end of a line. */
async function edit(page: Page, line: number): Promise<void> {
  if ((await page.locator('.own[open]').count()) === 0) await page.click('.own > summary');
  await page.locator('.own-code .cm-content').waitFor();
  await page
    .locator('.own-code .cm-line')
    .nth(line - 1)
    .click();
  await page.keyboard.press('End');
}

async function runByKey(page: Page): Promise<void> {
  const before = page.url();
  await page.keyboard.press('Control+Enter');
  await page.waitForURL((url) => url.href !== before && url.pathname.startsWith('/runs/'));
  await ended(page);
}

it('editor: a mistake is marked at its line, and a run keeps cursor, undo and scroll, and marks its lines', async () => {
  browser.allow('422');
  const page = await browser.open(CALM);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${server.url}/lessons/lock`);
  await fill(page, { ...QUICK, minSeconds: '0.3', maxSeconds: '0.4' });
  await edit(page, 3);
  // Two lines: the second is wrong in syntax, the first in types.
  await page.keyboard.type('\nconst late: string = 1;\nconst = 2;');
  await page.locator('.own-code .hint').first().waitFor();
  expect(await page.locator('.own-types').innerText()).toContain('type hint');
  const cursor = () =>
    page
      .locator('.own-code .cm-activeLine')
      .evaluate((line) => [...(line.parentElement?.children ?? [])].indexOf(line));
  const at = await cursor();
  await page.keyboard.press('Control+Enter');
  await page.locator('.code-errors').waitFor();
  await expect.poll(() => linesIn(page, '.is-wrong')).toEqual([5]);
  expect(await page.locator('.own-code .wrong').count()).toBe(1);
  expect(await cursor()).toBe(at);
  // Its own link leads to it; a change elsewhere leaves it, and one of its line removes it.
  await page.locator('.code-errors a').first().click();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.type(' ');
  expect(await linesIn(page, '.is-wrong')).toEqual([5]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+Home');
  await page.keyboard.type('void late;');
  expect(await linesIn(page, '.is-wrong')).toEqual([]);
  expect(await page.locator('.code-errors').count()).toBe(0);
  expect(await bar(page)).toBe('Differs from the lesson in 2 lines.');

  const scroller = page.locator('.own-code .cm-scroller');
  await scroller.evaluate((box) => {
    box.style.maxHeight = '8rem';
    box.scrollTop = 40;
  });
  const written = await text(page);
  await runByKey(page);
  expect(await text(page)).toBe(written);
  expect(await scroller.evaluate((box) => box.scrollTop)).toBe(40);
  expect(await page.locator('.own-code .cm-content').evaluate((content) => content.matches(':focus'))).toBe(
    true,
  );
  expect(`${await page.locator('#panel-program > pre > code').textContent()}`).toBe(written);
  expect(asked.filter((url) => url.includes('/expected')).length).toBeGreaterThan(0);
  expect(asked.filter((url) => /[?&]code=/.test(url))).toEqual([]);

  // A replay marks the same lines in the editor as in the program that is only read, as long as it is what was run.
  const replay = new Replay(await server.events(idOf(page)));
  const bars = replay.at(replay.endMs).passes.flatMap(({ rows }) => rows.flatMap((row) => row.bars));
  const sleep = bars.find(({ state }) => state === 'sleep')!;
  await page.evaluate(
    (ms) => {
      location.hash = `t=${ms}`;
    },
    Math.round((sleep.startMs + sleep.endMs!) / 2),
  );
  await scroller.evaluate((box) => {
    box.style.maxHeight = '';
  });
  const read = (selector: string) =>
    page
      .locator(`#panel-program > pre .line:is(${selector})`)
      .evaluateAll((lines: HTMLElement[]) => lines.map(({ dataset }) => Number(dataset.line)));
  await expect.poll(() => read('.is-at')).not.toEqual([]);
  await expect.poll(() => linesIn(page, '.is-at')).toEqual(await read('.is-at'));
  expect(await page.locator('.own-code .at').first().innerText()).toMatch(/^← /);
  const [seen] = await read('[role=button]');
  await page.locator('.own-code .cm-lineNumbers .is-seen').first().click();
  await expect.poll(() => page.locator('.looked').textContent()).toContain(`Line ${seen}: `);
  await page.locator('.own-code .cm-content').focus();
  await page.keyboard.press('Control+z');
  expect(await text(page)).not.toBe(written);
  await expect.poll(() => linesIn(page, '.is-at')).toEqual([]);
  expect(await page.locator('.own-newer').isVisible()).toBe(true);
});

seldom(
  'editor: the text survives a reload, per lesson and tab, until Reset, which can be undone',
  async () => {
    const page = await browser.open(CALM);
    await page.goto(`${server.url}/lessons/one-by-one`);
    await fill(page, { ...QUICK, jobs: '1' });
    await edit(page, 1);
    await page.keyboard.type('\n// mine');
    const first = await text(page);
    await runByKey(page);
    await page.keyboard.type(', later');
    const mine = await text(page);
    expect(mine).not.toBe(first);
    await page.reload();
    await expect.poll(() => text(page)).toBe(mine);
    const own = idOf(page);

    // Another tab begins with it, and goes its own way; the permalink shows strangers what was run.
    const other = await page.context().newPage();
    await other.goto(`${server.url}/lessons/one-by-one`);
    await expect.poll(() => text(other)).toBe(mine);
    await edit(other, 1);
    await other.keyboard.type('// other');
    await other.close({ runBeforeUnload: true });
    await page.goto(`${server.url}/lessons/one-by-one`);
    await expect.poll(() => text(page)).toBe(mine);
    await page.goto(`${server.url}/lessons/join`);
    expect(await page.locator('.own[open]').count()).toBe(0);
    const stranger = await browser.open();
    await stranger.goto(`${server.url}/runs/${own}`);
    expect(await text(stranger)).toBe(first);
    expect(await stranger.locator('.own[open]').count()).toBe(0);
    await ended(stranger);
    await edit(stranger, 1);
    // The run has ended, and is drawn: its lines are marked as soon as there is an editor.
    await stranger.locator('.own-code .is-seen').first().waitFor();
    expect(await stranger.locator('.own-compare').isVisible()).toBe(true);

    await page.goto(`${server.url}/lessons/one-by-one`);
    await page.locator('.own-code .cm-content').waitFor();
    await page.click('.own-compare');
    await page.locator('.own-code .cm-changedLine', { hasText: '// mine, later' }).waitFor();
    expect(await bar(page)).toBe('Differs from the lesson in 1 line.');
    await page.click('.own-compare');
    await page.click('.own-reset');
    await expect.poll(() => bar(page)).toBe('The lesson’s program.');
    await page.click('.own-reset');
    expect(await text(page)).toBe(mine);
    await page.click('.own-reset');
    await expect.poll(() => bar(page)).toBe('The lesson’s program.');
    await page.locator('.own-code .cm-content').focus();
    await page.keyboard.press('Control+z');
    expect(await text(page)).toBe(mine);
    await page.click('.own-reset');
    await page.reload();
    await page.locator('program-editor:defined').waitFor({ state: 'attached' });
    expect(await page.locator('.own[open]').count()).toBe(0);
  },
);

seldom('editor: without its script, or any, the textarea runs what was written', async () => {
  const typed = async (page: Page) => {
    await page.goto(`${server.url}/lessons/one-by-one`);
    await fill(page, { ...QUICK, jobs: '1' });
    await page.click('.own > summary');
    const code = (await text(page)).replace(/Job \S+ done/, 'I wrote this');
    await page.fill('#code', code);
    return code;
  };
  const blocked = await browser.open(CALM);
  browser.allow('net::');
  await blocked.route(/code-editor/, (route) => route.abort());
  await typed(blocked);
  // Until the element is there, the key does nothing.
  await blocked.locator('program-editor:defined').waitFor();
  await blocked.focus('#code');
  await runByKey(blocked);
  expect((await consoleLines(blocked)).join()).toContain('I wrote this');

  const plain = await browser.open({ javaScriptEnabled: false });
  const code = await typed(plain);
  if (!(await plain.locator('#runtime-deno').isVisible())) await plain.click('#more > summary');
  await plain.check('#runtime-deno');
  await plain.click('#run-button');
  await plain.waitForURL(/\/runs\//);
  expect(await plain.locator('#panel-program > pre > code').textContent()).toBe(code);
});

it('editor: keys, completion, files, and names for screen readers, also on a phone', async () => {
  const page = await browser.open({ ...CALM, viewport: { width: 390, height: 844 } });
  await page.goto(`${server.url}/lessons/lock`);
  await edit(page, 4);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('turn.');
  const options = page.locator('.own-code .cm-tooltip-autocomplete li');
  await expect.poll(() => options.allInnerTexts()).toEqual(['acquire(): Promise<void>', 'release(): void']);
  await page.keyboard.press('Escape');
  expect(await text(page)).toContain("lock('A');\n    turn.\n");
  await page.keyboard.type('acquire(); random(');
  expect(await page.locator('.own-code .told .is-active').innerText()).toBe('min?: number');
  const content = page.locator('.own-code .cm-content');
  expect(await content.getAttribute('aria-label')).toBe('Program');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  expect(await content.evaluate((one) => one.matches(':focus'))).toBe(false);

  const drop = (name: string, bytes: number) =>
    page.locator('.own-code').evaluate(
      (host, [name, bytes]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['// dropped\r\n'.padEnd(bytes, ' ')], name));
        host.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      [name, bytes] as const,
    );
  const said = page.locator('.own-said');
  await drop('big.ts', 65_537);
  await expect.poll(() => said.innerText()).toContain('65 KiB. A program can have up to 64 KiB.');
  await drop('photo.png', 100);
  await expect.poll(() => said.innerText()).toContain('drop a .ts, .js or .py file');
  await drop('mine.js', 20);
  await expect.poll(() => text(page)).toMatch(/^\/\/ dropped\n {8}$/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(`axe.run('#program', { preload: false })`);
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
});
