/** Speed-ups of groups of jobs that share the same work, from passes made by hand. */
import { describe, expect, it } from 'vitest';
import { amdahl, speedUpsOf } from '../../server/figures/speed-up.ts';
import { type Job, type Pass, run, timelineOf } from '../timeline/made-events.ts';

const first = (pass: Pass) => speedUpsOf(timelineOf(run([pass])).passes[0]!);
/** A group of `count` jobs that compute for `ms` each, starting at `from`. */
const group = (count: number, from: number, ms: number): Job[] =>
  Array.from({ length: count }, () => ({ from, to: from + ms, does: 'compute' }));

describe('speedUpsOf', () => {
  it('speedUpsOf: each group relative to the job that did the work alone', () => {
    const jobs = [...group(1, 0, 800), ...group(2, 800, 400), ...group(4, 1200, 200)];
    expect(first({ mode: 'threads', jobs, cores: 4 })).toEqual({
      mode: 'threads',
      cores: 4,
      serial: 0,
      points: [
        { workers: 1, factor: 1 },
        { workers: 2, factor: 2 },
        { workers: 4, factor: 4 },
      ],
    });
  });

  it('speedUpsOf: the time a lane takes to start is included, and is serial', () => {
    const jobs = [...group(1, 100, 300), ...group(2, 500, 150)];
    const { serial, points } = first({ mode: 'threads', jobs, bootMs: 100 });
    expect(serial).toBeCloseTo(0.25);
    expect(points[1]?.factor).toBeCloseTo(400 / 250);
  });

  it('speedUpsOf: a group that has not ended, or in which jobs failed, has no point', () => {
    const open: Job[] = [...group(1, 0, 100), { from: 100, to: 150, does: 'compute' }, { from: 100 }];
    expect(first({ mode: 'threads', jobs: open }).points).toHaveLength(1);
    const failed: Job[] = [{ from: 0, to: 100, status: 'failed' }];
    expect(first({ mode: 'threads', jobs: failed })).toMatchObject({ serial: null, points: [] });
  });
});

it('amdahl: no number of workers exceeds the limit of the serial share', () => {
  expect(amdahl(0, 8)).toBe(8);
  expect(amdahl(1, 8)).toBe(1);
  expect(amdahl(0.1, 8)).toBeCloseTo(4.706, 3);
  expect(amdahl(0.1, 1e9)).toBeCloseTo(10, 3);
});
