/** What the page must show when a lesson on a common mistake has run: see lesson-points.ts. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Played } from '../contract/play.ts';
import { waits } from '../contract/spans.ts';
import { readChart } from './drawn.ts';
import { countPixels } from './drawn-marks.ts';
import { expectDrawn } from './playground-page.ts';
import { colourIn, expectNone, expectSome, isLong, panel, passesOf, rowOf } from './shown-run.ts';

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

/** The waits for the locks are drawn, and crosses where updates were lost all the same. */
export async function lostBehindLocks(page: Page, run: Played): Promise<void> {
  const waitedFor = new Set<string>();
  for (const [number, pass] of passesOf(run).entries()) {
    const locked = waits(pass, 'lock').filter(isLong);
    for (const { on } of locked) waitedFor.add(on);
    await expectSome(colourIn(page, number, pass, 'lock', locked));
  }
  // Over all passes: if threads start late, those that share a lock may hardly wait for it.
  expect(waitedFor).toEqual(new Set(['A', 'B']));
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

/** The waits for permits are drawn, and the other jobs wait for none. */
export async function waitsForPermits(page: Page, run: Played): Promise<void> {
  const waited = waits(run, 'semaphore').filter(isLong);
  // Which jobs wait, and for how long, differs where threads start late.
  expect(waited.length).toBeGreaterThan(0);
  await expectSome(colourIn(page, 0, run, 'semaphore', waited));
  const asleep = waits(run, 'sleep').filter(({ job }) => Number(job) % 2 === 0);
  await expectNone(colourIn(page, 0, run, 'semaphore', asleep));
  const texts = (await panel(page, 0)).map(({ text }) => text);
  expect(texts.join('\n')).toMatch(/door 0 of 3 permits taken/);
}

/** The writer waits for permits, and the reader behind it for the writer’s; both, and those after them, at the door first. */
export async function waitsForReaders(page: Page, run: Played): Promise<void> {
  const waited = waits(run, 'semaphore').filter(isLong);
  expect(new Set(waited.map(({ job }) => job))).toEqual(new Set([5, 7]));
  await expectSome(colourIn(page, 0, run, 'semaphore', waited));
  const atDoor = waits(run, 'lock').filter((wait) => isLong(wait) && wait.on === 'door');
  expect(atDoor.map(({ job }) => job)).toEqual([7, 9, 11]);
  await expectSome(colourIn(page, 0, run, 'lock', atDoor));
  const texts = (await panel(page, 0)).map(({ text }) => text);
  expect(texts.join('\n')).toMatch(/text 0 of 4 permits taken/);
}

/** One job computes while another waits; the wait that began too late is drawn, too. */
export async function waitsForNotifications(page: Page, run: Played): Promise<void> {
  const waited = waits(run, 'condition').filter(isLong);
  expect(waited.map(({ job }) => job)).toEqual([2, 3]);
  await expectSome(colourIn(page, 0, run, 'condition', waited));
  const { stretches, rows } = await readChart(page, 0, 'computing');
  const computed = (of: number) =>
    stretches.filter(({ row }) => row === of).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const own = rowOf(run, 1);
  for (let row = 0; row < rows; row++) if (row !== own) expect(computed(own)).toBeGreaterThan(computed(row));
}

/** The waits for the lock are drawn, also the busy job’s; without a line there are none. */
export async function waitsInLine(page: Page, run: Played): Promise<void> {
  const waited = waits(run, 'lock').filter(({ from, to }) => to - from > 50);
  expect(new Set(waited.map(({ job }) => job))).toEqual(new Set([3, 4, 5]));
  await expectSome(colourIn(page, 0, run, 'lock', waited));
  const without = waits(run, 'sleep').filter(({ job, on }) => Number(job) < 3 && on === '0.1 s');
  expect(without).toHaveLength(16);
  await expectNone(colourIn(page, 0, run, 'lock', without));
}
