/** The planned times of a family's runs, within the limits of the server. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedMs } from '../../server/figures/expect.ts';
import { type Capacity, meanTimes, plannedTimes, specAt, sum } from '../../server/figures/planned.ts';
import { MODES } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';

const spec: Spec = {
  lesson: 'one-by-one',
  code: '',
  modes: ['threads'],
  runtime: 'node',
  jobs: 8,
  workers: null,
  minSeconds: 2,
  maxSeconds: 2,
  work: 'wait',
  seed: 1,
};
const ground: Capacity = { cores: 2, maxProcesses: 32, memoryMib: 10_000, passSeconds: 60, runSeconds: 300 };
/** More than the work alone, because each pass has to start, but less than twice as much. */
const isAbout = (ms: number, workMs: number) => ms > workMs && ms < workMs + 1000;

describe('plannedTimes', () => {
  it('plannedTimes: a repeat plans the same run several times', () => {
    const { runsMs, isCut } = plannedTimes({ kind: 'repeat', count: 5 }, spec, ground);
    expect(runsMs).toHaveLength(5);
    expect(new Set(runsMs).size).toBe(1);
    expect(isAbout(runsMs[0] ?? 0, 2000)).toBe(true);
    expect(isCut).toBe(false);
  });

  it('plannedTimes: a sweep has one more worker each time', () => {
    const { runsMs } = plannedTimes({ kind: 'sweep', count: 4 }, spec, ground);
    for (const [i, workMs] of [16_000, 8000, 6000, 4000].entries())
      expect(isAbout(runsMs[i] ?? 0, workMs)).toBe(true);
  });

  it('plannedTimes: the passes of a run add up, as the jobs of a sequential pass do', () => {
    const any = fc.record({
      modes: fc.shuffledSubarray([...MODES], { minLength: 1 }),
      jobs: fc.integer({ min: 1, max: 20 }),
      maxSeconds: fc.integer({ min: 2, max: 3 }),
      seed: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(any, (part) => {
        const own = { ...spec, ...part };
        const [runMs = 0] = plannedTimes({ kind: 'repeat', count: 2 }, own, ground).runsMs;
        const alone = own.modes.map((mode) => expectedMs({ ...own, modes: [mode] }, ground.cores));
        expect(runMs).toBeGreaterThan(sum(alone));
        expect(runMs).toBeLessThan(sum(alone) + 1000 * own.modes.length);
      }),
    );
  });

  it('plannedTimes: a pass and a run end at their limits, and the plan says so', () => {
    const long: Spec = { ...spec, modes: ['sequential', 'threads'], minSeconds: 10, maxSeconds: 10 };
    const repeat = { kind: 'repeat', count: 2 } as const;
    const cut = plannedTimes(repeat, long, ground);
    expect(cut.isCut).toBe(true);
    expect(isAbout(cut.runsMs[0] ?? 0, 60_000 + 10_000)).toBe(true);
    const shorter = plannedTimes(repeat, long, { ...ground, runSeconds: 30 });
    expect(shorter).toEqual({ runsMs: [30_000, 30_000], isCut: true });
  });

  it('plannedTimes: plans for no more processes than the limit, and uses a lesson’s own model', () => {
    const repeat = { kind: 'repeat', count: 2 } as const;
    const [few = 0] = plannedTimes(
      repeat,
      { ...spec, modes: ['processes'] },
      { ...ground, maxProcesses: 2 },
    ).runsMs;
    expect(isAbout(few, 8000)).toBe(true);
    const [own = 0] = plannedTimes(repeat, spec, { ...ground, planOf: () => 33 }).runsMs;
    expect(isAbout(own, 33_000)).toBe(true);
  });
});

it('specAt: in a sweep, the number is the number of workers; a repeat keeps those of the spec', () => {
  expect(specAt({ kind: 'sweep', count: 9 }, { ...spec, workers: 4 }, 7).workers).toBe(7);
  expect(specAt({ kind: 'repeat', count: 9 }, { ...spec, workers: 4 }, 7).workers).toBe(4);
});

it('meanTimes: the mean of each run, cut if any is', () => {
  const all = [
    { runsMs: [1000, 400], isCut: false },
    { runsMs: [3000, 200], isCut: true },
  ];
  expect(meanTimes(all)).toEqual({ runsMs: [2000, 300], isCut: true });
});
