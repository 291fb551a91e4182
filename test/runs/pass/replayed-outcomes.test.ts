/** What is concluded from executing the schedule of an outcome again. */
import { describe, expect, it } from 'vitest';
import { MAX_OUTCOMES } from '../../../server/protocol/search.ts';
import { addOutcome, type OutcomeFact, sameness } from '../../../server/runs/pass/replayed-outcomes.ts';
import { LOST, outcome } from '../../figures/made-searches.ts';

const again = (changes: Partial<OutcomeFact>) => ({
  found: outcome({ ...LOST, ...changes }),
  isStopped: false,
});

describe('sameness', () => {
  it('sameness: the end and the number of steps must be the same, not what only the search knows', () => {
    expect(sameness(LOST, again({ number: 0, orders: 1, switches: 9 }))).toBe(true);
    for (const other of [{ counter: 2 }, { steps: 5 }, { list: [1] }, { check: 'Error' }, { lostUpdates: 0 }])
      expect([other, sameness(LOST, again(other))]).toEqual([other, false]);
  });

  it('sameness: a process that ends by itself without an outcome went another way', () => {
    expect(sameness(LOST, { found: null, isStopped: false })).toBe(false);
  });

  it('sameness: nothing is concluded if it was ended from outside, or was too slow on a busy machine', () => {
    expect(sameness(LOST, { found: null, isStopped: true })).toBeNull();
    expect(sameness(LOST, again({ isCut: true, steps: 2 }))).toBeNull();
    expect(sameness(LOST, again({ isCut: true, steps: 1000 }))).toBe(false);
  });
});

describe('addOutcome', () => {
  it('addOutcome: takes each number once, and no more than there may be, whatever a process reports', () => {
    const outcomes: OutcomeFact[] = [];
    expect(addOutcome(outcomes, outcome())).toBe(true);
    expect(addOutcome(outcomes, outcome())).toBe(false);
    for (let number = 1; number < 2 * MAX_OUTCOMES; number++) addOutcome(outcomes, outcome({ number }));
    expect(outcomes).toHaveLength(MAX_OUTCOMES);
  });
});
