/** Says something about each pass of a run, once for all passes about which it is the same. Pure. */
import type { PassTimeline } from '../timeline/model.ts';
import { capital, inPass, listed } from './english.ts';

/** Passes with the same words, in the order in which they ran. */
type Alike = { passes: PassTimeline[]; words: string };

/** Groups `passes` by what `tell` says about them; leaves out those about which it says nothing (null). */
export function alike(passes: readonly PassTimeline[], tell: (pass: PassTimeline) => string | null): Alike[] {
  const groups = new Map<string, Alike>();
  for (const pass of passes) {
    const words = tell(pass);
    if (words === null) continue;
    const group = groups.get(words) ?? { passes: [], words };
    groups.set(words, group);
    group.passes.push(pass);
  }
  return [...groups.values()];
}

/** The modes of passes: `in threads and processes`. */
export function inModes(passes: readonly PassTimeline[]): string {
  return listed(passes.map(inPass));
}

/**
 * `In threads and processes main’s list is empty; one by one it has 5 entries.` Names no mode if the same is said of
 * all passes. Returns null if nothing is said of any.
 */
export function byMode(
  passes: readonly PassTimeline[],
  tell: (pass: PassTimeline) => string | null,
): string | null {
  return byGroup(alike(passes, tell), passes, ({ words }) => words);
}

/** As `byMode`, with what `tell` says about each of the `groups` of `passes`. */
export function byGroup(
  groups: readonly Alike[],
  passes: readonly PassTimeline[],
  tell: (group: Alike) => string,
): string | null {
  const [first] = groups;
  if (first === undefined) return null;
  if (groups.length === 1 && first.passes.length === passes.length) return `${capital(tell(first))}.`;
  return `${capital(groups.map((group) => `${inModes(group.passes)} ${tell(group)}`).join('; '))}.`;
}

/** A range of times says little where the longest is more than this many times the shortest, and this much longer, in ms. */
const RANGE = { factor: 2, ms: 100 };

/** Splits `passes` so that the times in each group make a range; groups, and the passes in each, keep their order. */
export function inRanges(
  passes: readonly PassTimeline[],
  msOf: (pass: PassTimeline) => number,
): PassTimeline[][] {
  const groups = new Map<PassTimeline, number>();
  let [least, group] = [Number.NaN, 0];
  for (const pass of passes.toSorted((a, b) => msOf(a) - msOf(b))) {
    const ms = msOf(pass);
    if (!(ms <= RANGE.factor * least || ms - least < RANGE.ms)) [least, group] = [ms, group + 1];
    groups.set(pass, group);
  }
  return [...Map.groupBy(passes, (pass) => groups.get(pass)).values()];
}
