/** Names of the ways in which jobs change the counter. */
import type { CounterPhase } from '../figures/counter-phases.ts';

/** By how the jobs changed it: what follows "after" beside the counter's value. */
export const PHASE_WORDS: Record<NonNullable<CounterPhase['how']>, string> = {
  'two-steps': 'read, work, write',
  'one-step': 'adding in one step',
  both: 'both kinds of update',
};
