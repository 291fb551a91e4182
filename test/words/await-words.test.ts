/** What is said of an await that is missing, and of one that never ends. */
import { expect, it } from 'vitest';
import type { Fact } from '../../server/protocol/facts.ts';
import { unseenWaits } from '../../server/words/await-words.ts';
import { sentence } from '../../server/words/sentence.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneEnded,
  laneReady,
  laneStarted,
  passEnded,
  passStarted,
  type TimedFact,
  timelineOf,
  waitEnded,
  waitStarted,
} from '../timeline/made-events.ts';

/** A run on the event loop, in which main is ready at 0 and has returned at 9. */
function said(
  facts: TimedFact[],
  ...[status, error, cpuMs]: [] | [Parameters<typeof passEnded>[1], string, number]
) {
  const [begun, over] = [
    { type: 'run-started' },
    { type: 'run-ended', status: status ?? 'completed', error: null },
  ] as Fact[];
  const pass: TimedFact[] = [
    [0, passStarted('event-loop')],
    [0, laneStarted(0, 'event-loop')],
    ...facts,
    [
      9,
      status === undefined
        ? laneEnded(0)
        : ({ ...laneEnded(0), reason: 'killed', signal: 'SIGTERM' } as Fact),
    ],
    [9, passEnded(9, status, error, cpuMs)],
  ];
  const log = [
    ...events(null, [[0, begun!]]),
    ...events(0, pass, 1),
    ...events(null, [[9, over!]], pass.length + 1),
  ];
  return sentence(timelineOf(log));
}

const unawaited = (job: number, kind: 'sleep' | 'lock' = 'sleep', line = 3): TimedFact[] => [
  [1, jobStarted(0, job)],
  [1, { ...waitStarted(0, job, kind, '1 s'), line } as Fact],
];
const ended = (job: number): TimedFact => [2, jobEnded(0, job)];

it('unawaitedSentence: if no job waited for its sleep, asks for the await, at the line that all have in common', () => {
  expect(said([[0, laneReady(0)], ...unawaited(0), ...unawaited(1), ended(0), ended(1)])).toBe(
    'No job waited for its sleep to end. Is an await missing in line 3?',
  );
  expect(said([[0, laneReady(0)], ...unawaited(0), ...unawaited(1, 'sleep', 4), ended(0), ended(1)])).toBe(
    'No job waited for its sleep to end. Is an await missing?',
  );
  expect(said([[0, laneReady(0)], ...unawaited(4, 'lock'), ended(4)])).toBe(
    'Job 4 did not wait for its lock. Is an await missing in line 3?',
  );
});

it('unawaitedSentence: not if the wait lasted, as in a race with a timer of the program', () => {
  const late: TimedFact = [701, jobEnded(0, 0)];
  expect(said([[0, laneReady(0)], ...unawaited(0, 'lock'), late])).not.toMatch(/await/);
});

it('unawaitedSentence: not if a job has waited, as in a race that one of two waits has won', () => {
  const raced: TimedFact[] = [
    ...unawaited(0),
    [1, waitStarted(0, 0, 'sleep', '2 s')],
    [2, waitEnded(0, 0, 'sleep', '1 s')],
    ended(0),
  ];
  expect(said([[0, laneReady(0)], ...raced])).not.toContain('await');
  expect(said([[0, laneReady(0)], ...unawaited(0), [1, jobStarted(0, 1)], ended(0), ended(1)])).not.toContain(
    'await',
  );
});

it('idleWords: says so if what did not end computed almost nothing, and reported no wait', () => {
  const nothing = 'Almost nothing was computed: the program waited for something that never came.';
  const tooLate = (facts: TimedFact[], cpuMs: number) => said(facts, 'timed-out', 'It has not ended.', cpuMs);
  const begun: TimedFact[] = [
    [0, laneReady(0)],
    [1, jobStarted(0, 0)],
  ];
  const joined: TimedFact = [1, waitStarted(0, null, 'join', 'job 0')];
  // An await at the top of the program: main is not ready.
  expect(tooLate([], 0.1)).toContain(`It has not ended. ${nothing}`);
  expect(tooLate([...begun, joined], 0.1)).toContain(nothing);
  expect(tooLate([...begun, joined], 8)).not.toContain(nothing);
  expect(tooLate([...begun, joined, [2, waitStarted(0, 0, 'sleep', '9 s')]], 0.1)).not.toContain(nothing);
});

it('unseenWaits: says so if the processor hardly worked while jobs, or main, are drawn at work', () => {
  const remark = (wallMs: number, cpuMs: number, own: TimedFact[], more: object = {}) => {
    const facts: TimedFact[] = [
      [0, passStarted('event-loop')],
      [0, laneStarted(0, 'event-loop')],
      [0, laneReady(0)],
      ...own,
      [wallMs, laneEnded(0)],
      [wallMs, { ...passEnded(wallMs, 'completed', null, cpuMs), ...more } as Fact],
    ];
    const [pass] = timelineOf(events(0, facts)).passes;
    return pass ? unseenWaits(pass) : undefined;
  };
  const jobs: TimedFact[] = [
    [0, jobStarted(0, 0)],
    [1000, jobEnded(0, 0)],
    [1000, jobStarted(0, 1)],
    [2000, jobEnded(0, 1)],
  ];
  const slept: TimedFact[] = [
    [0, jobStarted(0, 0)],
    [0, waitStarted(0, null, 'join', 'job 0')],
    [0, waitStarted(0, 0, 'sleep', '2 s')],
    [2000, waitEnded(0, 0, 'sleep', '2 s')],
    [2000, jobEnded(0, 0)],
  ];
  expect(remark(2000, 60, jobs)).toBe(
    '2.0 s are drawn as computing, but the processor worked for 60 ms: jobs waited for what cannot be seen here, such as a promise of the program’s own, a call that blocks, or a core that others kept busy.',
  );
  expect(remark(2000, 60, [])).toMatch(/^2\.0 s are drawn as main’s own code, .*: main waited for /);
  expect(remark(2000, 300, jobs)).toBeNull();
  expect(remark(2000, 60, slept)).toBeNull();
  expect(remark(2000, 60, jobs, { paused: { machine: 500 } })).toBeNull();
});
