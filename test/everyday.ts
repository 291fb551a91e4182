/** Cases that are alike: an everyday run of the suite tries a part of them, and `ALL=1` all. */
import process from 'node:process';

/** Whether all cases are to be tried. */
export const ALL = process.env.ALL === '1';

/** Returns the first of every `share` cases; with `ALL=1` all. */
export function everyday<Case>(cases: readonly Case[], share: number): Case[] {
  return cases.filter((_, at) => ALL || at % share === 0);
}
