/** What counts as a difference between two times or sizes. Pure. */

/** Below this factor two times count as about the same: passes of the same work differ by as much. */
export const CLEAR = 1.15;

/** In ms: a difference or a wait that is shorter does not count, however short the passes are. */
export const NOISE_MS = 20;

/** How many times a speed-up may exceed what the cores allow before what it is compared with counts as disturbed. */
export const TRUSTED = 1.1;

/** Reports whether two times in ms differ by less than passes of the same work do. */
export function isSameTime(aMs: number, bMs: number): boolean {
  return isAbout(aMs, bMs) || Math.abs(aMs - bMs) < NOISE_MS;
}

/** Reports whether `a` and `b` differ by less than what passes of the same work need. */
export function isAbout(a: number, b: number): boolean {
  return Math.max(a, b) < CLEAR * Math.min(a, b);
}
