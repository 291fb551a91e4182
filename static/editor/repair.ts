/** Puts a repair of a program into a copy that somebody has changed. Pure. */
import { applyPatch, structuredPatch } from 'diff';

/** Most lines that a repair may change: the time to compare grows with the square. */
const MOST = 800;

/**
 * Returns `own`, a changed copy of `before`, with what the repair from `before` to `after` changes; null if both have
 * changed the same lines.
 */
export function repaired(own: string, before: string, after: string): string | null {
  const [mine, old, fixed] = [own, before, after].map((one) => `${one.replace(/\n$/, '')}\n`) as [
    string,
    string,
    string,
  ];
  if (mine === old) return after;
  const patch = structuredPatch('', '', old, fixed, '', '', { context: 2, maxEditLength: MOST });
  const merged = patch === undefined ? false : applyPatch(mine, patch);
  return merged === false ? null : merged;
}
