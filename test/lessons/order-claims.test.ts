/** The claims of one-by-one, join, queue and pool, on runs made by hand: odd orders, and times that fit no choice. */
import { expect, it } from 'vitest';
import join from '../../server/lessons/join/claim.ts';
import lock from '../../server/lessons/lock/claim.ts';
import oneByOneClaim from '../../server/lessons/one-by-one/claim.ts';
import pool from '../../server/lessons/pool/claim.ts';
import queue from '../../server/lessons/queue/claim.ts';
import readersWriters from '../../server/lessons/readers-writers/claim.ts';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { answerOf, type Claim, passesToTell } from '../../server/words/claim.ts';
import {
  atOnce,
  events,
  type Job,
  jobEnded,
  jobStarted,
  laneReady,
  laneStarted,
  oneByOne,
  type Pass,
  passEnded,
  passStarted,
  run,
  type TimedFact,
  timelineOf,
  waitEnded,
  waitStarted,
} from '../timeline/made-events.ts';

function toldBy(claim: Claim, log: ReturnType<typeof run>) {
  const timeline = timelineOf(log);
  return { headline: claim.headline(passesToTell(timeline, claim)), ...answerOf(timeline, claim) };
}

/** A pass in which jobs start at 0 and end at the given times; `more` is what else happens. */
function logOf(mode: Mode, ends: number[], more: TimedFact[]) {
  const facts = ends.flatMap((end, job): TimedFact[] => [
    [0, laneStarted(job + 1, mode)],
    [0, laneReady(job + 1)],
    [0, jobStarted(job + 1, job)],
    [end, jobEnded(job + 1, job)],
  ]);
  const sorted = [...facts, ...more].sort(([a], [b]) => a - b);
  return [
    ...events(0, [
      [0, passStarted(mode)],
      [0, laneStarted(0, mode)],
      [0, laneReady(0)],
      ...sorted,
      [9000, passEnded(9000)],
    ]),
    ...events(null, [[9000, { type: 'run-ended', status: 'completed', error: null }]], 1000),
  ];
}

it('one-by-one: says how much of a pass in threads was their start', () => {
  const threads: Pass = { mode: 'threads', jobs: atOnce(5, 1000, 'sleep', 800), bootMs: 800, joins: true };
  expect(toldBy(oneByOneClaim, run([oneByOne('sleep'), threads]))).toMatchObject({
    right: [2, 3],
    why: 'Threads took 1.8 s, 0.8 s of it to start; the longest job took 1.0 s, and the shortest 1.0 s; one by one, the jobs took 5.0 s.',
  });
});

it('join: says that main waited for all jobs', () => {
  const ends = [1000, 2000, 3000, 4000];
  const joins = ends.flatMap((end, job): TimedFact[] => [
    [end - 1000, waitStarted(0, null, 'join', `job ${job}`)],
    [end, waitEnded(0, null, 'join', `job ${job}`)],
  ]);
  expect(toldBy(join, logOf('threads', ends, joins)).headline).toBe(
    'Main waited 4.0 s in total, for all 4 jobs.',
  );
});

it('join: a run in which main joined no job that had ended does not answer', () => {
  const joins: TimedFact[] = [
    [1000, waitStarted(0, null, 'join', 'job 1')],
    [1000.2, waitEnded(0, null, 'join', 'job 1')],
  ];
  expect(toldBy(join, logOf('threads', [500, 1000.2], joins)).right).toBeUndefined();
  expect(toldBy(join, logOf('threads', [500, 990], joins))).toMatchObject({
    right: [0],
    why: 'Job 1 had ended 10 ms before main joined it, so there was nothing to wait for.',
  });
});

it('join: times of which one is more than twice another are no range, but told by mode', () => {
  const made = (mode: Mode, end: number) => {
    const joins: TimedFact[] = [
      [0, waitStarted(0, null, 'join', 'job 0')],
      [end, waitEnded(0, null, 'join', 'job 0')],
    ];
    return logOf(mode, [end], joins);
  };
  const both = (first: number, second: number) => [
    ...made('threads', first).slice(0, -1),
    ...made('processes', second).map((event) => ({
      ...event,
      seq: event.seq + 500,
      pass: event.pass === null ? null : 1,
    })),
  ];
  const told = (...ends: [number, number]) =>
    toldBy(join, both(...ends) as ReturnType<typeof logOf>).headline;
  expect(told(1000, 1900)).toBe('Main waited 1.0 to 1.9 s for job 0.');
  expect(told(400, 4000)).toBe(
    'In threads main waited 0.4 s for job 0; in processes main waited 4.0 s for job 0.',
  );
});

/** Messages of processes: when each job sends its number, and when main gets it. */
function messages(sent: number[], got: number[]): TimedFact[] {
  const of = (type: 'message-sent' | 'message-received', job: number): Fact => ({
    type,
    lane: type === 'message-sent' ? job + 1 : 0,
    job: type === 'message-sent' ? job : null,
    id: `${job}.1`,
    channel: 'queue',
    bytes: 4,
    value: 100 + job,
  });
  return sent.flatMap((ms, job): TimedFact[] => [
    [ms, of('message-sent', job)],
    [got[job] ?? 0, of('message-received', job)],
  ]);
}

it('queue: names a message that another one overtook on its way', () => {
  const log = logOf('processes', [1010, 1005, 2005], messages([1003, 1000, 2000], [1100, 1200, 2100]));
  expect(toldBy(queue, log)).toMatchObject({
    headline: null,
    right: [0, 2],
    why: 'The numbers came from jobs 0, 1 and 2, although job 1 sent its number before job 0.',
  });
});

it('queue: judges by a pass in which no message overtook another', () => {
  const good = logOf('threads', [3005, 1005, 2005], messages([3000, 1000, 2000], [3001, 1001, 2001])).slice(
    0,
    -1,
  );
  const bad = logOf('processes', [1010, 1005, 2005], messages([1003, 1000, 2000], [1100, 1200, 2100]));
  const log = [
    ...good,
    ...bad.map((event) => ({ ...event, seq: event.seq + 500, pass: event.pass === null ? null : 1 })),
  ];
  expect(toldBy(queue, log as typeof good)).toMatchObject({
    right: [1],
    why: 'In threads the numbers came from jobs 1, 2 and 0: the order in which the jobs ended, not the order in which they started.',
  });
});

it('pool: the time is that of all jobs, divided by the workers, however many there are', () => {
  const facts = [0, 1, 2, 3].flatMap((job): TimedFact[] => {
    const [lane, from] = [1 + (job % 2), job < 2 ? 0 : 4000];
    return [
      ...(job < 2
        ? ([
            [0, laneStarted(lane, 'threads')],
            [0, laneReady(lane)],
          ] as TimedFact[])
        : []),
      [from, jobStarted(lane, job)],
      [from + 4000, jobEnded(lane, job)],
    ];
  });
  expect(toldBy(pool, logOf('threads', [], facts))).toMatchObject({
    headline: 'Never more than two jobs ran at once, and 4 jobs took 9.0 s.',
    right: [1],
    why: 'The 4 jobs add up to 16.0 s, or 8.0 s if two run at a time; the pool took 9.0 s.',
  });
});

it('readers-writers: with one worker both groups take just as long, also if something held up the second', () => {
  // Even jobs first; between the odd ones, the machine was busy.
  const jobs = Array.from({ length: 12 }, (_, job): Job => {
    const from = job % 2 === 0 ? (job / 2) * 600 : 3600 + ((job - 1) / 2) * 800;
    return { from, to: from + 600, does: 'sleep' };
  });
  expect(toldBy(readersWriters, run([{ mode: 'processes', jobs }]))).toMatchObject({
    right: [0],
    why: 'Only one job was inside at a time.',
  });
});

it('lock: jobs that took turns took as long as one after another, however many and however slow their start', () => {
  // Each reads, works for a second and writes while it holds the lock.
  const log = (count: number) => {
    const update = (at: number, job: number, value: number): TimedFact[] => {
      const access = { lane: job + 1, job, key: 'counter' as const };
      return [
        [at + 1, { type: 'shared-read', ...access, value }],
        [at + 2, waitStarted(job + 1, job, 'sleep', '1 s')],
        [at + 998, waitEnded(job + 1, job, 'sleep', '1 s')],
        [at + 999, { type: 'shared-written', ...access, value: value + 1, length: null }],
      ];
    };
    const numbers = Array.from({ length: count }, (_, job) => job);
    const facts = numbers.flatMap((job): TimedFact[] => [
      [0, waitStarted(job + 1, job, 'lock', 'A')],
      [job * 1000, waitEnded(job + 1, job, 'lock', 'A')],
      ...update(job * 1000, job, job),
    ]);
    const ends = numbers.map((job) => (job + 1) * 1000);
    return logOf('threads', ends, facts);
  };
  expect(toldBy(lock, log(8)).right).toEqual([2]);
});
