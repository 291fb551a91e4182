/** How the ways in which jobs change the counter are named. */
import type { CounterPhase } from '../figures/counter-phases.ts';

/** By how the jobs changed it: what is said of the counter after that. */
export const PHASE_WORDS: Record<NonNullable<CounterPhase['how']>, string> = {
  'two-steps': 'read, work, write',
  'one-step': 'adding in one step',
  both: 'both kinds of update',
};
