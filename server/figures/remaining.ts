/** How much of a family is still to come: as planned at first, then going by the runs that there were. Pure. */
import type { Family } from './family.ts';
import { sum } from './planned.ts';

/** What can be said of the present run: it goes, waits in the queue or for room there, or nobody knows how long it takes. */
export type Present = 'as-expected' | 'queued' | 'no-room' | 'late';

/**
 * What is left of a family under way: `presentMs` for the run at `number`, `restMs` for those after it. `queued` is its
 * position in the queue. `isMeasured`: at least one run has shown how long one takes.
 */
export type Remaining = {
  number: number;
  present: Present;
  queued: number | null;
  presentMs: number;
  restMs: number;
  isMeasured: boolean;
};

/** A run is late from so many times its expected time on, and so many ms. */
const LATE = { factor: 1.5, ms: 2000 };

/**
 * What is left of `family` at `nowMs` since 1970, whose runs are planned to take `runsMs`. Those to come take as many
 * times their planned time as those before took, each from being asked for to the next one: its wait in the queue too.
 */
export function remainingOf(
  { runs }: Pick<Family, 'runs'>,
  runsMs: readonly number[],
  nowMs: number,
): Remaining {
  const last = runs.at(-1);
  const { queued = null, startedMs = null, endedMs = null } = last?.result ?? {};
  const sinceMs = (last?.createdAt ?? nowMs) + (endedMs ?? 0);
  const elapsedMs = Math.max(0, nowMs - sinceMs);
  // Where the last has ended, the next is about to be asked for; again and again while the queue is full.
  const number = (last?.number ?? 1) + (endedMs === null ? 0 : 1);
  const goesMs = startedMs === null || endedMs !== null ? 0 : Math.max(0, elapsedMs - startedMs);
  const before = sum(runsMs.slice(0, number - 1));
  const tookMs = Math.max(0, sinceMs - (runs[0]?.createdAt ?? nowMs));
  const factor = before > 0 ? tookMs / before : 1;
  const expectedMs = factor * (runsMs[number - 1] ?? 0);
  const presentOf = (): Present => {
    if (endedMs !== null && elapsedMs > LATE.ms) return 'no-room';
    if (queued !== null) return 'queued';
    return goesMs > LATE.factor * expectedMs + LATE.ms ? 'late' : 'as-expected';
  };
  return {
    number,
    present: presentOf(),
    queued,
    presentMs: Math.max(0, expectedMs - goesMs),
    restMs: factor * sum(runsMs.slice(number)),
    isMeasured: before > 0,
  };
}
