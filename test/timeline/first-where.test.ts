/** Search in sorted sequences. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstWhere } from '../../server/timeline/first-where.ts';

it('firstWhere: finds the same as a linear search, from any start', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30)), fc.nat(30), fc.nat(60), (unordered, wanted, start) => {
      const all = unordered.sort((a, b) => a - b);
      const from = Math.min(start, all.length);
      const slowly = all.findIndex((one, i) => i >= from && one >= wanted);
      const found = firstWhere(all.length, (i) => (all[i] ?? Number.NaN) >= wanted, from);
      expect(found).toBe(slowly < 0 ? all.length : slowly);
    }),
  );
});

it('firstWhere: makes few calls if the result is near the start', () => {
  let looks = 0;
  const found = firstWhere(
    1_000_000,
    (i) => {
      looks++;
      return i >= 500_003;
    },
    500_000,
  );
  expect(found).toBe(500_003);
  expect(looks).toBeLessThan(10);
});
