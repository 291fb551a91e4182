/** The spread of repeated measurements, and how often jobs ended in each order. Pure. */

/** The minimum, the quartiles and the maximum of some figures. */
export type Spread = { min: number; lower: number; median: number; upper: number; max: number };

/** Returns the spread of `values`, in any order; null if there are none. */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  return {
    min: quantile(sorted, 0),
    lower: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upper: quantile(sorted, 0.75),
    max: quantile(sorted, 1),
  };
}

/**
 * Returns the `q` quantile of `sorted`, linearly interpolated between neighbouring values (type 7 of Hyndman and Fan,
 * 1996, which spreadsheets use too). Throws a RangeError if `sorted` is empty.
 */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new RangeError('There is no quantile of nothing.');
  // Not `below * (1 - part) + above * part`: with two equal values, rounding could return a different one.
  return below + (above - below) * (at - Math.floor(at));
}

/** An order of jobs, and how often it occurred. */
export type Order = { order: number[]; count: number };

/**
 * Returns the distinct orders among `orders`, most frequent first; among equally frequent ones, the first seen comes
 * first.
 */
export function countOrders(orders: readonly number[][]): Order[] {
  const counts = new Map<string, Order>();
  for (const order of orders) {
    const key = order.join();
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { order, count: 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}
