/** The spread of figures that were measured again and again, and how often things happened in which order. Pure. */

/** The least, the quartiles and the most of some figures. */
export type Spread = { min: number; lower: number; median: number; upper: number; max: number };

/** The spread of `values`, in any order; null where there are none. */
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
 * The value below which the share `q` of `sorted` lies: between two values it is on the straight line from one to the
 * other (type 7 of Hyndman and Fan, 1996, which spreadsheets have too). Throws a RangeError where there are none.
 */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new RangeError('There is no quantile of nothing.');
  // Not `below * (1 - part) + above * part`, which of two equal values may make a third.
  return below + (above - below) * (at - Math.floor(at));
}

/** An order of jobs, and how often it was. */
export type Order = { order: number[]; count: number };

/** The distinct ones among `orders`, the most frequent first; of those as frequent, the one seen first. */
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
