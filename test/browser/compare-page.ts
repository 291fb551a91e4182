/** The comparison page: a pair of runs, what its charts show, and moving its replay. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { CompareView } from '../../static/compare/compare-view.ts';
import type { Server } from './browser.ts';
import { missing, readChart, stretchesOf } from './drawn.ts';

/** The events of both runs. */
export type PairEvents = { a: RunEvent[]; b: RunEvent[] };

/** Starts two runs and waits for their end: one with a lane per job, and one with a pool but without the event loop. */
export async function startPair(server: Server): Promise<{ a: string; b: string }> {
  const jobs = { jobs: 4, minSeconds: 0.4, maxSeconds: 0.5, seed: 11 };
  const a = await server.start({ ...jobs, modes: ['sequential', 'event-loop', 'threads'] });
  await over(server, a);
  const b = await server.start({ ...jobs, modes: ['sequential', 'threads'], workers: 1 });
  await over(server, b);
  return { a, b };
}

/** The charts of such a pair in page order: the run, and the pass in it. */
export const PLACES = [
  ['a', 0],
  ['b', 0],
  ['a', 1],
  ['a', 2],
  ['b', 1],
] as const;

/** Resolves when a run has ended, as the stream of its events does. */
export async function over(server: Server, id: string): Promise<void> {
  await (await fetch(`${server.url}/runs/${id}/events`)).text();
}

/** Opens the comparison of two runs, and waits for its charts. */
export async function openPair(
  page: Page,
  { url }: Server,
  a: string,
  b: string,
  fragment = '',
): Promise<void> {
  await page.goto(`${url}/compare?a=${a}&b=${b}${fragment}`);
  await page.locator('compare-view canvas').last().waitFor();
}

/** Returns the time range that each chart shows, in s. */
function views(page: Page): Promise<[number, number][]> {
  return page.evaluate(() =>
    (document.querySelector<CompareView>('compare-view')?.charts ?? []).map(({ u }): [number, number] => [
      u.scales.x?.min ?? Number.NaN,
      u.scales.x?.max ?? Number.NaN,
    ]),
  );
}

/** Returns the single range that all charts show. */
export async function view(page: Page): Promise<{ min: number; max: number; width: number }> {
  const all = await views(page);
  expect(all).toHaveLength(PLACES.length);
  for (const one of all) expect(one).toEqual(all[0]);
  const [min, max] = all[0] ?? [0, 0];
  return { min, max, width: max - min };
}

/** Moves the replay to another moment, as dragging the scrubber does. */
export function scrub(page: Page, ms: number): Promise<void> {
  return page.locator('.scrubber').evaluate((input: HTMLInputElement, value) => {
    input.value = String(value);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, ms);
}

/** Asserts that each chart shows exactly the events of its run up to `untilMs` of its pass. */
export async function expectDrawnUntil(page: Page, untilMs: number, events: PairEvents): Promise<void> {
  for (const [i, [run, pass]] of PLACES.entries()) {
    const expected = stretchesOf(events[run], pass, 'sleep')
      .filter(({ startMs }) => startMs < untilMs)
      .map((one) => ({ ...one, endMs: Math.min(one.endMs, untilMs) }));
    if (untilMs === Number.POSITIVE_INFINITY) expect(expected.length).toBeGreaterThan(0);
    const { stretches, pixelMs } = await readChart(page, i, 'sleep');
    expect(missing(expected, stretches, pixelMs), `${run} ${pass}: not drawn`).toEqual([]);
    expect(missing(stretches, expected, pixelMs), `${run} ${pass}: drawn but not told`).toEqual([]);
  }
}
