/** What the page must show when a lesson has run: in its charts, panels, table and console. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { marksOf } from '../../views/drawing/marks.ts';
import type { Of, Played } from '../contract/play.ts';
import { waits } from '../contract/spans.ts';
import { readChart, type Stretch } from './drawn.ts';
import { countPixels, type Place } from './drawn-marks.ts';
import { consoleLines, expectDrawn } from './playground-page.ts';
import {
  colourIn,
  expectNone,
  expectSome,
  isLong,
  jobsCell,
  modelOf,
  panel,
  passesOf,
  rowOf,
} from './shown-run.ts';

/** One by one the waits are in one row; in other modes they overlap in different rows. */
export async function waitsOverlap(page: Page, run: Played): Promise<void> {
  await expectDrawn(page, run.events);
  for (const [number, mode] of run.spec.modes.entries()) {
    const { stretches } = await readChart(page, number, 'sleep');
    expect(stretches).toHaveLength(5);
    expect(new Set(stretches.map(({ row }) => row)).size).toBe(number === 0 ? 1 : 5);
    // One by one each begins when the previous one has ended; on the event loop the second does not wait for the first.
    // On a busy machine, threads and processes may start further apart than that.
    const [, second] = stretches.map(({ startMs }) => startMs).toSorted((a, b) => a - b);
    const firstEnd = Math.min(...stretches.map(({ endMs }) => endMs));
    if (mode === 'event-loop') expect(second).toBeLessThan(firstEnd);
  }
}

/** Main's row has its waits, and the console says whether it had to wait. */
export async function joinsInTurn(page: Page, run: Played): Promise<void> {
  await expectDrawn(page, run.events);
  const joins = waits(run, 'join');
  expect(joins).toHaveLength(5);
  await expectSome(colourIn(page, 0, run, 'join', joins.filter(isLong)));
  await expectNone(countPixels(page, 0, 'join', [{ fromMs: 0, toMs: 2000, fromRow: 1.1, toRow: 5.9 }]));
  const lines = (await consoleLines(page)).flatMap((line) => /^join job \d, (\w+),/.exec(line)?.[1] ?? []);
  expect(lines[0]).toBe('running');
  expect(lines).toContain('ended');
}

/**
 * Each lane's start is drawn. Each process has its number and exit code; threads share a process and have no exit code.
 */
export async function processesOfTheirOwn(page: Page, run: Played): Promise<void> {
  for (const [number, pass] of passesOf(run).entries()) {
    const starts = pass.of('lane-started').slice(1);
    const places = starts.map(({ lane, atMs }): Place => {
      const ready = pass.of('lane-ready').find((one) => one.lane === lane);
      return { fromMs: atMs, toMs: ready?.atMs ?? Number.NaN, fromRow: lane, toRow: lane + 1 };
    });
    expect(places).toHaveLength(5);
    await expectSome(countPixels(page, number, 'starting', places));
    // The table is folded.
    expect(await page.locator(`tr[data-pass="${number}"] td[data-label=Memory]`).textContent()).toMatch(/\d/);
  }
  for (const [number, pass] of passesOf(run).entries()) {
    const texts = (await panel(page, number)).map(({ text }) => text);
    const starts = pass.of('lane-started');
    expect(texts).toEqual(
      number === 0
        ? [`process ${starts[0]?.pid}, exited with 0 shared by main, job 0 to job 4`]
        : starts.map(({ name, pid }, i) =>
            i === 0 ? `main ${pid}, exited with 0` : `${name} ${pid}, child of the server, exited with 0`,
          ),
    );
  }
  const lines = await consoleLines(page);
  const pids = lines.flatMap((line) => /in process (\d+)$/.exec(line)?.[1] ?? []);
  expect([new Set(pids.slice(0, 5)).size, new Set(pids.slice(5)).size]).toEqual([1, 5]);
  const codes = lines.flatMap((line) => /^Job \d ended, (.*)$/.exec(line)?.[1] ?? []);
  expect(codes).toEqual([...Array(5).fill('no exit code'), ...Array(5).fill('exit code 0')]);
}

export async function oneList(page: Page): Promise<void> {
  const held = await panel(page, 0);
  expect(held).toHaveLength(1);
  expect(held[0]?.chips.toSorted()).toEqual(['job 0', 'job 1', 'job 2', 'job 3', 'job 4']);
}

/** Five entries in the shared list; with processes, one in each child's list, and none in main's. */
export async function listsApart(page: Page): Promise<void> {
  await oneList(page);
  const held = await panel(page, 1);
  expect(held.map(({ chips }) => chips)).toEqual([[], ['job 0'], ['job 1'], ['job 2'], ['job 3'], ['job 4']]);
  expect(held[0]?.text).toContain('main list empty');
}

/** Each message is drawn from put to get; the numbers arrive in main's list. */
export async function messages(page: Page, run: Played): Promise<void> {
  const { arrows } = marksOf(modelOf(run));
  expect(arrows).toHaveLength(5);
  const ends = arrows.flatMap(({ fromRow, fromMs, toRow, toMs }) => [
    { ms: fromMs, row: fromRow + 0.5 },
    { ms: toMs ?? Number.NaN, row: (toRow ?? Number.NaN) + 0.5 },
  ]);
  await expectSome(countPixels(page, 0, 'message', ends));
  const first = Math.min(...arrows.map(({ fromMs }) => fromMs));
  await expectNone(countPixels(page, 0, 'message', [{ fromMs: 0, toMs: 0.8 * first, fromRow: 1, toRow: 6 }]));
  expect((await panel(page, 0))[0]?.text).toContain('5 put in, 5 taken out');
  const got = run.of('message-received').map(({ value }) => value);
  expect(await consoleLines(page)).toContain(`List is no longer empty: 5 entries [${got.join(', ')}]`);
}

/** Counts the ink at the end of each job: a cross or a torn edge. */
function inkAtEnds(page: Page, number: number, pass: Played, ended: Of<'job-ended'>[]) {
  const ends = ended.map(({ job, atMs }) => ({ ms: atMs, row: rowOf(pass, job) + 0.5 }));
  return countPixels(page, number, 'ink', ends);
}

/** The daemon's bar has a torn edge, the other job's does not. */
export async function daemonTorn(page: Page, run: Played): Promise<void> {
  for (const [number, pass] of passesOf(run).entries()) {
    const [cut, whole] = ['cut-off', 'done'].map((status) =>
      pass.of('job-ended').filter((one) => one.status === status),
    );
    await expectSome(inkAtEnds(page, number, pass, cut ?? []));
    await expectNone(inkAtEnds(page, number, pass, whole ?? []));
    expect(await jobsCell(page, number)).toBe('1 done, 1 cut off');
  }
  expect(await page.locator('.legend [data-look=cut-off]').isVisible()).toBe(true);
}

/** No bar is torn; main waits, and ends last. */
export async function daemonWhole(page: Page, run: Played): Promise<void> {
  for (const [number, pass] of passesOf(run).entries()) {
    await expectNone(inkAtEnds(page, number, pass, pass.of('job-ended')));
    await expectSome(colourIn(page, number, pass, 'join', waits(pass, 'join').filter(isLong)));
    expect(await jobsCell(page, number)).toBe('2 done');
  }
  expect((await consoleLines(page)).at(-1)).toBe('Main is done');
}

export async function primes(page: Page, run: Played): Promise<void> {
  const found = (await consoleLines(page)).filter((line) => line.startsWith('Found'));
  expect(found).toEqual(Array(4).fill('Found 7837 primes below 80000'));
  for (const [number] of passesOf(run).entries())
    expect((await panel(page, number))[0]?.text).toContain('4 put in, 4 taken out');
}

/** Returns whether one span ends before another begins, to a pixel's precision. */
const isBefore = (one: Stretch, other: Stretch | undefined, pixelMs: number) =>
  other === undefined || one.endMs <= other.startMs + 2 * pixelMs;

/** On the event loop no two jobs compute at once; the figure has a point for each group, and the law's curve. */
export async function speedUps(page: Page): Promise<void> {
  const { stretches, pixelMs } = await readChart(page, 0, 'computing');
  const inTime = stretches.toSorted((a, b) => a.startMs - b.startMs);
  expect(inTime.length).toBeGreaterThan(8);
  for (const [i, one] of inTime.entries()) expect(isBefore(one, inTime[i + 1], pixelMs)).toBe(true);
  const figure = page.locator('.speed-up');
  // The key has one more of each.
  expect(await figure.locator('rect.measured').count()).toBe(5);
  expect(await figure.locator('circle.measured').count()).toBe(5);
  expect(await figure.locator('path.amdahl').count()).toBe(1);
  expect(await figure.locator('svg').getAttribute('aria-label')).toContain('threads, 8 jobs: ');
}

/** Twenty jobs in four rows besides main's, one after the other in each. */
export async function turns(page: Page, run: Played): Promise<void> {
  await expectDrawn(page, run.events);
  for (const [number] of passesOf(run).entries()) {
    expect((await readChart(page, number, 'sleep')).rows).toBe(5);
    expect(await jobsCell(page, number)).toBe('20 done');
  }
}

/** Every lost update has a cross at its write; without shared memory there are none. */
export async function updatesCrossed(page: Page, run: Played): Promise<void> {
  for (const [number, pass] of passesOf(run).entries()) {
    const writes = pass
      .of('shared-written')
      .filter(({ key, job, atomic }) => key === 'counter' && job !== null && !atomic);
    expect(writes).toHaveLength(4);
    const ends = writes.map(({ job, atMs }) => ({ ms: atMs, row: rowOf(pass, job) + 0.9 }));
    const isShared = number < 2;
    const crosses = await countPixels(page, number, 'wrong', ends);
    expect(crosses.map((count) => count > 0)).toEqual([isShared, isShared, isShared, false]);
    const [main] = await panel(page, number);
    expect(main?.text).toMatch(
      isShared ? /counter 1 after read, work, write 4 after adding in one step/ : /main counter 0$/,
    );
  }
}

/** The waits for the lock are drawn, and no others. */
export async function turnsWithTheLock(page: Page, run: Played): Promise<void> {
  for (const [number, pass] of passesOf(run).entries()) {
    const locked = waits(pass, 'lock').filter(isLong);
    // All jobs but the first, or fewer if a lane started late.
    expect(locked.length).toBeGreaterThan(0);
    await expectSome(colourIn(page, number, pass, 'lock', locked));
    // A pixel of the wait for the lock may be visible at its start.
    const asleep = waits(pass, 'sleep').map((one) => ({ ...one, from: one.from + (one.to - one.from) / 10 }));
    await expectNone(colourIn(page, number, pass, 'lock', asleep));
    const texts = (await panel(page, number)).map(({ text }) => text);
    expect(texts[0]).toContain('counter 4');
    expect(texts[1]).toContain('A free');
  }
}

/** The circle is drawn where it closed, and the locks are still held. */
export async function circle(page: Page, run: Played): Promise<void> {
  const wanted = run.of('wait-started').filter((one) => one.for === 'lock' && Number(one.job) > 1);
  const closed = Math.max(...wanted.map(({ atMs }) => atMs));
  const rows = [rowOf(run, 2), rowOf(run, 3)];
  const row = Math.min(...rows) + 1;
  await expectSome(countPixels(page, 0, 'wrong', [{ ms: closed, row, reach: 18 }]));
  await expectNone(countPixels(page, 0, 'wrong', [{ ms: closed / 2, row, reach: 18 }]));
  const [locks] = await panel(page, 0);
  expect(locks?.text).toContain('A held by job 2');
  expect(locks?.text).toContain('B held by job 3');
  expect(await page.locator('.pass-time').innerText()).toContain('failed');
}

/** The jobs wait for room; all messages are taken. */
export async function backpressure(page: Page, run: Played): Promise<void> {
  const puts = waits(run, 'queue').filter((wait) => wait.job !== null && isLong(wait));
  await expectSome(colourIn(page, 0, run, 'queue', puts));
  expect((await panel(page, 0))[0]?.text).toContain('12 put in, 12 taken out');
}

/** Each failed job has a cross; in threads, also those that failed with the one that ran out of memory. */
export async function whatDied(page: Page, run: Played): Promise<void> {
  for (const [number, pass] of passesOf(run).entries()) {
    const ended = pass.of('job-ended');
    for (const status of ['failed', 'cut-off']) {
      const ends = ended.filter((one) => one.status === status);
      if (ends.length > 0) await expectSome(inkAtEnds(page, number, pass, ends));
    }
    await expectNone(
      inkAtEnds(
        page,
        number,
        pass,
        ended.filter(({ status }) => status === 'done'),
      ),
    );
  }
  expect([await jobsCell(page, 0), await jobsCell(page, 1)]).toEqual([
    '1 done, 2 failed, 2 cut off',
    '2 done, 3 failed',
  ]);
  const lines = await consoleLines(page);
  expect(lines.filter((line) => line.startsWith('Main is done'))).toHaveLength(1);
  expect(lines).toContain('Job 2 has ended, exit code 3');
}

/** On the event loop, the sleeps span all of the computing; in threads none is delayed by it. */
export async function timersHeldUp(page: Page, run: Played): Promise<void> {
  await expectDrawn(page, run.events);
  for (const [number] of passesOf(run).entries()) {
    const computing = await readChart(page, number, 'computing');
    const [long] = computing.stretches.toSorted((a, b) => b.endMs - b.startMs - a.endMs + a.startMs);
    const { stretches, pixelMs } = await readChart(page, number, 'sleep');
    const across = stretches.filter(
      ({ row, startMs, endMs }) =>
        long !== undefined &&
        row !== long.row &&
        startMs <= long.startMs + 3 * pixelMs &&
        endMs >= long.endMs - 3 * pixelMs,
    );
    expect(across).toHaveLength(number === 0 ? 2 : 0);
  }
}

/** One by one, jobs compute in main's row; in threads and processes each has its row, and all are under way at once. */
export async function allUnderWay(page: Page, run: Played): Promise<void> {
  await expectDrawn(page, run.events);
  for (const [number, mode] of run.spec.modes.entries()) {
    const { stretches } = await readChart(page, number, 'computing');
    expect(new Set(stretches.map(({ row }) => row)).size, mode).toBe(mode === 'sequential' ? 1 : 4);
  }
}

/** On the event loop, three jobs have the thread one after another; in threads, all six sleep side by side. */
export async function threadHeld(page: Page, run: Played): Promise<void> {
  await expectDrawn(page, run.events);
  for (const [number, mode] of run.spec.modes.entries()) {
    const { stretches, pixelMs } = await readChart(page, number, 'computing');
    const long = stretches
      .filter(({ startMs, endMs }) => endMs - startMs > 200)
      .toSorted((a, b) => a.startMs - b.startMs);
    const isLoop = mode === 'event-loop';
    expect(new Set(long.map(({ row }) => row)).size, mode).toBe(isLoop ? 3 : 0);
    for (const [i, { startMs }] of long.entries())
      expect(startMs).toBeGreaterThanOrEqual((long[i - 1]?.endMs ?? 0) - 3 * pixelMs);
    const sleeps = (await readChart(page, number, 'sleep')).stretches;
    expect(new Set(sleeps.map(({ row }) => row)).size, mode).toBeGreaterThanOrEqual(isLoop ? 3 : 6);
  }
}
