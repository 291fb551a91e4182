/** The clock of the server and of all program processes. */

/** Returns the time in ms, on the same kind of clock as that of a program process. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
