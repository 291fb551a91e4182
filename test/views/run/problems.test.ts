/** What went wrong, in words. */
import { expect, it } from 'vitest';
import type { Fact, Status } from '../../../server/protocol/facts.ts';
import { problems } from '../../../views/run/problems.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneEnded,
  laneStarted,
  passEnded,
  passStarted,
  timelineOf,
} from '../../timeline/made-events.ts';

it('problems: a lane that was ended with its run is not one, a lane that exited before is', () => {
  const sentences = (status: Status) =>
    problems(
      timelineOf(
        events(0, [
          [0, passStarted('processes')],
          [0, laneStarted(0, 'processes')],
          [0, laneStarted(1, 'processes')],
          [5, { ...laneEnded(1), reason: 'exited', exitCode: 3 } as Fact],
          [9, { ...laneEnded(0), reason: 'killed', exitCode: null, signal: 'SIGTERM' } as Fact],
          [9, passEnded(9, status)],
        ]),
      ),
    );
  for (const status of ['cancelled', 'timed-out', 'interrupted'] as const) {
    expect(sentences(status)).toEqual([
      'In processes: job 0 exited with code 3',
      expect.stringMatching(/^In processes: /),
    ]);
    expect(sentences(status).join()).not.toContain('SIGTERM');
  }
  expect(sentences('failed')).toContain('In processes: main was ended by signal SIGTERM');
});

it('problems: a job cut off with its process has the reason, one that the server stopped is not a problem', () => {
  const sentences = (error: string | null) =>
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
  expect(sentences('Its process took too much.')).toEqual([
    'In threads: job 0 was cut off: Its process took too much.',
    'In threads: main was ended by signal SIGKILL',
    'In threads: failed: The end.',
  ]);
  expect(sentences(null)).toEqual([
    'In threads: main was ended by signal SIGKILL',
    'In threads: failed: The end.',
  ]);
});
