/** The words for a bar. */
import { expect, it } from 'vitest';
import { releaseOf } from '../../server/timeline/causes.ts';
import { barLines } from '../../server/words/bar-words.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneReady,
  laneStarted,
  passStarted,
  timelineOf,
  waitEnded,
  waitStarted,
} from '../timeline/made-events.ts';

it('barLines: a late sleep has the time at which it was due, and what kept its thread busy', () => {
  const log = events(0, [
    [0, passStarted('event-loop')],
    [0, laneStarted(0, 'event-loop')],
    [0, laneReady(0)],
    [600, jobStarted(0, 2)],
    [600, waitStarted(0, 2, 'sleep', '0.3 s')],
    [800, jobStarted(0, 1)],
    [1130, jobEnded(0, 1)],
    [1131, waitEnded(0, 2, 'sleep', '0.3 s')],
  ]);
  const pass = timelineOf(log).passes[0]!;
  const row = pass.rows[1]!;
  const bar = row.bars[0]!;
  const lines = barLines({ pass, row, bar, nowMs: 1131, spanMs: 2000 }, releaseOf(pass, row, bar));
  expect(lines).toContain('Its time was up at 0.90 s, but the thread was busy with job 1 until 1.13 s');
});
