/** When a room ends, in words, days before it does. */

/** How long before its end a room says so, in ms. */
export const NOTICE_MS = 3 * 86_400_000;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Returns when a room that ends at `expiresAt` does so, as `in 2 days`; null if that is not soon, or was before. Rounded
 * down: nobody must count on more time than there is. Times are in ms since 1970.
 */
export function endsSoon(expiresAt: number, nowMs: number): string | null {
  const leftMs = expiresAt - nowMs;
  if (leftMs <= 0 || leftMs > NOTICE_MS) return null;
  if (leftMs >= 2 * DAY) return `in ${Math.floor(leftMs / DAY)} days`;
  if (leftMs >= 2 * HOUR) return `in ${Math.floor(leftMs / HOUR)} hours`;
  if (leftMs >= 2 * MINUTE) return `in ${Math.floor(leftMs / MINUTE)} minutes`;
  return 'in a moment';
}
