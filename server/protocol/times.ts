/** How finely times are given. */

/** `ms` to the microsecond: no clock is better, and a sum of decimal fractions ends in a row of nines. Null where there is none. */
export function toMicrosecond(ms: number): number;
export function toMicrosecond(ms: number | null | undefined): number | null;
export function toMicrosecond(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : Math.round(ms * 1000) / 1000;
}
