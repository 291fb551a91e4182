/** Fits Amdahl's law to times measured with different numbers of workers. Pure. */

/** The time that a pass took with a number of workers. */
export type Measured = { workers: number; wallMs: number };

/**
 * Returns the serial share that fits best, from 0 to 1; null without a time for one worker, or with no other times.
 *
 * Amdahl's law (1967): with p workers the time is T(p) = T(1) · (s + (1 − s) / p), where s is the serial share. With y
 * = T(p) / T(1), the inverse of the speed-up, and x = 1 / p, this is y − x = s · (1 − x): a line through zero, whose
 * least-squares fit is s = Σ(y − x)(1 − x) / Σ(1 − x)². The time with one worker is taken as measured, so the curve
 * goes through it. A fit below 0 (faster than the workers alone explain) counts as 0, and one above 1 (slower with more
 * workers) as 1.
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
