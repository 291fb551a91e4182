/** The precision of times. */

/**
 * Rounds `ms` to the microsecond: no clock is more precise, and sums of decimal fractions have rounding errors. Returns
 * null if there is no time.
 */
export function toMicrosecond(ms: number): number;
export function toMicrosecond(ms: number | null | undefined): number | null;
export function toMicrosecond(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : Math.round(ms * 1000) / 1000;
}
