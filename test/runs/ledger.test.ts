/** What the ledger accepts from a program beyond what its lanes and jobs allow. */
import { expect, it } from 'vitest';
import type { Child } from '../../server/launch/launch.ts';
import { Ledger } from '../../server/runs/ledger.ts';

it('Ledger: facts about computing leave room in the log for all others', () => {
  const main = {} as Child;
  const ledger = new Ledger(main, false);
  ledger.open(0, 'main', main, null);
  const computes = () => ledger.accepts(main, { type: 'compute-started', lane: 0, job: null, line: 1 });
  expect(Array.from({ length: 10_000 }, computes).filter(Boolean)).toHaveLength(1000);
  const release = { type: 'lock-released', lane: 0, job: null, on: 'A' } as const;
  expect(ledger.accepts(main, release)).toBe(true);
  expect(ledger.accepts({} as Child, release)).toBe(false);
});
