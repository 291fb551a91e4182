/** Random choices that a seed repeats. */

/** Returns the next number in [0, 1). */
export type Draw = () => number;

/** Returns a whole number from `least` to `most`. */
export function between(draw: Draw, least: number, most: number): number {
  return least + Math.floor(draw() * (most - least + 1));
}

/** Returns one of `all`, each as often as its weight says; 1 if it has none. */
export function pick<T>(draw: Draw, all: readonly T[]): T {
  const weightOf = (one: T) =>
    typeof one === 'object' && one !== null && 'weight' in one ? Number(one.weight) : 1;
  let left = draw() * all.reduce((sum, one) => sum + weightOf(one), 0);
  const found = all.find((one) => {
    left -= weightOf(one);
    return left < 0;
  });
  const last = found ?? all.at(-1);
  if (last === undefined) throw new RangeError('There is nothing to choose from.');
  return last;
}
