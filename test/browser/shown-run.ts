/** What a page shows of a run: the state, the table's cells, and the colours of its bars. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Played } from '../contract/play.ts';
import type { Span } from '../contract/spans.ts';
import { timelineOf } from '../timeline/made-events.ts';
import { type Colour, countPixels, type Place } from './drawn-marks.ts';

/** Returns the state below a pass's chart: the text of each item, and its values. */
export async function panel(page: Page, pass: number): Promise<{ text: string; chips: string[] }[]> {
  const all = await page.locator(`figure[data-pass="${pass}"] .held`).all();
  return Promise.all(
    all.map(async (one) => ({
      text: (await one.innerText()).replace(/\s+/g, ' '),
      chips: await one.locator('.chip').allInnerTexts(),
    })),
  );
}

/** Returns the table's cell for how a pass's jobs ended. */
export async function jobsCell(page: Page, pass: number): Promise<string> {
  // The table is folded.
  return (await page.locator(`tr[data-pass="${pass}"] td[data-label=Jobs]`).textContent()) ?? '';
}

/** Returns the row where a job is drawn. */
export function rowOf(pass: Played, job: number | null): number {
  const { rows } = modelOf(pass);
  return job === null ? 0 : rows.findIndex(({ bars }) => bars.some((bar) => bar.job === job));
}

/** Returns the timeline of a pass. */
export function modelOf(pass: Played) {
  const [model] = timelineOf(pass.events).passes;
  if (!model) throw new Error('There is no pass.');
  return model;
}

/** Counts the pixels of a colour in each of `spans`. */
export function colourIn(page: Page, number: number, pass: Played, colour: Colour, spans: Span[]) {
  const places = spans.map(({ job, from, to }): Place => {
    const row = rowOf(pass, job);
    return { fromMs: from, toMs: to, fromRow: row, toRow: row + 1 };
  });
  return countPixels(page, number, colour, places);
}

export const isLong = ({ from, to }: Span) => to - from > 100;
const none = (counts: number[]) => counts.map(() => 0);

export async function expectSome(counts: Promise<number[]>): Promise<void> {
  const all = await counts;
  expect(all.length).toBeGreaterThan(0);
  expect(Math.min(...all)).toBeGreaterThan(0);
}

export async function expectNone(counts: Promise<number[]>): Promise<void> {
  const all = await counts;
  expect(all.length).toBeGreaterThan(0);
  expect(all).toEqual(none(all));
}

/** Returns the passes by number. */
export function passesOf(run: Played): Played[] {
  return run.spec.modes.map((mode) => run.pass(mode));
}
