/** What a wait is for, in words, for the console and for errors. */
import type { WaitKind } from './wait-kinds.ts';

/**
 * Returns what is waited for: `job 3`, `lock A`, `semaphore door`, `condition full`; `the lock`, if that is all its name
 * says, as that of many a variable in Python.
 */
export function wanted({ for: kind, on }: { for: WaitKind; on: string }): string {
  if (kind !== 'lock' && kind !== 'semaphore' && kind !== 'condition') return on;
  return on === kind ? `the ${kind}` : `${kind} ${on}`;
}
