/** Looks something up in what stands in order. */

/**
 * The first index from `from` to before `count` of which `is` is true, where it is true of all that come after, too;
 * `count` where there is none. Takes time for the logarithm of how far it is from `from`.
 */
export function firstWhere(count: number, is: (i: number) => boolean, from = 0): number {
  let low = from;
  let high = from;
  for (let step = 1; high < count && !is(high); step *= 2) {
    low = high + 1;
    high += step;
  }
  high = Math.min(high, count);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
