/** The remaining time of a family, estimated from its plan and its runs so far, and the sentences for it. */
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

/** Makes ended runs that took `tookMs`, one after the other, and, unless `present` is null, one under way. */
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

/** Returns the sentence at `atMs` after the family was submitted. */
const remainingText = (runs: FamilyRun[], runsMs: number[], atMs: number) =>
  remainingSentence(remainingOf({ runs }, runsMs, T0 + atMs));

describe('remainingOf', () => {
  it('remainingOf: follows the plan until a run has ended, then the runs so far', () => {
    const plan = [4000, 4000, 4000, 4000];
    expect(remainingText([], plan, 0)).toBe('About 16 s left, if all goes as planned.');
    expect(remainingText(runsOf([]), plan, 1000)).toBe('About 15 s left, if all goes as planned.');
    // Twice as long as planned.
    expect(remainingText(runsOf([8000]), plan, 8000)).toBe('About 24 s left, going by the runs so far.');
    expect(remainingText(runsOf([8000, 6000]), plan, 17_000)).toBe(
      'About 11 s left, going by the runs so far.',
    );
  });

  it('remainingOf: in a sweep, the remaining runs are scaled by the error of the plan so far', () => {
    const plan = [8000, 4000, 2000];
    expect(remainingText(runsOf([12_000]), plan, 12_000)).toBe('About 9 s left, going by the runs so far.');
  });

  it('remainingOf: if all goes as planned, it is the rest of the plan, at every moment', () => {
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

  it('remainingOf: a run far beyond its plan has an unknown length, but those after it do not', () => {
    const plan = [4000, 4000, 4000];
    expect(remainingText(runsOf([4000]), plan, 4000 + 7900)).toMatch(/^About 4 s left/);
    expect(remainingText(runsOf([4000]), plan, 4000 + 9000)).toBe(
      'Run 2 is taking longer than expected; how much longer is unknown. After that, about 4 s.',
    );
    expect(remainingText(runsOf([4000, 4000]), plan, 60_000)).toBe(
      'Run 3 is taking longer than expected; how much longer is unknown.',
    );
  });

  it('remainingOf: a waiting run is shown with its position in the queue, and no time passes meanwhile', () => {
    const plan = [4000, 4000, 4000];
    const waiting = runsOf([], { startedMs: null, queued: 2 });
    const words = 'Run 1 is waiting, 2nd in line; how long is unknown. After that, about 12 s.';
    expect(remainingText(waiting, plan, 0)).toBe(words);
    expect(remainingText(waiting, plan, 90_000)).toBe(words);
    // Admitted after those ninety seconds, it has only begun.
    expect(remainingText(runsOf([], { startedMs: 90_000 }), plan, 91_000)).toMatch(/^About 11 s left/);
  });

  it('remainingOf: a run that finds the queue full waits for room, if that takes more than a moment', () => {
    const plan = [4000, 4000, 4000];
    expect(remainingText(runsOf([4000], null), plan, 4100)).toBe('About 8 s left, going by the runs so far.');
    expect(remainingText(runsOf([4000], null), plan, 9000)).toBe(
      'Run 2 is waiting for room in the queue; how long is unknown. After that, about 8 s.',
    );
  });

  it('remainingOf: of a program that somebody wrote, nothing is known before its first run has ended', () => {
    const plan = [28_000, 28_000, 28_000];
    const text = (runs: ReturnType<typeof runsOf>, atMs: number) =>
      remainingSentence(remainingOf({ runs }, plan, T0 + atMs, false));
    expect(text(runsOf([]), 1000)).toBe(
      'Run 1 is running. How long the others take is unknown until it has ended.',
    );
    expect(text(runsOf([], { startedMs: null, queued: 2 }), 0)).toBe(
      'Run 1 is waiting, 2nd in line; how long is unknown.',
    );
    expect(text(runsOf([7000]), 7000)).toBe('About 14 s left, going by the runs so far.');
  });

  it('remainingOf: if the clock is set back, no time has passed', () => {
    const left = remainingOf({ runs: runsOf([4000]) }, [4000, 4000], T0 - 60_000);
    expect(left).toMatchObject({ presentMs: 4000, restMs: 0, present: 'as-expected' });
  });
});

describe('plannedSentence', () => {
  it('plannedSentence: a repeat by one run and all, a sweep by its first and its last and all', () => {
    const repeat = { runsMs: Array(50).fill(4000), isCut: false };
    expect(plannedSentence({ kind: 'repeat', count: 50 }, repeat, 60)).toBe(
      '50 runs, one after another: about 4 s each, 3 min 20 s in total.',
    );
    const sweep = { runsMs: [20_000, 10_000, 7000], isCut: false };
    expect(plannedSentence({ kind: 'sweep', count: 3 }, sweep, 60)).toBe(
      '3 runs, one after another: about 20 s with 1 worker, 7 s with 3, 37 s in total.',
    );
  });

  it('plannedSentence: says if runs are too long and where they are cut off', () => {
    const cut = { runsMs: [60_200, 60_200], isCut: true };
    expect(plannedSentence({ kind: 'repeat', count: 2 }, cut, 60)).toMatch(
      /2 min in total\. Where a mode would take longer than 60 s, it is cut off there\.$/,
    );
  });
});

it('tookSentence: how long a completed family took', () => {
  const family: Family = {
    id: 'f',
    person: 'ann',
    kind: 'repeat',
    count: 2,
    createdAt: T0,
    status: 'completed',
    spec: {
      lesson: 'one-by-one',
      code: '',
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
  expect(tookSentence(family)).toBe('Took 3 min 10 s in total.');
  for (const status of ['cancelled', 'interrupted'] as const)
    expect(tookSentence({ ...family, status })).toBe('');
  expect(tookSentence({ ...family, runs: [] })).toBe('');
});

it('roughly: no more precise than an estimate is', () => {
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
