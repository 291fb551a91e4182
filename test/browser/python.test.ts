/** Python on the page: its program is shown while it is chosen, and on a run of it, with the lines of its events. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PYTHON, WITHOUT } from '../python.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { ended, openSettings, QUICK, run } from './playground-page.ts';

describe.skipIf(PYTHON === null)(`Python on the page${WITHOUT}`, () => {
  let server: Server;
  let browser: TestBrowser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  });
  afterEach(async () => expect(await browser.faults()).toEqual([]));
  afterAll(() => Promise.all([browser?.close(), server?.close()]));

  it('shows the program of the chosen runtime, and after a run the one that ran', async () => {
    const page = await browser.open();
    await page.goto(`${server.url}/lessons/queue`);
    const program = page.locator('#panel-program pre:visible');
    expect(await program.innerText()).toContain('export async function job');
    await openSettings(page, true);
    await page.check('#runtime-python');
    expect(await program.innerText()).toContain('def job(n, api):');
    expect(await page.locator('#own-program').isVisible()).toBe(false);

    await run(page, { ...QUICK, modes: ['threads'] });
    await ended(page);
    expect(await program.innerText()).toContain('def job(n, api):');
    // Lines of events are those of this text.
    expect(await page.locator('#panel-program #line-1').innerText()).toContain('def job(n, api):');

    await openSettings(page, true);
    await page.check('#runtime-node');
    await run(page, { ...QUICK, modes: ['threads'] });
    await ended(page);
    expect(await program.innerText()).toContain('export async function job');
  });
});
