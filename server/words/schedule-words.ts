/** What the text of an order says, in words. Pure. */
import type { Mode } from '../spec/modes.ts';

/** Returns what the numbers of an order mean. On the event loop, every step is main's, and the number says which wait ends. */
export function scheduleWords(mode: Mode | undefined): string {
  return mode === 'event-loop'
    ? 'the waits that end, in order (0 is the first that can end, 0:1 the second)'
    : 'the lanes that take the steps, in order (0 is main)';
}
