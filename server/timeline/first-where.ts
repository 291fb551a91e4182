/** Search in sorted sequences. */

/**
 * Returns the first index in `from` to `count - 1` for which `matches` is true, or `count` if there is none. `matches`
 * must be true for all indexes after the first match. Takes O(log d) calls, where d is the distance of the result from
 * `from`.
 */
export function firstWhere(count: number, matches: (i: number) => boolean, from = 0): number {
  let low = from;
  let high = from;
  for (let step = 1; high < count && !matches(high); step *= 2) {
    low = high + 1;
    high += step;
  }
  high = Math.min(high, count);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (matches(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
