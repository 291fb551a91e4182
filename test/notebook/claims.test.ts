/** What the notebook's cell on a daemon says of what can become of it; cells.test.ts has real runs of all cells. */
import { expect, it } from 'vitest';
import claim from '../../server/notebook/7-daemon/claim.ts';
import type { JobTimes } from '../../server/timeline/model.ts';
import { sentence } from '../../server/words/sentence.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneReady,
  laneStarted,
  passEnded,
  passStarted,
  type TimedFact,
  timelineOf,
  waitEnded,
  waitStarted,
} from '../timeline/made-events.ts';

/** Returns what is said of a run in which job 0 is a daemon and job 1 ends after 900 ms; `joinedMs`: from when on main waits for the daemon. */
function said(endMs: number, status: JobTimes['status'] = 'done', joinedMs: number | null = null): string {
  const join = [0, null, 'join', 'job 0'] as const;
  const facts: TimedFact[] = [
    [0, passStarted('threads')],
    [0, laneStarted(0, 'threads')],
    [0, laneReady(0)],
    ...[1, 2].flatMap((lane): TimedFact[] => [
      [0, laneStarted(lane, 'threads', { daemon: lane === 1 })],
      [0, laneReady(lane)],
      [0, jobStarted(lane, lane - 1)],
    ]),
    [900, jobEnded(2, 1)],
    [endMs, jobEnded(1, 0, status ?? 'done')],
  ];
  if (joinedMs !== null)
    facts.push([joinedMs, waitStarted(...join)], [Math.max(joinedMs + 0.1, endMs), waitEnded(...join)]);
  facts.push([Math.max(2000, endMs), passEnded(2000)]);
  facts.sort(([a], [b]) => a - b);
  const all = [
    ...events(null, [[0, { type: 'run-started' }]]),
    ...events(0, facts, 1),
    ...events(null, [[2000, { type: 'run-ended', status: 'completed', error: null }]], facts.length + 1),
  ];
  return sentence(timelineOf(all), claim);
}

it('notebook, daemon: cut off, joined, or ended in time; never more than the events say', () => {
  expect(said(910, 'cut-off')).toBe(
    'The daemon, job 0, was cut off after 0.9 s, when job 1 ended: Python does not wait for daemons.',
  );
  expect(said(500)).toBe('The daemon, job 0, finished before job 1 did, so it was not cut off.');
  expect(said(1500, 'done', 0)).toBe('The daemon, job 0, finished, because main waited 1.5 s for it.');
  expect(said(500, 'done', 600)).toBe('The daemon, job 0, finished before main joined it.');
  // It ended while Python did.
  expect(said(950)).not.toMatch(/daemon/);
});
