/**
 * Python on the page: its program is shown while it is chosen, and on a run of it, with the lines of its events. Where a
 * jail holds it, it is changed as one in JavaScript is, and each language keeps its own text.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seldom } from '../everyday.ts';
import { PYTHON, WITHOUT } from '../python.ts';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { consoleLines, ended, openSettings, QUICK, run, sentenceOf } from './playground-page.ts';

describe.skipIf(PYTHON === null)(`Python on the page${WITHOUT}`, () => {
  let server: Server;
  let browser: TestBrowser;
  /** Whether programs in Python can be changed here. */
  let isJailed = false;
  beforeAll(async () => {
    [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
    const health = await (await fetch(`${server.url}/healthz`)).json();
    isJailed = health.sandbox.runtimes.includes('python');
  });
  afterEach(async () => expect(await browser.faults()).toEqual([]));
  afterAll(() => Promise.all([browser?.close(), server?.close()]));

  const text = (page: Page) => page.inputValue('#code');

  async function choose(page: Page, runtime: 'node' | 'python'): Promise<void> {
    await openSettings(page, true);
    await page.check(`#runtime-${runtime}`);
  }

  /** Opens the editor, and types a line at its start. */
  async function typeFirst(page: Page, line: string): Promise<void> {
    if ((await page.locator('.own[open]').count()) === 0) await page.click('.own > summary');
    await page.locator('.own-code .cm-content').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type(`${line}\n`);
  }

  seldom('shows the program of the chosen runtime, and after a run the one that ran', async () => {
    const page = await browser.open();
    await page.goto(`${server.url}/lessons/queue`);
    const program = page.locator('#panel-program pre:visible');
    expect(await program.innerText()).toContain('export async function job');
    await choose(page, 'python');
    expect(await program.innerText()).toContain('def job(n, api):');
    expect(await page.locator('.own > summary').isVisible()).toBe(isJailed);

    await run(page, { ...QUICK, modes: ['threads'] });
    await ended(page);
    expect(await program.innerText()).toContain('def job(n, api):');
    // Lines of events are those of this text.
    expect(await page.locator('#panel-program #line-1').innerText()).toContain('def job(n, api):');

    await choose(page, 'node');
    await run(page, { ...QUICK, modes: ['threads'] });
    await ended(page);
    expect(await program.innerText()).toContain('export async function job');
  });

  seldom('of a script, shows only the settings that it has', async ({ skip }) => {
    skip(!isJailed, 'No jail here holds Python.');
    const page = await browser.open();
    await page.goto(`${server.url}/new?runtime=python`);
    await page.locator('.own-code .cm-content').waitFor();
    await openSettings(page, true);
    const [jobs, modes] = [
      page.locator('#jobs'),
      page.locator('#settings legend', { hasText: 'Run the jobs' }),
    ];
    expect([await jobs.isVisible(), await modes.isVisible()]).toEqual([true, true]);
    const write = async (code: string) => {
      await page.locator('.own-code .cm-content').click();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Delete');
      await page.keyboard.type(code);
    };
    await write('import threading\ndef job(n): pass\nthreading.Thread(target=job).start()\n');
    await expect.poll(() => jobs.isVisible()).toBe(false);
    expect([await modes.isVisible(), await page.locator('#expected-all').isVisible()]).toEqual([
      false,
      false,
    ]);
    expect(await page.locator('#runtime-python').isVisible()).toBe(true);
    await write('def job(n, api): pass\n');
    await expect.poll(() => jobs.isVisible()).toBe(true);
  });

  it('runs a cell of the notebook, live, and says what its run has shown', async () => {
    const page = await browser.open(CALM);
    await page.goto(`${server.url}/notebook#cell-7`);
    await page.click('#cell-7 form button');
    await page.waitForURL(/\/runs\//);
    await ended(page);
    expect(await sentenceOf(page)).toMatch(/^The daemon, job 0, (was cut off|finished before job 1)/);
    expect(await page.locator('h1').innerText()).toMatch(/^Notebook, cell\s7: /);
    expect(await consoleLines(page)).toContainEqual(expect.stringContaining('Python waits for job'));
    expect(await page.locator('.own > summary').isVisible()).toBe(isJailed);
    // Once more, on the same page.
    const before = page.url();
    await page.click('#run-button');
    await page.waitForURL((url) => url.href !== before && url.pathname.startsWith('/runs/'));
    await ended(page);
    expect(await sentenceOf(page)).toMatch(/^The daemon, job 0, /);
    expect(await page.locator('h1').innerText()).toMatch(/^Notebook, cell\s7: /);
  });

  seldom(
    'keeps a text for each language: the one of the chosen runtime is changed, run, and there after a reload',
    async ({ skip }) => {
      skip(!isJailed, 'no jail that holds Python');
      browser.allow('422');
      const page = await browser.open(CALM);
      await page.goto(`${server.url}/lessons/one-by-one`);
      await typeFirst(page, '// in JavaScript');
      const inJavaScript = await text(page);
      await choose(page, 'python');
      await expect.poll(() => text(page)).toMatch(/^def job\(n, api\):/);
      expect(await page.locator('.own-state').innerText()).toBe('The lesson’s program.');
      await typeFirst(page, 'print("by me")');
      const inPython = await text(page);
      expect(await page.locator('.own-types').innerText()).toBe('');
      await choose(page, 'node');
      expect(await text(page)).toBe(inJavaScript);
      await choose(page, 'python');
      expect(await text(page)).toBe(inPython);
      await page.locator('.own-code .cm-content').focus();
      await page.keyboard.press('Control+z');
      expect(await text(page)).not.toBe(inPython);
      await page.keyboard.press('Control+y');
      expect(await text(page)).toBe(inPython);

      // A mistake is at its line.
      await typeFirst(page, 'def = 1');
      await page.keyboard.press('Control+Enter');
      await page.locator('.own-code .wrong').waitFor();
      expect(await page.locator('.code-errors').innerText()).toContain('Line 1, column 5');
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Delete');
      await expect.poll(() => text(page)).toBe(inPython);

      await run(page, QUICK);
      await ended(page);
      expect((await consoleLines(page)).join()).toContain('by me');
      expect(await page.locator('#intro h1').innerText()).toContain('(edited)');
      await page.locator('.own-code .is-seen').first().waitFor();
      await page.goto(`${server.url}/lessons/one-by-one`);
      await expect.poll(() => text(page)).toBe(inPython);
      expect(await page.locator('#runtime-python').isChecked()).toBe(true);
      await choose(page, 'node');
      expect(await text(page)).toBe(inJavaScript);
    },
  );

  seldom(
    'opens programs from links, files and runs in Python, and a new one begins in it',
    async ({ skip }) => {
      skip(!isJailed, 'no jail that holds Python');
      const page = await browser.open({ ...CALM, permissions: ['clipboard-read', 'clipboard-write'] });
      await page.goto(`${server.url}/new`);
      await choose(page, 'python');
      await expect.poll(() => text(page)).toMatch(/^# My first program\n[\s\S]*def job\(n, api\):/);
      await typeFirst(page, '# In Python');
      const mine = await text(page);
      await page.click('.own-share');
      await page.locator('.own-said', { hasText: 'Link copied' }).waitFor();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      const names = () => page.locator('.cm-tooltip-autocomplete li').allInnerTexts();
      await page.locator('.own-code .cm-line', { hasText: 'def job(n, api):' }).first().click();
      await page.keyboard.press('End');
      await page.keyboard.type('\nturn = api.lock("A")\nturn.');
      await expect.poll(names).toEqual(['acquire()', 'release()']);
      expect(await text(page)).toContain('\n    turn = api.lock("A")\n    turn.\n');

      const other = await browser.open(CALM);
      await other.goto(link);
      await expect.poll(() => text(other)).toBe(mine);
      expect(await other.locator('#runtime-python').isChecked()).toBe(true);
      expect(await other.locator('#lesson-title').innerText()).toBe('In Python');
      await run(other, QUICK);
      await ended(other);

      // Of a run, a copy opens in its language.
      const stranger = await browser.open(CALM);
      await stranger.goto(other.url());
      await stranger.click('.own > summary');
      await stranger.locator('.own-code .cm-content').waitFor();
      expect(await text(stranger)).toBe(mine);
      await stranger.getByRole('tab', { name: 'Node' }).click();
      expect(await stranger.locator('#panel-mjs').innerText()).toContain('This program is in Python');
      await stranger.getByRole('tab', { name: 'Program' }).click();

      // A file says its language itself.
      await stranger.goto(`${server.url}/lessons/join`);
      await stranger.click('.own > summary');
      await stranger.locator('.own-code .cm-content').waitFor();
      await stranger.locator('.own-code').evaluate((host) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['# dropped\r\n'], 'mine.py'));
        host.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      });
      await expect.poll(() => text(stranger)).toBe('# dropped\n');
      expect(await stranger.locator('#runtime-python').isChecked()).toBe(true);
      await stranger.click('.own-reset');
      await expect.poll(() => text(stranger)).toContain('\ndef job(n, api):');
    },
  );

  seldom('without script, the field has the program in Python at an address of its own', async ({ skip }) => {
    skip(!isJailed, 'no jail that holds Python');
    const page = await browser.open({ javaScriptEnabled: false });
    await page.goto(`${server.url}/lessons/one-by-one`);
    await choose(page, 'python');
    expect(await page.locator('.own > summary').isVisible()).toBe(false);
    await page.click('.in-python a');
    await page.click('.own > summary');
    await page.fill('#code', (await text(page)).replace('def job', 'print("by hand")\n\n\ndef job'));
    await run(page, QUICK);
    await ended(page);
    expect((await consoleLines(page)).join()).toContain('by hand');
  });
});
