/** How much a program differs from another, in lines. Pure. */

/** Most steps of the comparison: beyond, the lines between the first and last difference are counted. */
const MOST_STEPS = 1_000_000;

/** Returns how many lines of the longer side differ, each group of changes for itself. */
export function changedLines(before: string, after: string): number {
  let [a, b] = [before.replace(/\n$/, '').split('\n'), after.replace(/\n$/, '').split('\n')];
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  [a, b] = [a.slice(same), b.slice(same)];
  while (a.length > 0 && b.length > 0 && a.at(-1) === b.at(-1)) {
    a.pop();
    b.pop();
  }
  if (a.length * b.length > MOST_STEPS) return Math.max(a.length, b.length);
  // By row: how many lines the rests of both from there have in common, in order.
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = common[i];
    if (row === undefined) continue;
    for (let j = b.length - 1; j >= 0; j--)
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  let count = 0;
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    let [removed, added] = [0, 0];
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && a[i] === b[j])) {
      if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
        i++;
        removed++;
      } else {
        j++;
        added++;
      }
    }
    count += Math.max(removed, added);
    i++;
    j++;
  }
  return count;
}
