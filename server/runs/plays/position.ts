/** A position of a game: what the steps that were chosen have led to, and which can come next. */
import type { PlayOutcome } from '../../figures/play-goals.ts';
import type { RunEvent } from '../../protocol/events.ts';
import type { NextStep } from '../../protocol/play.ts';
import { MAX_SCHEDULE, MAX_STEPS } from '../../protocol/search.ts';
import { formatSchedule, type ScheduleStep } from '../../spec/schedule.ts';

export type Position = {
  /** The steps that were chosen. */
  steps: readonly ScheduleStep[];
  /** The facts so far, as of a run of this order. */
  events: readonly RunEvent[];
  /** The steps that can come next; empty at the end. `count`: with those beyond MAX_CHOICES. */
  next: readonly NextStep[];
  count: number;
  /** What the order has led to; null while there is something to choose. */
  outcome: PlayOutcome | null;
  /** Why the process has ended, in a sentence; null if it has not. */
  fault: string | null;
  /** Whether fewer steps could be taken than were asked for: the program did not do the same again. */
  isMisfit: boolean;
};

/** Reports whether two steps are the same. */
export function isSameStep(one: ScheduleStep, other: ScheduleStep): boolean {
  return one.lane === other.lane && one.answer === other.answer;
}

/** Reports whether an order can be saved: a longer one has no text. */
export function fits(steps: readonly ScheduleStep[]): boolean {
  return steps.length <= MAX_STEPS && formatSchedule(steps).length <= MAX_SCHEDULE;
}
