/** Memory of a browser page. */
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/**
 * In bytes, after garbage collection: the script's heap in use; the process's private footprint as Chromium counts it,
 * its anonymous memory in use and swapped out; and all memory that no other process shares, including pages of
 * Chromium's own file that only this process has read, which depend on what else runs.
 */
export type Memory = { heapBytes: number; footprintBytes: number; privateBytes: number };

/** Measures a page and its process; with several renderers, the largest. */
export async function memoryOf(page: Page): Promise<Memory> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await delay(500);
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const heapBytes = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
  const system = await page.context().browser()?.newBrowserCDPSession();
  const all = (await system?.send('SystemInfo.getProcessInfo'))?.processInfo ?? [];
  const pids = all.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const most = (file: string, key: RegExp) => Math.max(0, ...pids.map((pid) => sizes(pid, file, key)));
  return {
    heapBytes,
    footprintBytes: most('status', /^(?:RssAnon|VmSwap):\s+(\d+) kB$/gm),
    privateBytes: most('smaps_rollup', /^Private_\w+:\s+(\d+) kB$/gm),
  };
}

/** Returns the sum of the sizes under a key in a file of /proc, in bytes. */
function sizes(pid: number, file: string, key: RegExp): number {
  const text = fs.readFileSync(`/proc/${pid}/${file}`, 'utf8');
  return [...text.matchAll(key)].reduce((sum, [, kib]) => sum + Number(kib) * 1024, 0);
}

/** Formats memory for the list of figures. */
export function memoryText({ heapBytes, footprintBytes, privateBytes }: Memory): string {
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  return `footprint ${mib(footprintBytes)} (heap ${mib(heapBytes)}, all private ${mib(privateBytes)})`;
}
