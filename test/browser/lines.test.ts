/** Errors link to their line of the program. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended, fill, run } from './playground-page.ts';

let server: Server;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(() => Promise.all([browser?.close(), server?.close()]));

it.each([true, false])(
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
    await program.locator('summary').click();
    expect(await throws.isVisible()).toBe(false);
    const ground = () => throws.evaluate((line) => getComputedStyle(line).backgroundColor);
    const before = await ground();

    const link = page.locator('.console .stderr a');
    expect(await link.innerText()).toBe(`job 1 · line ${await throws.getAttribute('data-line')}`);
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
