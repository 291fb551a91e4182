/** The figures and the sentence of a family, from results made by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Family, figuresOf, finishedRuns } from '../../server/figures/family.ts';
import type { PassResult } from '../../server/figures/result.ts';
import { resultOf } from '../../server/figures/result.ts';
import { amdahl } from '../../server/figures/speed-up.ts';
import type { Status } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { familySentence, percent, rangeOf, wordsOf } from '../../server/words/family-sentence.ts';

/** A pass that mostly waited; `cpuMs` says otherwise. */
const passed = (mode: Mode, wallMs: number, order = [0, 1, 2], cpuMs = 90): PassResult => ({
  mode,
  status: 'completed',
  wallMs,
  cpuMs,
  cores: 2,
  order,
});

/** Makes a family with a run for each entry of `passes`; `status` is null while it is under way. */
function family(part: Partial<Family> & { modes: Mode[]; passes: PassResult[][]; jobs?: number }): Family {
  const { modes, passes, jobs = 3, ...rest } = part;
  return {
    id: 'f',
    person: 'ann',
    kind: 'repeat',
    count: passes.length,
    createdAt: 0,
    status: 'completed',
    spec: {
      lesson: 'one-by-one',
      code: '',
      modes,
      runtime: 'node',
      jobs,
      workers: null,
      minSeconds: 1,
      maxSeconds: 9,
      work: 'wait',
      seed: 1,
    },
    runs: passes.map((results, i) => ({
      id: `r${i + 1}`,
      number: i + 1,
      createdAt: 0,
      result: { ...resultOf([]), status: 'completed', passes: results },
    })),
    ...rest,
  };
}

const repeated = [[passed('threads', 9100)], [passed('threads', 9400, [2, 0, 1])], [passed('threads', 9200)]];

describe('familySentence', () => {
  it('familySentence: a repeat in one mode, with its range and the number of orders', () => {
    const textOf = (part: Partial<Family>) =>
      familySentence(family({ modes: ['threads'], passes: repeated, ...part }));
    expect(textOf({})).toBe('3 runs in threads: 9.1 to 9.4 s; jobs ended in 2 different orders.');
    expect(textOf({ status: null, count: 50 })).toBe(
      '3 of 50 runs so far in threads: 9.1 to 9.4 s; jobs ended in 2 different orders.',
    );
    expect(textOf({ status: 'cancelled', count: 50 })).toMatch(
      /^Cancelled after 3 of 50 runs in threads: 9\.1/,
    );
    expect(textOf({ status: 'interrupted', count: 50 })).toMatch(
      /^Interrupted when the server stopped, after 3 of 50 runs in threads: /,
    );
  });

  it('familySentence: the run that the stop of a family cut off is not counted', () => {
    for (const stop of ['cancelled', 'interrupted'] as const) {
      const stopped = family({ modes: ['threads'], passes: [...repeated, []], status: stop, count: 50 });
      stopped.runs[3]!.result.status = stop;
      expect(familySentence(stopped)).toMatch(/ after 3 of 50 runs in threads: 9\.1 to 9\.4 s/);
      expect(finishedRuns(stopped)).toBe(3);
    }
  });

  it('familySentence: always one order, one job, and one run', () => {
    const same = [[passed('sequential', 25_000)], [passed('sequential', 25_300)]];
    expect(familySentence(family({ modes: ['sequential'], passes: same }))).toBe(
      '2 runs one by one: 25.0 to 25.3 s; jobs always ended in the same order.',
    );
    expect(familySentence(family({ modes: ['sequential'], passes: same, jobs: 1 }))).toBe(
      '2 runs one by one: 25.0 to 25.3 s.',
    );
    const one = family({ modes: ['threads'], passes: repeated.slice(0, 1), count: 2, status: null });
    expect(familySentence(one)).toBe('1 of 2 runs so far in threads: 9.1 s.');
  });

  it('familySentence: says how many runs did not complete, of those that nobody stopped', () => {
    const failing = family({ modes: ['threads'], passes: [...repeated, [], []], count: 5 });
    for (const [i, status] of (['failed', 'timed-out'] as const).entries())
      failing.runs[3 + i]!.result.status = status;
    expect(familySentence(failing)).toMatch(
      /^5 runs in threads: 2 did not complete; the others took 9\.1 to 9\.4 s; .* different orders\.$/,
    );
    failing.runs[4]!.result.status = 'failed';
    expect(familySentence(failing)).toMatch(/^5 runs in threads: 2 failed; the others took 9\.1 to 9\.4 s; /);
  });

  it('familySentence: several modes are described by their orders', () => {
    const passes = repeated.map(([threads]) => [passed('sequential', 20_000), threads!]);
    const modes: Mode[] = ['sequential', 'threads'];
    expect(familySentence(family({ modes, passes }))).toBe(
      '3 runs: jobs always ended in the same order one by one, but in 2 different orders in threads.',
    );
    expect(familySentence(family({ modes, passes, jobs: 1 }))).toBe(
      '3 runs: one by one 20.0 s, in threads 9.1 to 9.4 s.',
    );
    // Of the first run, only the first pass has ended.
    const begun = family({ modes, passes: [[passed('sequential', 20_000)]], status: null, count: 3 });
    begun.runs[0]!.result.status = null;
    expect(familySentence(begun)).toBe('0 of 3 runs so far: one by one 20.0 s.');
  });

  it('familySentence: modes are described by their orders as soon as one was measured twice', () => {
    const other = [2, 0, 1];
    const textOf = (...passes: PassResult[][]) =>
      familySentence(
        family({ modes: ['sequential', 'event-loop', 'threads'], passes, status: null, count: 9 }),
      ).replace(/^.* far: /, '');
    const loop = passed('event-loop', 5000);
    expect(textOf([passed('sequential', 9000), loop], [passed('sequential', 9000)])).toBe(
      'jobs always ended in the same order one by one.',
    );
    const mixed = [passed('sequential', 9000), loop, passed('threads', 5000)];
    expect(textOf(mixed, mixed, [passed('sequential', 9000), loop, passed('threads', 5000, other)])).toBe(
      'jobs always ended in the same order one by one and on the event loop, but in 2 different orders in threads.',
    );
    expect(
      textOf([loop, passed('threads', 1)], [passed('event-loop', 1, other), passed('threads', 1, other)]),
    ).toBe('jobs ended in 2 different orders on the event loop and 2 in threads.');
  });

  it('familySentence: nothing measured yet, and nothing that completed', () => {
    const empty = { modes: ['threads'] satisfies Mode[], passes: [[]], count: 5, runs: [] };
    expect(familySentence(family({ ...empty, status: null }))).toBe(
      '0 of 5 runs so far: nothing measured yet.',
    );
    expect(familySentence(family({ ...empty, status: 'cancelled' }))).toBe(
      'Cancelled after 0 of 5 runs: none completed.',
    );
  });

  /** Makes a sweep in threads from the times of 1, 2, 3, … workers, in ms. If `computes`, the jobs used the cores. */
  const sweep = (times: number[], { jobs = 8, computes = false } = {}) =>
    family({
      kind: 'sweep',
      modes: ['threads'],
      jobs,
      passes: times.map((ms) => [passed('threads', ms, [], computes ? (times[0] ?? 0) : 90)]),
    });

  it.each<[string, Family, string]>([
    [
      'a share that fits, and its limit',
      sweep(
        [1, 2, 3, 4].map((n) => 8000 / amdahl(0.12, n)),
        { jobs: 12 },
      ),
      'threads were fastest with 4 workers: 2.9 times as fast as with one; Amdahl’s law fits with 12% serial work, so no number of workers would be more than 8.3 times as fast',
    ],
    [
      'nothing serial',
      sweep([8000, 4000, 8000 / 3, 2000]),
      'threads were fastest with 4 workers: 4.0 times as fast as with one; Amdahl’s law fits with 0% serial work: in this range, all of the work could be shared',
    ],
    [
      'slower with some',
      sweep([200, 340, 205], { jobs: 3 }),
      'threads were no faster with more workers than with one',
    ],
    [
      'no faster with more',
      sweep([2000, 2010, 1990, 2100]),
      'threads were about as fast with one worker as with more',
    ],
    [
      'jobs that compute on two cores: no limit from cores that are missing',
      sweep([8000, 4100, 4050, 4000, 4020], { computes: true }),
      'this machine has 2 cores; threads were fastest with 2 workers: 2.0 times as fast as with one',
    ],
    [
      'computing, with a baseline that was disturbed',
      sweep([9200, 4000, 4000], { computes: true }),
      'this machine has 2 cores; threads were fastest with 2 workers: 2.3 times as fast as with one, more than its cores allow: the run with one worker was disturbed',
    ],
    [
      'no workers beyond the jobs',
      sweep([3000, 2000, 1010, 1005, 1003, 1001, 1000], { jobs: 3 }),
      'threads were fastest with 3 workers: 3.0 times as fast as with one; Amdahl’s law fits with 3.5% serial work',
    ],
    [
      'no limit below what was measured',
      sweep([1300, 1290, 1000, 1310], { jobs: 4 }),
      'threads were fastest with 3 workers: 1.3 times as fast as with one',
    ],
    ['one job', sweep([1000, 990, 1010], { jobs: 1 }), 'one job cannot be shared among workers'],
  ])('familySentence: a sweep: %s', (_, swept, said) => {
    expect(familySentence(swept)).toBe(`1 to ${swept.count} workers: ${said}.`);
  });

  it('familySentence: a sweep of two modes says both, and one under way says how far it is', () => {
    const passes = [1, 2, 3, 4].map((n) => [
      passed('threads', 8000 / amdahl(0.12, n)),
      passed('processes', 8000 / amdahl(0.25, n)),
    ]);
    const two = family({ kind: 'sweep', modes: ['threads', 'processes'], jobs: 8, passes });
    expect(familySentence(two)).toBe(
      '1 to 4 workers: threads were fastest with 4 workers: 2.9 times as fast as with one; processes were fastest with 4 workers: 2.3 times as fast as with one.',
    );
    const early = { ...two, status: null, runs: two.runs.slice(0, 1) };
    expect(familySentence(early)).toBe(
      '1 of 4 runs so far: nothing to compare with the time of one worker yet.',
    );
  });

  it('familySentence: a sweep never sets a limit below what was measured, nor counts workers that were not there', () => {
    const times = fc.array(fc.integer({ min: 100, max: 10_000 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 9 }), fc.boolean(), (ms, jobs, computes) => {
        const text = familySentence(sweep(ms, { jobs, computes }));
        const best = Math.max(1, ...ms.map((one) => ms[0]! / one));
        const limit = Number(/more than ([\d.]+) times/.exec(text)?.[1] ?? Infinity);
        expect(limit).toBeGreaterThan(best - 0.06 - 0.02 * best);
        expect(Number(/fastest with (\d+)/.exec(text)?.[1] ?? 1)).toBeLessThanOrEqual(jobs);
      }),
    );
  });
});

describe('figuresOf', () => {
  it('figuresOf: passes that did not complete are left out, and counted', () => {
    const failed = (status: Status): PassResult => ({ ...passed('threads', 3, [1]), status });
    const passes = [...repeated, [failed('failed')], [failed('cancelled')]];
    const [threads] = figuresOf(family({ modes: ['threads'], passes }));
    expect(threads).toMatchObject({ missed: 2, wall: { min: 9100, median: 9200, max: 9400 } });
    expect(threads?.orders).toEqual([
      { order: [0, 1, 2], count: 2 },
      { order: [2, 0, 1], count: 1 },
    ]);
  });

  it('figuresOf: workers beyond the number of jobs do not count as a serial share', () => {
    const exact = (p: number) => passed('threads', 6000 / Math.min(p, 3));
    const passes = [1, 2, 3, 4, 5, 6].map((p) => [exact(p)]);
    const [threads] = figuresOf(family({ kind: 'sweep', modes: ['threads'], jobs: 3, passes }));
    expect(threads?.serial).toBeCloseTo(0, 9);
    expect(threads?.points.at(-1)).toMatchObject({ workers: 6, active: 3, factor: 3, efficiency: 1 });
  });

  it('figuresOf: nothing is fitted to two numbers of workers, nor against passes with more workers than cores', () => {
    const serialOf = (times: number[], cores: number) =>
      figuresOf(
        family({
          kind: 'sweep',
          modes: ['threads'],
          jobs: 8,
          passes: times.map((ms) => [{ ...passed('threads', ms, [], times[0]), cores }]),
        }),
      )[0]?.serial;
    expect(serialOf([1000, 714, 640, 615], 2)).toBeNull();
    expect(serialOf([1000, 600, 450, 450], 3)).toBeCloseTo(0.19, 1);
    // What was measured is faster than the law allows on three cores.
    expect(serialOf([1000, 600, 450, 300], 3)).toBeNull();
  });

  it('figuresOf: a sweep has times but nothing to fit if the run with one worker did not complete', () => {
    const passes = [[], [passed('threads', 3000)], [passed('threads', 2000)]];
    const [threads] = figuresOf(family({ kind: 'sweep', modes: ['threads'], passes }));
    expect(threads?.serial).toBeNull();
    expect(threads?.points).toEqual([
      { workers: 2, active: 2, wallMs: 3000, factor: null, efficiency: null },
      { workers: 3, active: 3, wallMs: 2000, factor: null, efficiency: null },
    ]);
  });
});

describe('rangeOf', () => {
  it('rangeOf: as many decimals as distinguish the two', () => {
    expect(rangeOf(9100, 9400)).toBe('9.1 to 9.4 s');
    expect(rangeOf(9214, 9231)).toBe('9.21 to 9.23 s');
    expect(rangeOf(9214.1, 9214.9)).toBe('9.214 to 9.215 s');
    expect(rangeOf(9214.1, 9214.2)).toBe('9.2 s');
    expect(rangeOf(43, 61.5)).toBe('43 to 62 ms');
    expect(rangeOf(43.1, 43.2)).toBe('43.1 to 43.2 ms');
    expect(rangeOf(0, 0)).toBe('0 ms');
  });

  it('rangeOf: two times with the same text are never called different', () => {
    const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(ms, ms, (a, b) => {
        const [least, most] = rangeOf(Math.min(a, b), Math.max(a, b)).split(' to ');
        expect(`${least} ${most?.split(' ')[1] ?? ''}`).not.toBe(most);
      }),
    );
  });

  it('percent: one decimal below ten', () => {
    expect([0, 0.004, 0.034, 0.0996, 0.12, 1].map(percent)).toEqual([
      '0%',
      '0.4%',
      '3.4%',
      '10%',
      '12%',
      '100%',
    ]);
  });
});

it('wordsOf: enough decimals to distinguish the quartiles, and the least and the most', () => {
  const textOf = (min: number, lower: number, upper: number, max: number) => {
    const { text, unit } = wordsOf({ min, lower, median: lower, upper, max });
    return [...[min, lower, upper, max].map(text), unit];
  };
  expect(textOf(1351, 1352, 1362, 1470)).toEqual(['1.35', '1.35', '1.36', '1.47', 's']);
  expect(textOf(1354, 1356, 1364, 1470)).toEqual(['1.354', '1.356', '1.364', '1.470', 's']);
  expect(textOf(900, 1400, 1800, 2000)).toEqual(['0.9', '1.4', '1.8', '2.0', 's']);
  // The quartiles are equal: the others decide.
  expect(textOf(1354, 1400, 1400, 1470)).toEqual(['1.4', '1.4', '1.4', '1.5', 's']);
});
