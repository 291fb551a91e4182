/** What a player who chooses the order of the steps can try to bring about. Pure. */
import type { SearchFact } from '../protocol/search.ts';

/** What an order has led to. */
export type PlayOutcome = Extract<SearchFact, { type: 'outcome' }>;

export const GOALS = ['lost-update', 'deadlock', 'failure', 'well'] as const;
export type Goal = (typeof GOALS)[number];

/** Returns the goals that an outcome reaches. An order that was cut off reaches none. */
export function goalsIn({ isCut, isFailing, isDeadlock, lostUpdates, failed, check }: PlayOutcome): Goal[] {
  if (isCut) return [];
  const reached: Record<Goal, boolean> = {
    'lost-update': lostUpdates > 0,
    deadlock: isDeadlock,
    failure: failed.length > 0 || check !== null,
    well: !isFailing,
  };
  return GOALS.filter((goal) => reached[goal]);
}
