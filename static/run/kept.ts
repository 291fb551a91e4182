/** What a page keeps for its tab. A browser may deny it, and denies it in a frame without an origin. */

/** Returns what is kept under `key`; null if there is nothing, or if the browser denies it. */
export function kept(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps `value` under `key`, if the browser allows it; null removes it. */
export function keep(key: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // Storage is full or denied.
  }
}
