/** The sentence on how two orders of one program differ: the first step that they do not share. Pure. */
import type { Comparison } from '../figures/comparison.ts';
import type { PassTimeline } from '../timeline/model.ts';
import { firstDifference } from '../timeline/step-difference.ts';
import type { StepTaken } from '../timeline/steps-model.ts';
import { plannedUnit } from './pass-times.ts';
import { stepWords } from './step-words.ts';

/** The passes of two runs of one order each, of the same program; null if the runs are no such pair. */
export function orderPair({ a, b, settings }: Comparison): [PassTimeline, PassTimeline] | null {
  if (settings.some(({ makesWork }) => makesWork)) return null;
  const [inA, inB] = [a, b].map(({ timeline }) => timeline.passes.find(({ order }) => order === 'schedule'));
  return inA && inB ? [inA, inB] : null;
}

/** `They differ at step 2: in A, job 1 reads 0; in B, job 0 writes 1.` Null if neither run is one order. */
export function orderComparison(difference: Comparison): string | null {
  const units = [difference.a, difference.b].map(({ spec }) => plannedUnit(spec));
  if (!units.includes('step')) return null;
  if (units.includes('ms'))
    return 'One of these runs is a single order, which counts steps instead of time, so their times cannot be compared.';
  const pair = orderPair(difference);
  if (pair === null)
    return difference.isSameWork
      ? 'There is nothing to compare yet: not both runs have begun.'
      : 'These are orders of two different programs, so their steps cannot be compared.';
  const found = firstDifference(...pair);
  if (found === null) return `Both take the same steps, ${pair[0].steps.length} of them.`;
  const side = (name: string, step: StepTaken | null) =>
    step === null ? `${name} has ended` : `in ${name}, ${stepWords(step)}`;
  return `They differ at step ${found.step}: ${side('A', found.a)}; ${side('B', found.b)}.`;
}
