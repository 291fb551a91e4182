/** What holds up a pass from outside, by the clocks. */
import { expect, it } from 'vitest';
import { PauseMeter } from '../../../server/runs/pass/pauses.ts';

const TICK_MS = 250;

/** A meter with clocks that `pass` advances, each by its own ms. */
function meter() {
  const [at, clocks] = [
    { monotonic: 100, wall: 5000 },
    { monotonic: () => at.monotonic, wall: () => at.wall },
  ];
  const pauses = new PauseMeter(TICK_MS, clocks);
  const pass = (monotonic: number, wall = monotonic) => {
    at.monotonic += monotonic;
    at.wall += wall;
  };
  return { pauses, pass };
}

it.each([
  ['in time, or a little late', [TICK_MS, TICK_MS + 1900, TICK_MS], null],
  ['late by much', [TICK_MS, TICK_MS + 20_000, TICK_MS, TICK_MS + 3000], { server: 23_000 }],
])('a server that ticks %s', (_when, gaps, expected) => {
  const { pauses, pass } = meter();
  for (const gap of gaps) {
    pass(gap);
    const isLate = gap - TICK_MS >= 2000;
    if (isLate) expect(pauses.isLate).toBe(true);
    expect(pauses.tick()).toBe(isLate);
    expect(pauses.isLate).toBe(isLate);
  }
  expect(pauses.total()).toEqual(expected);
});

it.each([
  ['sleeps, so that one clock stops', 60_000, { machine: 60_000 }],
  ['has its clock put back', -3000, { machine: 3000 }],
  ['has its clock adjusted a little', 40, null],
])('a machine that %s', (_what, leapMs, expected) => {
  const { pauses, pass } = meter();
  pass(TICK_MS, TICK_MS + leapMs);
  expect(pauses.tick()).toBe(false);
  expect(pauses.total()).toEqual(expected);
});

it('a process that is stopped: for as long as the samples say so, the longest of several', () => {
  const { pauses, pass } = meter();
  for (const isStopped of [false, true, true, true, true, false, true]) {
    pass(TICK_MS);
    pauses.sample(1, isStopped);
    pauses.sample(2, false);
  }
  expect(pauses.total()).toEqual({ program: 750 });
});
