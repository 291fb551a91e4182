/** A Chromium for one benchmark alone. */
import { chromium as playwright } from 'playwright-core';
import { type TestBrowser, watched } from '../browser/browser.ts';
import { unpackChromium } from '../browser/chromium.ts';

/** Unpacks and starts Chromium; closing it removes what was unpacked. */
export async function ownBrowser(): Promise<TestBrowser> {
  const { executable, args, remove } = await unpackChromium();
  const browser = watched(await playwright.launch({ executablePath: executable, args }));
  return { ...browser, close: () => browser.close().finally(remove) };
}
