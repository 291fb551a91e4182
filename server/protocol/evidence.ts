/**
 * What a lane passes on to main for the program's `check`, if it has one: each line that a job writes, and what it
 * returns. Threads send it to main; processes to the server, which checks it and sends it to main.
 */

/** Most bytes of lines that a check is given. Twice that fits into what a process may leave unread (launch/child.ts). */
export const CHECK_LINE_BYTES = 256 * 1024;

/** `job` is null for main; `json` has at most `VALUE_BYTES`. */
export type Evidence =
  | { what: 'line'; job: number | null; text: string }
  | { what: 'result'; job: number; json: string };

/** Returns what a line with a text of `bytes` counts: about what it takes on its way. */
export function evidenceBytes(bytes: number): number {
  return bytes + 64;
}
