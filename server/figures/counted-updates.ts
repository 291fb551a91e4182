/** What the counter of a pass would be if no update were lost. Pure. */
import type { PassTimeline } from '../timeline/model.ts';

/**
 * Returns the counter of main's process, and what it would be if every update had been added to it: each write changes
 * the counter by its difference from what the same job had read. `expected` is null if a write was not based on a read,
 * or if the counter was never written.
 */
export function countedUpdates({ state }: Pick<PassTimeline, 'state'>): {
  counter: number;
  expected: number | null;
} {
  const memory = state.memoryOf.get(0);
  const counter = memory?.counter ?? 0;
  const read = new Map<string, number>();
  let expected = 0;
  let isKnown = false;
  let before = 0;
  for (const { pid, kind, lane, job, value } of state.accesses) {
    if (pid !== memory?.pid) continue;
    const party = `${lane} ${job}`;
    if (kind === 'read') read.set(party, value);
    else {
      const base = kind === 'added' ? before : read.get(party);
      if (base === undefined) return { counter, expected: null };
      expected += value - base;
      isKnown = true;
      before = value;
    }
  }
  return { counter, expected: isKnown ? expected : null };
}
