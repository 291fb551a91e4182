/** Returns a time, in ms since 1970, for a terminal: `2026-11-26 20:10 UTC`. */
export function utcTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
