/** What fits at once, and how long the rest waits. */
import { expect, it } from 'vitest';
import type { Demand } from '../../../server/runs/admission/admission.ts';
import { expectedWaits, fits, isCrowded, mayOvertake } from '../../../server/runs/admission/capacity.ts';

const CAPACITY = { cores: 2, memoryMib: 1000 };
const computes = (cores: number, lastsMs = 1000): Demand => ({
  ...{ cores, memoryMib: 50, needs: cores, isExclusive: true, lastsMs },
});
const waits = (lastsMs = 5000): Demand => ({
  ...{ cores: 0.05, memoryMib: 50, needs: 0, isExclusive: false, lastsMs },
});

it('expectedWaits: those behind a pass wait for its end, and a late one is not expected to end at once', () => {
  const active = [{ demand: computes(2, 4000), ageMs: 1000 }];
  expect(expectedWaits([computes(2, 2000), computes(1), computes(1), computes(2)], active, CAPACITY)).toEqual(
    [3000, 5000, 5000, 6000],
  );
  expect(expectedWaits([computes(2)], [{ demand: computes(2, 4000), ageMs: 8000 }], CAPACITY)).toEqual([
    2000,
  ]);
});

it('expectedWaits: in one line, those that mostly wait stand behind those that compute', () => {
  const active = [{ demand: computes(2, 4000), ageMs: 1000 }];
  const all = [computes(2, 2000), waits()];
  expect(expectedWaits(all, active, CAPACITY, true)).toEqual([3000, 3000]);
  expect(expectedWaits(all, active, CAPACITY)).toEqual([3000, 0]);
});
it('expectedWaits: passes that sleep take cores only to start', () => {
  const all = expectedWaits(
    Array.from({ length: 20 }, () => waits()),
    [],
    { cores: 0.5, memoryMib: 10_000 },
  );
  expect([all[0], all[9], all[10], all[19]]).toEqual([0, 0, 1000, 1000]);
  const bound = expectedWaits(
    Array.from({ length: 3 }, () => waits()),
    [],
    { cores: 2, memoryMib: 100 },
  );
  expect(bound).toEqual([0, 0, 5000]);
});

it('fits: cores are shared only among those that may', () => {
  const shares: Demand = { ...computes(2), cores: 0.5, isExclusive: false };
  expect(fits(shares, [shares, shares], CAPACITY)).toBe(true);
  expect(isCrowded([shares, shares], CAPACITY)).toBe(true);
  expect(fits(shares, [computes(1)], CAPACITY)).toBe(false);
  expect(fits(computes(1), [shares], CAPACITY)).toBe(false);
  expect(fits(waits(), [shares, shares], CAPACITY)).toBe(true);
  expect(fits(computes(1), [computes(1), { ...waits(), cores: 0 }], CAPACITY)).toBe(true);
});

it('fits: a pass that waits does not stand behind those that compute, nor they behind it', () => {
  const all = Array.from({ length: 10 }, () => waits());
  expect(fits(waits(), [computes(2)], CAPACITY)).toBe(true);
  expect(fits(computes(2), all, CAPACITY)).toBe(true);
  expect(expectedWaits([computes(2), waits()], [{ demand: computes(2), ageMs: 0 }], CAPACITY)).toEqual([
    1000, 0,
  ]);
});

it('mayOvertake: only passes that wait, past those that compute, and only while these find their memory', () => {
  expect(mayOvertake(waits(), [computes(2)], [computes(2)], CAPACITY)).toBe(true);
  expect(mayOvertake(computes(1), [computes(2)], [computes(1)], CAPACITY)).toBe(false);
  expect(mayOvertake(waits(), [waits()], [], CAPACITY)).toBe(false);
  const large = { ...computes(2), memoryMib: 900 };
  expect(mayOvertake(waits(), [large], [computes(1)], CAPACITY)).toBe(true);
  expect(mayOvertake(waits(), [large], [computes(1), waits()], CAPACITY)).toBe(false);
});
