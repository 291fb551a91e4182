/** Before the first browser test: unpacks Chromium, which each worker of the suite starts for itself. */
import process from 'node:process';
import { CHROMIUM } from './browser.ts';
import { unpackChromium } from './chromium.ts';

export default async function setup(): Promise<() => void> {
  const { executable, args, remove } = await unpackChromium();
  // Workers inherit the environment.
  process.env[CHROMIUM] = JSON.stringify({ executable, args });
  return remove;
}
