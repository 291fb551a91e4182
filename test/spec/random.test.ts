/** The seeded numbers of a job: the same every time, evenly spread, and different from those of every other job. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secondsBetween, uniform } from '../../server/spec/random.ts';

const draws = (seed: number, n: number, count = 5) => {
  const draw = uniform(seed, n);
  return Array.from({ length: count }, draw);
};
const seed = fc.maxSafeNat();
const job = fc.nat(1000);

describe('uniform', () => {
  it('uniform: the same seed and job give the same numbers, in [0, 1)', () => {
    fc.assert(
      fc.property(seed, job, (s, n) => {
        const numbers = draws(s, n, 20);
        expect(draws(s, n, 20)).toEqual(numbers);
        expect(numbers.every((u) => u >= 0 && u < 1)).toBe(true);
      }),
    );
  });

  it('uniform: another job or another seed gives other numbers', () => {
    fc.assert(
      fc.property(seed, job, job, (s, n, m) => {
        fc.pre(n !== m);
        expect(draws(s, n)).not.toEqual(draws(s, m));
      }),
    );
    fc.assert(
      fc.property(seed, seed, job, (s, t, n) => {
        fc.pre(s !== t);
        expect(draws(s, n)).not.toEqual(draws(t, n));
      }),
    );
  });

  it('uniform: seeds that differ only above their lowest 32 bits differ', () => {
    expect(draws(7, 0)).not.toEqual(draws(7 + 2 ** 32, 0));
    expect(draws(Number.MAX_SAFE_INTEGER, 0)).not.toEqual(draws(2 ** 32 - 1, 0));
  });

  it('uniform: first draws of the jobs of a run are spread evenly, for seeds small and large', () => {
    for (const s of [0, 1, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
      const tenths = Array.from({ length: 10 }, () => 0);
      for (let n = 0; n < 1000; n++) {
        const tenth = Math.floor((draws(s, n, 1)[0] ?? 0) * 10);
        tenths[tenth] = (tenths[tenth] ?? 0) + 1;
      }
      expect(Math.min(...tenths)).toBeGreaterThan(60);
      expect(Math.max(...tenths)).toBeLessThan(140);
    }
  });
});

describe('secondsBetween', () => {
  it('secondsBetween: tenths of a second in a range of a second or more, thousandths in a smaller one', () => {
    expect(secondsBetween(1, 10, 0)).toBe(1);
    expect(secondsBetween(1, 10, 0.5)).toBe(5.5);
    expect(secondsBetween(1, 10, 0.123456)).toBe(2.1);
    expect(secondsBetween(1, 10, 1 - 2 ** -32)).toBe(10);
    expect(secondsBetween(0.1, 0.2, 0.123456)).toBe(0.112);
    expect(secondsBetween(3, 3, 0.7)).toBe(3);
    expect(secondsBetween(0, 0, 0.7)).toBe(0);
  });

  it('secondsBetween: never outside its range, and never less for a larger draw', () => {
    const seconds = fc.double({ min: 0, max: 3600, noNaN: true });
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(seconds, seconds, draw, draw, (a, b, u, v) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const drawn = secondsBetween(min, max, u);
        expect(drawn >= min && drawn <= max).toBe(true);
        if (u <= v) expect(secondsBetween(min, max, v)).toBeGreaterThanOrEqual(drawn);
      }),
    );
  });
});
