/** The playground's page as a person uses it: fill in, press Run, watch the run. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { STATUSES } from '../../server/protocol/facts.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import type { RunView } from '../../static/run/run-view.ts';
import type { Server } from './browser.ts';
import { missing, readChart, stretchesOf } from './drawn.ts';

/** Values for the form; fields that are not given stay unchanged. */
export type Filled = {
  modes?: readonly Mode[];
  work?: 'wait' | 'compute' | 'mixed';
  jobs?: string;
  minSeconds?: string;
  maxSeconds?: string;
  repeat?: string;
};

/** The form's settings for a very short run. */
export const QUICK: Filled = { modes: ['sequential'], jobs: '1', minSeconds: '0.05', maxSeconds: '0.05' };
/** The form's settings for a run that lasts until it is cancelled. */
export const LONG: Filled = { modes: ['threads'], jobs: '2', minSeconds: '50', maxSeconds: '50' };

/** Unfolds the settings, and what few runs need if `isAll`. */
export async function openSettings(page: Page, isAll = false): Promise<void> {
  for (const id of isAll ? ['settings', 'more'] : ['settings'])
    if ((await page.locator(`#${id}[open]`).count()) === 0) await page.click(`#${id} > summary`);
}

/** Fills in the form. */
export async function fill(page: Page, { modes, work, ...texts }: Filled): Promise<void> {
  await openSettings(page);
  for (const [name, text] of Object.entries(texts)) await page.fill(`#${name}`, text);
  if (work !== undefined) await page.check(`#work-${work}`);
  if (modes === undefined) return;
  for (const mode of MODES) await page.setChecked(`#modes-${mode}`, modes.includes(mode));
}

/** Fills in the form, presses Run, and resolves to the run's id when the page shows it. */
export async function run(page: Page, filled: Filled = {}): Promise<string> {
  const before = page.url();
  await fill(page, filled);
  await page.click('#run-button');
  await page.waitForURL((url) => url.href !== before && /\/runs\/[\w-]{21}$/.test(url.pathname));
  const id = idOf(page);
  await page.locator(`run-view[data-id="${id}"]`).waitFor();
  return id;
}

/**
 * Runs a lesson as quickly as its program allows; resolves to its id when it has ended. A page that draws a run while it
 * runs takes a core for as long: a test that looks at the end only opens it then.
 */
export async function finished(server: Server, lesson: string, jobs = 3): Promise<string> {
  const id = await server.start({ lesson, jobs, minSeconds: 0.05, maxSeconds: 0.1 });
  // Its stream ends when it does.
  await (await fetch(`${server.url}/runs/${id}/events`)).text();
  return id;
}

/** Returns the id in a run's address. */
export function idOf(page: Page): string {
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

/** Resolves when the page shows that its run has ended and, with script, has drawn it. */
export async function ended(page: Page): Promise<void> {
  await page.locator('run-view[data-state=ended]').waitFor();
  if (!(await page.evaluate(() => document.documentElement.classList.contains('scripted')))) return;
  await page.waitForFunction(() => {
    const view = document.querySelector<RunView>('run-view[data-state=ended]');
    return view?.charts !== undefined && view.charts.length > 0;
  });
}

/** Returns the state of the page's run; null without a run. */
export function state(page: Page): Promise<string | null> {
  return page.evaluate(() => document.querySelector<HTMLElement>('run-view')?.dataset.state ?? null);
}

/** Returns the sentence above the timelines. */
export async function sentenceOf(page: Page): Promise<string> {
  return (await page.locator('.sentence').textContent()) ?? '';
}

/** Returns the console's lines, without the origins and times after them. */
export async function consoleLines(page: Page): Promise<string[]> {
  return page.locator('.console li[data-seq] .text').evaluateAll((lines) =>
    lines.map((line) => {
      const behind = line.querySelector('.quiet')?.textContent ?? '';
      return line.textContent.slice(0, line.textContent.length - behind.length);
    }),
  );
}

export function linesOf(events: RunEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'log' ? [event.text] : []));
}

/** Returns how a run ended; null if it has not. */
export function statusOf(events: RunEvent[]): (typeof STATUSES)[number] | null {
  const last = events.find((event) => event.type === 'run-ended');
  return last?.status ?? null;
}

/** Asserts that each chart of the page shows exactly the events' bars. */
export async function expectDrawn(page: Page, events: RunEvent[]): Promise<void> {
  const passes = events.filter((event) => event.type === 'pass-started');
  expect(await page.locator('figure.pass').count()).toBe(passes.length);
  for (const { pass, mode } of passes) {
    if (pass === null) continue;
    for (const look of ['sleep', 'computing'] as const) {
      const expected = stretchesOf(events, pass, look);
      const { stretches, rows, marks, pixelMs } = await readChart(page, pass, look);
      expect(missing(expected, stretches, pixelMs), `${mode}: ${look}, not drawn`).toEqual([]);
      expect(missing(stretches, expected, pixelMs), `${mode}: ${look}, drawn but not told`).toEqual([]);
      const lanes = events.filter((event) => event.type === 'lane-started' && event.pass === pass).length;
      // On the event loop jobs have their own rows in main's lane.
      expect(marks.filter((mark) => mark !== null)).toEqual(
        Array.from({ length: lanes }, (_, lane) => `lane-${lane === 0 ? 'main' : ((lane - 1) % 8) + 1}`),
      );
      if (mode !== 'event-loop') expect(rows).toBe(lanes);
    }
  }
}
