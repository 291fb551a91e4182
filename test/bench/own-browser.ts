/** A Chromium for a single benchmark. */
import { chromium as playwright } from 'playwright-core';
import { type TestBrowser, watched } from '../browser/browser.ts';
import { unpackChromium } from '../browser/chromium.ts';

/** Unpacks and starts Chromium; closing it removes the unpacked files. */
export async function ownBrowser(): Promise<TestBrowser> {
  const { executable, args, remove } = await unpackChromium();
  const browser = watched(await playwright.launch({ executablePath: executable, args }));
  return { ...browser, close: () => browser.close().finally(remove) };
}
