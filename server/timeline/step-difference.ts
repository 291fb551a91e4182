/** Where the steps of two orders of one program differ. Pure. */
import type { PassTimeline } from './model.ts';
import type { StepTaken } from './steps-model.ts';

/** The first step, from 1, that two orders do not share; a side without it has ended before. */
type StepDifference = { step: number; a: StepTaken | null; b: StepTaken | null };

/** Returns the first step in which two orders differ; null if they take the same steps. */
export function firstDifference(
  { steps: a }: Pick<PassTimeline, 'steps'>,
  { steps: b }: Pick<PassTimeline, 'steps'>,
): StepDifference | null {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [inA = null, inB = null] = [a[i], b[i]];
    if (inA === null || inB === null || !isSame(inA, inB)) return { step: i + 1, a: inA, b: inB };
  }
  return null;
}

function isSame(a: StepTaken, b: StepTaken): boolean {
  return (
    a.lane === b.lane &&
    a.does === b.does &&
    a.on === b.on &&
    JSON.stringify(a.value) === JSON.stringify(b.value)
  );
}
