/** What a wait is for, in words, for the console and for errors. */
import type { WaitKind } from './wait-kinds.ts';

/** Returns what is waited for: `job 3`, `lock A`, `semaphore door`, `condition full`. */
export function wanted({ for: kind, on }: { for: WaitKind; on: string }): string {
  return kind === 'lock' || kind === 'semaphore' || kind === 'condition' ? `${kind} ${on}` : on;
}
