/**
 * What a program shares or reports, judged from its text, so that the page can reserve space before anything has run.
 */

/** What lanes can share, and `exit` for how processes end. */
export const USES = ['list', 'counter', 'queue', 'lock', 'semaphore', 'condition', 'exit'] as const;
export type Use = (typeof USES)[number];

const PATTERNS: Record<Use, RegExp> = {
  list: /\bshared\.(push|append|values)\b/,
  counter: /\bshared\.counter\b/,
  queue: /\bqueue\.(put|get|limit)\b/,
  lock: /\block\(/,
  semaphore: /\bsemaphore\(/,
  condition: /\bcondition\(/,
  exit: /\bexit[Cc]ode\b/,
};

/** Returns the uses found in a program's text. */
export function usesOf(program: string): Use[] {
  return USES.filter((use) => PATTERNS[use].test(program));
}
