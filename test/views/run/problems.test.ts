/** What went wrong, in words. */
import { expect, it } from 'vitest';
import type { Fact, Status } from '../../../server/protocol/facts.ts';
import type { Mode } from '../../../server/spec/modes.ts';
import { problemItems, problems } from '../../../views/run/problems.ts';
import { elements } from '../../markup.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneEnded,
  laneReady,
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
    // The headline says that somebody, or the server, stopped the run.
    const why = status === 'timed-out' ? ['In processes: stopped at the time limit'] : [];
    expect(sentences(status)).toEqual(['In processes: job 0 exited with code 3', ...why]);
    expect(sentences(status).join()).not.toContain('SIGTERM');
  }
  expect(sentences('failed')).toContain('In processes: main was ended by signal SIGTERM');
});

it('problems: jobs that failed alike are one', () => {
  const log = events(0, [
    [0, passStarted('event-loop')],
    [0, laneStarted(0, 'event-loop')],
    ...[0, 1, 2].map((job): [number, Fact] => [0, jobStarted(0, job)]),
    ...[0, 1, 2].map((job): [number, Fact] => [1, jobEnded(0, job, 'failed', `Error: ${job % 2}`)]),
    [2, laneEnded(0)],
    [2, passEnded(2)],
  ]);
  expect(problems(timelineOf(log))).toEqual([
    'On the event loop: jobs 0 and 2 failed: Error: 0',
    'On the event loop: job 1 failed: Error: 1',
  ]);
});

it('problems: jobs that log too much are one, in however many modes', () => {
  const cut = (job: number | null): Fact => ({ type: 'cut', what: 'log', job, limit: 65_536 });
  const said = (...jobs: (number | null)[]) =>
    problems(
      timelineOf(
        events(0, [[0, passStarted('threads')], ...jobs.map((job): [number, Fact] => [1, cut(job)])]),
      ),
    );
  expect(said(0, 1, 0, 1)).toEqual([
    'Jobs 0 and 1 logged more than 64 KiB each; the rest of their output is not shown.',
  ]);
  expect(said(2, null, 2)).toEqual([
    'Job 2 logged more than 64 KiB; the rest of its output is not shown.',
    'The program, outside of its jobs, logged more than 64 KiB; the rest of its output is not shown.',
  ]);
});

it('problems: a lane is not one if the server ended it because nothing could continue', () => {
  const log = events(0, [
    [0, passStarted('processes')],
    [0, laneStarted(0, 'processes')],
    [0, laneStarted(1, 'processes')],
    [9, { ...laneEnded(1), reason: 'killed', exitCode: null, signal: 'SIGTERM' } as Fact],
    [9, { ...laneEnded(0), reason: 'killed', exitCode: null, signal: 'SIGTERM' } as Fact],
    [9, passEnded(9, 'failed', 'Nothing can continue: main waits for job 0.')],
  ]);
  expect(problems(timelineOf(log))).toEqual(['In processes: nothing can continue: main waits for job 0.']);
});

it('problems: what main threw is said once, and not as the exit code of its process', () => {
  const sentences = problems(
    timelineOf(
      events(0, [
        [0, passStarted('threads')],
        [0, laneStarted(0, 'threads')],
        [9, { ...laneEnded(0), reason: 'threw', exitCode: 1 } as Fact],
        [9, passEnded(9, 'failed', 'Check failed: Error: no')],
      ]),
    ),
  );
  expect(sentences).toEqual(['In threads: check failed: Error: no']);
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
    'In threads: the end. With it job 0 was cut off.',
  ]);
  expect(sentences(null)).toEqual(['In threads: the end.']);
});

it('problems: one for each failure, however many lanes ended with it; the same in two modes is one', () => {
  const lanes = (mode: Mode): [number, Fact][] => [
    [0, passStarted(mode)],
    ...[0, 1, 2, 3, 4].map((lane): [number, Fact] => [0, laneStarted(lane, mode)]),
    ...[1, 2, 3, 4].map((lane): [number, Fact] => [0, jobStarted(lane, lane - 1)]),
    [1, jobEnded(1, 0, 'failed', 'Error: thrown')],
  ];
  const ended = (lane: number, exitCode: number | null, signal: string | null) =>
    ({ ...laneEnded(lane), reason: signal === null ? 'exited' : 'killed', exitCode, signal }) as Fact;
  const took = (mib: number) => `process took ${mib} MiB, over its limit, and was killed.`;
  const cut = (lane: number): [number, Fact][] => [
    [3, jobEnded(lane, lane - 1, 'cut-off', `Its ${took(9)}`)],
    [3, ended(lane, null, null)],
  ];
  const log = [
    ...events(0, [
      ...lanes('threads'),
      [1, { ...laneEnded(1), reason: 'threw', exitCode: null } as Fact],
      [2, jobEnded(2, 1, 'failed', 'The thread exited with code 3.')],
      [2, ended(2, 3, null)],
      ...cut(3),
      ...cut(4),
      [3, ended(0, null, 'SIGKILL')],
      [3, passEnded(3, 'failed', `The program’s ${took(9)}`)],
    ]),
    ...events(1, [
      ...lanes('processes'),
      [1, { ...laneEnded(1), reason: 'threw', exitCode: 1 } as Fact],
      [2, jobEnded(2, 1, 'failed', 'Its process exited with code 3.')],
      [2, ended(2, 3, null)],
      [3, jobEnded(3, 2, 'failed', `Its ${took(7)}`)],
      [3, ended(3, null, 'SIGKILL')],
      [4, jobEnded(4, 3)],
      [4, laneEnded(4)],
      [5, laneEnded(0)],
      [5, passEnded(5)],
    ]),
  ].map((event, i) => ({ ...event, seq: i + 1 }));
  expect(problems(timelineOf(log))).toEqual([
    'In threads and in processes: job 0 failed: Error: thrown',
    'In threads: job 1 failed: The thread exited with code 3.',
    'In threads: the program’s process took 9 MiB, over its limit, and was killed. With it jobs 2 and 3 were cut off.',
    'In processes: job 1 failed: Its process exited with code 3.',
    'In processes: job 2 failed: Its process took 7 MiB, over its limit, and was killed.',
  ]);
});

it('problems: a worker that is killed between two jobs is one, although a job of it failed before', () => {
  const log = events(0, [
    [0, passStarted('processes')],
    [0, laneStarted(0, 'processes')],
    [0, { ...laneStarted(1, 'processes'), name: 'worker 1' } as Fact],
    [1, laneReady(1)],
    [1, jobStarted(1, 0)],
    [2, jobEnded(1, 0)],
    [2, jobStarted(1, 1)],
    [3, jobEnded(1, 1, 'failed', 'Error: thrown')],
    [5, { ...laneEnded(1), reason: 'killed', exitCode: null, signal: 'SIGKILL' } as Fact],
    [6, laneEnded(0)],
    [6, passEnded(6)],
  ]);
  expect(problems(timelineOf(log))).toEqual([
    'In processes: job 1 failed: Error: thrown',
    'In processes: worker 1 was ended by signal SIGKILL',
  ]);
});

it('problems: each is a sentence; what stopped a pass goes on from its status, and an error keeps its name', () => {
  const log = [
    ...events(0, [
      [0, passStarted('threads')],
      [0, laneStarted(0, 'threads')],
      [9, passEnded(9, 'timed-out', 'Main waits for job 0.')],
    ]),
    ...events(1, [
      [0, passStarted('processes')],
      [0, laneStarted(0, 'processes')],
      [9, passEnded(9, 'failed', 'TypeError: x is not a function')],
    ]),
  ].map((event, i) => ({ ...event, seq: i + 1 }));
  expect(elements(String(problemItems(timelineOf(log))), 'li').map(({ text }) => text)).toEqual([
    'In threads: stopped at the time limit: main waits for job 0.',
    'In processes: failed: TypeError: x is not a function.',
  ]);
});
