/** How far the jobs of an execution overlap. Pure. */
import type { Accessed } from './outcome.ts';

/** Requests: where a job waits for a lock or a permit, it has not begun yet. */
const REQUESTS: readonly string[] = ['acquire', 'take-permit'];

/**
 * Returns whether a job took a step between the first and the last of another, and the most steps of one job. Requests
 * for locks and permits are not counted as steps, nor is what main does.
 */
export function overlapOf(accesses: readonly Accessed[]): { overlaps: boolean; steps: number } {
  const spans = new Map<number, { first: number; last: number; steps: number }>();
  for (const [at, { access }] of accesses.entries()) {
    const { job, what } = access;
    if (job === null || REQUESTS.includes(what)) continue;
    const span = spans.get(job);
    if (span) Object.assign(span, { last: at, steps: span.steps + 1 });
    else spans.set(job, { first: at, last: at, steps: 1 });
  }
  const inOrder = [...spans.values()].sort((a, b) => a.first - b.first);
  const overlaps = inOrder.some(
    ({ last }, at) => (inOrder[at + 1]?.first ?? Number.POSITIVE_INFINITY) < last,
  );
  return { overlaps, steps: Math.max(0, ...inOrder.map(({ steps }) => steps)) };
}
