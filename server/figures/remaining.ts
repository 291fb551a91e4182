/** How much of a family is still to come: as planned at first, then scaled by the runs so far. Pure. */
import type { Family } from './family.ts';
import { sum } from './planned.ts';

/**
 * The state of the current run: running as expected, running for a time that cannot be expected, waiting in the queue
 * or for room in it, or late by an unknown time.
 */
type Present = 'as-expected' | 'unplanned' | 'queued' | 'no-room' | 'late';

/**
 * What is left of a family under way: `presentMs` of run `number`, and `restMs` of those after it. `queued` is its
 * position in the queue. `isMeasured`: at least one run has ended, so its length is known. `isPlanned`: it is, or what the
 * program does is known.
 */
export type Remaining = {
  number: number;
  present: Present;
  queued: number | null;
  presentMs: number;
  restMs: number;
  isMeasured: boolean;
  isPlanned: boolean;
};

/** A run is late after this multiple of its expected time plus this many ms. */
const LATE = { factor: 1.5, ms: 2000 };

/**
 * Returns what is left of `family` at `nowMs` since 1970. `runsMs` are the planned times of its runs, which are nothing
 * to go by before the first has ended if the program is not known. Runs to come are
 * assumed to exceed their plan by the same factor as those so far. Each is measured from its submission to that of the
 * next, so time in the queue counts too.
 */
export function remainingOf(
  { runs }: Pick<Family, 'runs'>,
  runsMs: readonly number[],
  nowMs: number,
  isProgramKnown = true,
): Remaining {
  const last = runs.at(-1);
  const { queued = null, startedMs = null, endedMs = null } = last?.result ?? {};
  const sinceMs = (last?.createdAt ?? nowMs) + (endedMs ?? 0);
  const elapsedMs = Math.max(0, nowMs - sinceMs);
  // If the last run has ended, the next is about to be submitted, repeatedly while the queue is full.
  const number = (last?.number ?? 1) + (endedMs === null ? 0 : 1);
  const runningMs = startedMs === null || endedMs !== null ? 0 : Math.max(0, elapsedMs - startedMs);
  const plannedMs = sum(runsMs.slice(0, number - 1));
  const tookMs = Math.max(0, sinceMs - (runs[0]?.createdAt ?? nowMs));
  const factor = plannedMs > 0 ? tookMs / plannedMs : 1;
  const expectedMs = factor * (runsMs[number - 1] ?? 0);
  const isMeasured = plannedMs > 0;
  const isPlanned = isMeasured || isProgramKnown;
  const presentOf = (): Present => {
    if (endedMs !== null && elapsedMs > LATE.ms) return 'no-room';
    if (queued !== null) return 'queued';
    if (!isPlanned) return 'unplanned';
    return runningMs > LATE.factor * expectedMs + LATE.ms ? 'late' : 'as-expected';
  };
  return {
    number,
    present: presentOf(),
    queued,
    presentMs: Math.max(0, expectedMs - runningMs),
    restMs: factor * sum(runsMs.slice(number)),
    isMeasured,
    isPlanned,
  };
}
