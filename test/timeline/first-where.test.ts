/** Looking up in what stands in order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstWhere } from '../../server/timeline/first-where.ts';

it('firstWhere: finds what going through all of them finds, from wherever it looks', () => {
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

it('firstWhere: looks only a few times near where it begins', () => {
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
