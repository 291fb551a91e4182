/** The expected length of a pass: computed from the same seconds that its jobs will draw. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedMs, jobSeconds } from '../../server/figures/expect.ts';
import { apiFor } from '../../server/program/api.ts';
import { Asker } from '../../server/program/asker.ts';
import { linesOf } from '../../server/program/line.ts';
import { newMemory } from '../../server/program/memory.ts';
import { MODES } from '../../server/spec/modes.ts';
import { type Spec, WORKS } from '../../server/spec/spec.ts';

const spec: Spec = {
  lesson: 'one-by-one',
  code: '',
  modes: ['sequential'],
  runtime: 'node',
  jobs: 5,
  workers: null,
  minSeconds: 1,
  maxSeconds: 10,
  work: 'wait',
  seed: 42,
};
const of = (part: Partial<Spec>, cores = 2) => expectedMs({ ...spec, ...part }, cores);
const seconds = jobSeconds(spec);
const sum = seconds.reduce((total, one) => total + one, 0) * 1000;
const longest = Math.max(...seconds) * 1000;

describe('jobSeconds', () => {
  it('jobSeconds: equals the numbers that the jobs draw, in every mode', () => {
    for (const mode of MODES) {
      const drawn = seconds.map((_, n) => {
        const { jobs, minSeconds, maxSeconds, work, seed } = spec;
        const pass = { mode, jobs, minSeconds, maxSeconds, work, seed };
        const rest = { program: '', blocksPerSecond: 1, maxLanes: null, reuse: false, logBytes: 0 };
        const settings = { ...pass, ...rest };
        const lines = linesOf('');
        const asker = new Asker(0, () => {}, lines);
        const program = { job: () => {} };
        const lane = { lane: 0, name: 'main', pid: 1, memory: newMemory(), running: new Set<number>() };
        return apiFor(n, { ...lane, settings, program, asker, lines }).random();
      });
      expect(drawn).toEqual(seconds);
    }
    expect(new Set(seconds).size).toBeGreaterThan(1);
  });
});

describe('expectedMs', () => {
  it('expectedMs: one after the other takes the sum, all at once the longest', () => {
    expect(of({ modes: ['sequential'] })).toBeCloseTo(sum);
    for (const mode of ['event-loop', 'threads', 'processes'] as const) {
      expect(of({ modes: [mode] })).toBeCloseTo(longest);
    }
  });

  it('expectedMs: of several passes, the longest', () => {
    expect(of({ modes: ['sequential', 'threads'] })).toBeCloseTo(sum);
    expect(of({ modes: ['threads', 'processes'] })).toBeCloseTo(longest);
  });

  it('expectedMs: computing, no more jobs progress than there are cores, and one on the event loop', () => {
    const same = { work: 'compute', minSeconds: 2, maxSeconds: 2, jobs: 8 } as const;
    expect(of({ ...same, modes: ['threads'] }, 2)).toBe(8000);
    expect(of({ ...same, modes: ['processes'] }, 8)).toBe(2000);
    expect(of({ ...same, modes: ['processes'] }, 64)).toBe(2000);
    expect(of({ ...same, modes: ['event-loop'] }, 8)).toBe(16_000);
  });

  it('expectedMs: a pool takes jobs in order, each lane the next as soon as it is free', () => {
    const [a = 0, b = 0, c = 0] = seconds;
    const two = of({ modes: ['threads'], workers: 2, jobs: 3 });
    expect(two).toBeCloseTo(Math.max(a, b, Math.min(a, b) + c) * 1000);
    expect(of({ modes: ['threads'], workers: 1 })).toBeCloseTo(sum);
    expect(of({ modes: ['threads'], workers: 99 })).toBeCloseTo(longest);
  });

  it('expectedMs: lies between the best that the lanes can do and the sum', () => {
    const any = fc.record({
      modes: fc.shuffledSubarray([...MODES], { minLength: 1 }),
      jobs: fc.integer({ min: 1, max: 100 }),
      workers: fc.option(fc.integer({ min: 1, max: 100 })),
      work: fc.constantFrom(...WORKS),
      seed: fc.maxSafeNat(),
      maxSeconds: fc.integer({ min: 1, max: 3600 }),
    });
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 64 }), (part, cores) => {
        const drawn = jobSeconds({ ...spec, ...part });
        const total = drawn.reduce((all, one) => all + one, 0) * 1000;
        const least = Math.max(...drawn) * 1000;
        const expected = of(part, cores);
        expect(drawn).toHaveLength(part.jobs);
        expect(expected).toBeGreaterThanOrEqual(least - 1e-6);
        expect(expected).toBeLessThanOrEqual(total + 1e-6);
        if (part.modes.includes('sequential')) expect(expected).toBeCloseTo(total, 3);
      }),
    );
  });
});
