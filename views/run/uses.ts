/** What a program shares or tells of, as far as its text tells: so that the page can keep room for it before anything has run. */

/** What lanes can hold together, and the processes that they are. */
export const USES = ['list', 'counter', 'queue', 'lock', 'exit'] as const;
export type Use = (typeof USES)[number];

const SIGNS: Record<Use, RegExp> = {
  list: /\bshared\.(push|values)\b/,
  counter: /\bshared\.counter\b/,
  queue: /\bqueue\.(put|get|limit)\b/,
  lock: /\block\(/,
  exit: /\.exitCode\b/,
};

/** What of it a program uses. */
export function usesOf(program: string): Use[] {
  return USES.filter((use) => SIGNS[use].test(program));
}
