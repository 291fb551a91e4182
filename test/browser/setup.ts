/** Before the first browser test: unpacks Chromium, and starts one for each worker of the suite. */
import process from 'node:process';
import { CHROMIUM_ENDPOINTS } from './browser.ts';
import { serveChromium, unpackChromium } from './chromium.ts';

/** Most test files at a time. */
export const WORKERS = 3;

export default async function setup(): Promise<() => Promise<void>> {
  const chromium = await unpackChromium();
  const servers = await Promise.all(Array.from({ length: WORKERS }, () => serveChromium(chromium)));
  // Workers inherit the environment.
  process.env[CHROMIUM_ENDPOINTS] = servers.map((server) => server.wsEndpoint()).join(' ');
  return async () => {
    await Promise.all(servers.map((server) => server.close()));
    chromium.remove();
  };
}
