/** The spread of figures and the counts of orders, for any measurements. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countOrders, quantile, spreadOf } from '../../server/figures/spread.ts';

const time = fc.double({ min: 0, max: 1e6, noNaN: true });
const times = fc.array(time, { minLength: 1, maxLength: 60 });

describe('spreadOf', () => {
  it("spreadOf: equals a spreadsheet's quartiles", () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ min: 1, lower: 1.75, median: 2.5, upper: 3.25, max: 4 });
    expect(spreadOf([30, 10, 20])).toEqual({ min: 10, lower: 15, median: 20, upper: 25, max: 30 });
    expect(spreadOf([7])).toEqual({ min: 7, lower: 7, median: 7, upper: 7, max: 7 });
    expect(spreadOf([])).toBeNull();
  });

  it('spreadOf: its figures are in order, between minimum and maximum, and independent of the order of the values', () => {
    fc.assert(
      fc.property(times, fc.nat(), (values, turn) => {
        const spread = spreadOf(values);
        if (spread === null) throw new Error('There is a spread of something.');
        const { min, lower, median, upper, max } = spread;
        expect(min).toBe(Math.min(...values));
        expect(max).toBe(Math.max(...values));
        expect([min, lower, median, upper, max]).toEqual(
          [min, lower, median, upper, max].toSorted((a, b) => a - b),
        );
        const at = turn % values.length;
        expect(spreadOf([...values.slice(at), ...values.slice(0, at)])).toEqual(spread);
      }),
    );
  });

  it('spreadOf: half of the values are at most the median, and half at least', () => {
    fc.assert(
      fc.property(times, (values) => {
        const median = spreadOf(values)?.median ?? Number.NaN;
        expect(values.filter((value) => value <= median).length).toBeGreaterThanOrEqual(values.length / 2);
        expect(values.filter((value) => value >= median).length).toBeGreaterThanOrEqual(values.length / 2);
      }),
    );
  });

  it('quantile: of equal values it is that value, and without values it throws', () => {
    fc.assert(
      fc.property(time, fc.double({ min: 0, max: 1, noNaN: true }), (value, q) => {
        expect(quantile([value, value, value], q)).toBe(value);
      }),
    );
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

describe('countOrders', () => {
  it('countOrders: the most frequent first, and among equally frequent ones the first seen', () => {
    const [a, b, c] = [
      [0, 1, 2],
      [1, 0, 2],
      [2, 1, 0],
    ] as const;
    expect(countOrders([[...b], [...a], [...c], [...a]])).toEqual([
      { order: a, count: 2 },
      { order: b, count: 1 },
      { order: c, count: 1 },
    ]);
    // These must not be confused with each other.
    expect(
      countOrders([
        [1, 12],
        [11, 2],
      ]),
    ).toHaveLength(2);
  });

  it('countOrders: every order is counted once, and occurs as often as its count', () => {
    const orders = fc.array(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), { maxLength: 50 });
    fc.assert(
      fc.property(orders, (all) => {
        const counted = countOrders(all);
        expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
        for (const { order, count } of counted)
          expect(all.filter((one) => one.join() === order.join())).toHaveLength(count);
        expect(new Set(all.map((one) => one.join())).size).toBe(counted.length);
      }),
    );
  });
});
