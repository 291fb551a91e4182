/** What is left of a family, going by its plan and by its runs so far, and the words for it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Family, FamilyRun } from '../../server/figures/family.ts';
import { sum } from '../../server/figures/planned.ts';
import { remainingOf } from '../../server/figures/remaining.ts';
import { resultOf } from '../../server/figures/result.ts';
import { plannedSentence, remainingSentence, roughly, tookSentence } from '../../server/words/family-time.ts';

const NOT_YET = resultOf([]);
/** Any moment, in ms since 1970. */
const T0 = 1_800_000_000_000;

/** Runs that each took as long as `tookMs` says, one after the other, and with `present` one more, which goes. */
function runsOf(tookMs: number[], present: Partial<FamilyRun['result']> | null = {}): FamilyRun[] {
  const results = tookMs.map(
    (endedMs) => ({ ...NOT_YET, status: 'completed', startedMs: 0, endedMs }) as const,
  );
  const all = present === null ? results : [...results, { ...NOT_YET, startedMs: 0, ...present }];
  return all.map((result, i) => ({
    id: `r${i + 1}`,
    number: i + 1,
    createdAt: T0 + sum(tookMs.slice(0, i)),
    result,
  }));
}

/** What is told at `atMs` since the family was asked for. */
const told = (runs: FamilyRun[], runsMs: number[], atMs: number) =>
  remainingSentence(remainingOf({ runs }, runsMs, T0 + atMs));

describe('leftOf', () => {
  it('leftOf: as planned until a run has ended, then as the runs so far took', () => {
    const plan = [4000, 4000, 4000, 4000];
    expect(told([], plan, 0)).toBe('About 16 s left, if all goes as planned.');
    expect(told(runsOf([]), plan, 1000)).toBe('About 15 s left, if all goes as planned.');
    // Twice as long as planned.
    expect(told(runsOf([8000]), plan, 8000)).toBe('About 24 s left, going by the runs so far.');
    expect(told(runsOf([8000, 6000]), plan, 17_000)).toBe('About 11 s left, going by the runs so far.');
  });

  it('leftOf: of a sweep, runs to come are scaled by how far off their plan those before were', () => {
    const plan = [8000, 4000, 2000];
    expect(told(runsOf([12_000]), plan, 12_000)).toBe('About 9 s left, going by the runs so far.');
  });

  it('leftOf: where all goes as planned, it is what remains of the plan, at every moment', () => {
    const plan = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(plan, fc.double({ min: 0, max: 0.999, noNaN: true }), (runsMs, share) => {
        const atMs = Math.floor(share * sum(runsMs));
        const done = runsMs.findIndex((_, i) => sum(runsMs.slice(0, i + 1)) > atMs);
        const left = remainingOf({ runs: runsOf(runsMs.slice(0, done)) }, runsMs, T0 + atMs);
        expect(left.presentMs + left.restMs).toBeCloseTo(sum(runsMs) - atMs, 3);
        expect(left).toMatchObject({ number: done + 1, present: 'as-expected', isMeasured: done > 0 });
      }),
    );
  });

  it('leftOf: a run that goes on and on is said to be of unknown length, and those after it are not', () => {
    const plan = [4000, 4000, 4000];
    expect(told(runsOf([4000]), plan, 4000 + 7900)).toMatch(/^About 4 s left/);
    expect(told(runsOf([4000]), plan, 4000 + 9000)).toBe(
      'Run 2 takes longer than expected: how long is not known. After it about 4 s.',
    );
    expect(told(runsOf([4000, 4000]), plan, 60_000)).toBe(
      'Run 3 takes longer than expected: how long is not known.',
    );
  });

  it('leftOf: who waits is told so, with its place in the queue, and nothing is counted off meanwhile', () => {
    const plan = [4000, 4000, 4000];
    const waiting = runsOf([], { startedMs: null, queued: 2 });
    const words = 'Run 1 waits, 2nd in line: until when is not known. From then on about 12 s.';
    expect(told(waiting, plan, 0)).toBe(words);
    expect(told(waiting, plan, 90_000)).toBe(words);
    // Let in after those ninety seconds, it has only begun.
    expect(told(runsOf([], { startedMs: 90_000 }), plan, 91_000)).toMatch(/^About 11 s left/);
  });

  it('leftOf: a run that is asked for in vain waits for room, where it does so for more than a moment', () => {
    const plan = [4000, 4000, 4000];
    expect(told(runsOf([4000], null), plan, 4100)).toBe('About 8 s left, going by the runs so far.');
    expect(told(runsOf([4000], null), plan, 9000)).toBe(
      'Run 2 waits for room in the queue: until when is not known. From then on about 8 s.',
    );
  });

  it('leftOf: where the clock is set back, no time has passed', () => {
    const left = remainingOf({ runs: runsOf([4000]) }, [4000, 4000], T0 - 60_000);
    expect(left).toMatchObject({ presentMs: 4000, restMs: 0, present: 'as-expected' });
  });
});

describe('tellPlanned', () => {
  it('tellPlanned: a repeat by one run and all, a sweep by its first and its last and all', () => {
    const repeat = { runsMs: Array(50).fill(4000), isCut: false };
    expect(plannedSentence({ kind: 'repeat', count: 50 }, repeat, 60)).toBe(
      '50 runs, one after the other: about 4 s each, 3 min 20 s in all.',
    );
    const sweep = { runsMs: [20_000, 10_000, 7000], isCut: false };
    expect(plannedSentence({ kind: 'sweep', count: 3 }, sweep, 60)).toBe(
      '3 runs, one after the other: about 20 s with 1 worker, 7 s with 3, 37 s in all.',
    );
  });

  it('tellPlanned: what is too long is said to be cut off, and where', () => {
    const cut = { runsMs: [60_200, 60_200], isCut: true };
    expect(plannedSentence({ kind: 'repeat', count: 2 }, cut, 60)).toMatch(
      /2 min in all\. Some of it would take longer than the 60 s for each way, and is cut off there\.$/,
    );
  });
});

it('tellTook: how long all of a family took, where it completed', () => {
  const family: Family = {
    id: 'f',
    person: 'ann',
    kind: 'repeat',
    count: 2,
    createdAt: T0,
    status: 'completed',
    spec: {
      lesson: 'one-by-one',
      modes: ['threads'],
      runtime: 'node',
      jobs: 1,
      workers: null,
      minSeconds: 1,
      maxSeconds: 1,
      work: 'wait',
      seed: 1,
    },
    runs: runsOf([80_000, 112_000], null),
  };
  expect(tookSentence(family)).toBe('Took 3 min 10 s in all.');
  for (const status of ['cancelled', 'interrupted'] as const)
    expect(tookSentence({ ...family, status })).toBe('');
  expect(tookSentence({ ...family, runs: [] })).toBe('');
});

it('roughly: as finely as an estimate deserves', () => {
  const said: [number, string][] = [
    [80, '0.1 s'],
    [400, '0.4 s'],
    [2949, '2.9 s'],
    [4000, '4 s'],
    [9940, '9.9 s'],
    [9960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [96_000, '1 min 40 s'],
    [200_000, '3 min 20 s'],
    [594_000, '9 min 50 s'],
    [596_000, '10 min'],
    [1_500_000, '25 min'],
    [3_580_000, '1 h'],
    [6_000_000, '1 h 40 min'],
    [12_000_000, '3 h 20 min'],
  ];
  for (const [ms, words] of said) expect(roughly(ms)).toBe(words);
});
