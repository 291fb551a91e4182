/** Amdahl's law fitted to what was measured with more and more workers. Pure. */

/** How long it took with so many workers. */
export type Measured = { workers: number; wallMs: number };

/**
 * The serial share that fits best, from 0 to 1; null without a time for one worker, or with no time for more.
 *
 * Amdahl's law (1967) says that with p workers the time is T(p) = T(1) · (s + (1 − s) / p), s being the share that
 * cannot be shared out. With y = T(p) / T(1), one over the speed-up, and x = 1 / p that is y − x = s · (1 − x): a line
 * through zero, whose least squares are s = Σ(y − x)(1 − x) / Σ(1 − x)². The time with one worker is taken as it was
 * measured, so that the curve goes through it. What comes out below 0, faster than workers alone explain, counts as 0;
 * above 1, slower with more, as 1.
 */
export function fitSerial(points: readonly Measured[]): number | null {
  const aloneMs = points.find(({ workers }) => workers === 1)?.wallMs ?? 0;
  if (!(aloneMs > 0)) return null;
  let both = 0;
  let squares = 0;
  for (const { workers, wallMs } of points) {
    const x = 1 / workers;
    both += (wallMs / aloneMs - x) * (1 - x);
    squares += (1 - x) ** 2;
  }
  return squares > 0 ? Math.min(1, Math.max(0, both / squares)) : null;
}
