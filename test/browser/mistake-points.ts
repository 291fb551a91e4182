/** What the page must show when a lesson on a common mistake has run: see lesson-points.ts. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Played } from '../contract/play.ts';
import { waits } from '../contract/spans.ts';
import { readChart } from './drawn.ts';
import { countPixels } from './drawn-marks.ts';
import { colourIn, expectSome, isLong, passesOf, rowOf } from './lesson-points.ts';
import { expectDrawn } from './playground-page.ts';

/** Jobs awaited in a loop are drawn one after the other, the others beside each other. */
export async function oneAfterTheOther(page: Page, run: Played): Promise<void> {
  await expectDrawn(page, run.events);
  for (const [number] of passesOf(run).entries()) {
    const { stretches } = await readChart(page, number, 'sleep');
    const sorted = stretches.toSorted((a, b) => a.startMs - b.startMs);
    expect(sorted).toHaveLength(8);
    const overlaps = sorted.slice(1).map(({ startMs }, i) => startMs < (sorted[i]?.endMs ?? 0));
    expect(overlaps.slice(0, 4)).toEqual([false, false, false, false]);
    expect(overlaps.slice(4)).toContain(true);
  }
}

/** The waits for both locks are drawn, and crosses where updates were lost all the same. */
export async function lostBehindLocks(page: Page, run: Played): Promise<void> {
  for (const [number, pass] of passesOf(run).entries()) {
    const locked = waits(pass, 'lock').filter(isLong);
    expect(new Set(locked.map(({ on }) => on))).toEqual(new Set(['A', 'B']));
    await expectSome(colourIn(page, number, pass, 'lock', locked));
  }
  await crossed(page, run);
}

/** Each pass has a cross at a write that was lost. */
export async function crossed(page: Page, run: Played): Promise<void> {
  for (const [number, pass] of passesOf(run).entries()) {
    const writes = pass.of('shared-written').filter(({ job }) => job !== null);
    const ends = writes.map(({ job, atMs }) => ({ ms: atMs, row: rowOf(pass, job) + 0.9 }));
    const crosses = await countPixels(page, number, 'wrong', ends);
    expect(Math.max(...crosses)).toBeGreaterThan(0);
  }
}
