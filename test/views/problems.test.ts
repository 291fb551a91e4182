/** What went wrong, in words. */
import { expect, it } from 'vitest';
import type { Fact } from '../../server/runs/events.ts';
import { problems } from '../../views/problems.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneEnded,
  laneStarted,
  passEnded,
  passStarted,
  timelineOf,
} from '../runs/made-events.ts';

it('problems: a job that was cut off with its process is told of with the reason, one that the server stopped is not', () => {
  const told = (error: string | null) =>
    problems(
      timelineOf(
        events(0, [
          [0, passStarted('threads')],
          [0, laneStarted(0, 'threads')],
          [0, laneStarted(1, 'threads')],
          [0, jobStarted(1, 0)],
          [9, jobEnded(1, 0, 'cut-off', error)],
          [9, { ...laneEnded(0), reason: 'killed', exitCode: null, signal: 'SIGKILL' } as Fact],
          [9, passEnded(9, 'failed', 'The end.')],
        ]),
      ),
    );
  expect(told('Its process took too much.')).toEqual([
    'In threads: job 0 was cut off: Its process took too much.',
    'In threads: main was ended by signal SIGKILL',
    'In threads: failed: The end.',
  ]);
  expect(told(null)).toEqual([
    'In threads: main was ended by signal SIGKILL',
    'In threads: failed: The end.',
  ]);
});
