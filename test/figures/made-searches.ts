/** Logs of searches for orders, with the counts of real ones: two jobs that read and write have 6 orders, 4 of them wrong. */

import { resultOf } from '../../server/figures/result.ts';
import type { SearchFact } from '../../server/protocol/search.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import type { PassSearch } from '../../server/timeline/search.ts';
import { timelineOfLines } from '../../server/timeline/timeline.ts';

type OutcomeFact = Extract<SearchFact, { type: 'outcome' }>;
type EndFact = Extract<SearchFact, { type: 'search-ended' }>;

/** Returns an outcome that goes well, with these changes. */
export function outcome(changes: Partial<OutcomeFact> = {}): OutcomeFact {
  return {
    type: 'outcome',
    number: 0,
    isFailing: false,
    orders: 1,
    schedule: '1x2-2x2',
    steps: 4,
    switches: 0,
    counter: 0,
    list: [],
    queue: [],
    omitted: 0,
    failed: [],
    lostUpdates: 0,
    stuck: [],
    isDeadlock: false,
    check: null,
    isCut: false,
    ...changes,
  };
}

/** Returns the end of a search that tried every order, with these changes. */
export function searchEnd(changes: Partial<EndFact> = {}): EndFact {
  return {
    type: 'search-ended',
    orders: 6,
    failing: 4,
    schedules: 6,
    outcomes: 2,
    method: 'every',
    isComplete: true,
    preemptions: null,
    probability: null,
    module: 'kept',
    ...changes,
  };
}

/** The outcomes of two jobs that read the counter and write it. */
export const LOST = outcome({
  isFailing: true,
  orders: 4,
  schedule: '1-2x2-1',
  switches: 1,
  counter: 1,
  lostUpdates: 1,
});
export const KEPT = outcome({ number: 1, orders: 2, counter: 2 });
export const RACE: SearchFact[] = [
  { type: 'search-progress', orders: 3, failing: 2, schedules: 3 },
  LOST,
  KEPT,
  searchEnd(),
];

/** Returns the lines of the log of a run of that search; `isOver`: whether it has ended; `same`: what replays gave. */
export function searchLog(
  facts: readonly object[] = RACE,
  { isOver = true, same = [true, true] } = {},
): string[] {
  const replays = same.map((isSame, number) => ({ type: 'outcome-replayed', number, isSame }));
  const ended = {
    type: 'pass-ended',
    status: 'completed',
    error: null,
    wallMs: 900,
    cpuMs: 700,
    peakRssBytes: 1e8,
  };
  const started = { type: 'pass-started', mode: 'threads', cores: 2, otherRuns: 0, order: 'search' };
  return [
    { type: 'run-started', pass: null },
    started,
    ...facts,
    ...(isOver
      ? [...replays, ended, { type: 'run-ended', status: 'completed', error: null, pass: null }]
      : []),
  ].map((fact, i) => JSON.stringify({ seq: i + 1, pass: 0, atMs: i, ...fact }));
}

/** Returns the timeline of such a run. */
export function searchTimeline(...log: Parameters<typeof searchLog>): RunTimeline {
  return timelineOfLines(searchLog(...log));
}

/** Returns what the search of such a run has found, as its family knows it. */
export function searchFound(...log: Parameters<typeof searchLog>): PassSearch {
  const found = resultOf(searchLog(...log)).passes[0]?.search;
  if (!found) throw new Error('The log is not that of a search.');
  return found;
}
