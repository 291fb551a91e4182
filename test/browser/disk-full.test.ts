/** A page while its server's disk is full: it says why no bars grow, and why Run does nothing. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ALL } from '../everyday.ts';
import { smallDisk } from '../small-disk.ts';
import { CALM, type OwnServer, startBrowser, startServer, type TestBrowser } from './browser.ts';
import { ended, idOf, LONG, run } from './playground-page.ts';

const disk = ALL ? smallDisk(16) : null;
if (ALL && disk === null) console.log('No file system can be mounted here, so a full disk is not tried.');

// What the server says of it is tried every day: see test/routes/disk-full.test.ts.
describe.skipIf(disk === null)('page: a full disk', () => {
  let server: OwnServer;
  let browser: TestBrowser;
  beforeAll(async () => {
    const starting = startServer({ env: { DATA_DIR: disk?.folder ?? '', UNSAVED_SECONDS: '600' } });
    [server, browser] = await Promise.all([starting, startBrowser()]);
  });
  afterEach(async () => expect(await browser.faults()).toEqual([]));
  afterAll(async () => {
    await Promise.all([browser?.close(), server?.close()]);
    disk?.unmount();
  });

  it('page: says that events are late, and that no run can start; then all of them come', async () => {
    browser.allow('503');
    const page = await browser.open(CALM);
    const received = await browser.recordEvents(page);
    await page.goto(server.url);
    const id = await run(page, LONG);
    await expect.poll(() => received().some(({ type }) => type === 'job-started')).toBe(true);
    const late = page.locator('.late');
    expect(await late.isVisible()).toBe(false);

    disk?.fill();
    await late.waitFor();
    const words =
      'The disk of this server is full, so events cannot be saved. They will appear here once they are.';
    expect(await late.textContent()).toBe(words);
    // The connection is as good as before.
    expect(await page.locator('.lost').isVisible()).toBe(false);
    // Bars stop where they are: nobody knows what happens now.
    const times = () => page.locator('.pass-time').allTextContents();
    const isStill = async () => {
      const before = await times();
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 600)));
      return String(await times()) === String(before);
    };
    await expect.poll(isStill).toBe(true);

    await page.fill('#jobs', '7');
    await page.click('#run-button');
    const message = page.locator('#form-message');
    await expect
      .poll(() => message.textContent())
      .toContain('No run can start now: the disk of this server is full.');
    expect(await page.inputValue('#jobs')).toBe('7');
    expect(idOf(page)).toBe(id);

    // A page that is opened now says so too, without script.
    const other = await browser.open({ javaScriptEnabled: false });
    await other.goto(page.url());
    expect(await other.locator('.late').textContent()).toBe(words);
    expect(await other.locator('#form-message').textContent()).toContain('the disk of this server is full');

    disk?.free();
    await late.waitFor({ state: 'hidden' });
    await page.click('.cancel button');
    await ended(page);
    const events = await server.events(id);
    expect(received()).toEqual(events);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
  });
});
