/** The claims of sometimes, which-lock and await-in-loop, on runs made by hand: odd ones, and several modes. */
import { describe, expect, it } from 'vitest';
import awaitInLoop from '../../server/lessons/await-in-loop/claim.ts';
import sometimes from '../../server/lessons/sometimes/claim.ts';
import whichLock from '../../server/lessons/which-lock/claim.ts';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { answerOf, type Claim, passesToTell } from '../../server/words/claim.ts';
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
} from '../timeline/made-events.ts';

/** A job: when it starts and ends, when it reads and writes, and which values. */
type Job = { job: number; from: number; to: number; read?: [number, number]; wrote?: [number, number] };
type Made = { mode: Mode; jobs: Job[]; failed?: true; main?: TimedFact[] };

const access = (type: 'shared-read' | 'shared-written', job: number | null, value: number): Fact => {
  const fact = { lane: job === null ? 0 : job + 1, job, key: 'counter', value } as const;
  return type === 'shared-read' ? { type, ...fact } : { type, ...fact, length: null };
};

function passOf({ mode, jobs, failed, main = [] }: Made): TimedFact[] {
  const facts = jobs.flatMap(({ job, from, to, read, wrote }): TimedFact[] => [
    [from, { ...laneStarted(job + 1, mode), ...(mode === 'processes' ? {} : { pid: 100 }) } as Fact],
    [from, laneReady(job + 1)],
    [from, jobStarted(job + 1, job)],
    ...(read ? ([[read[0], access('shared-read', job, read[1])]] as TimedFact[]) : []),
    ...(wrote ? ([[wrote[0], access('shared-written', job, wrote[1])]] as TimedFact[]) : []),
    [to, jobEnded(job + 1, job)],
  ]);
  const end = 10_000;
  return [
    [0, passStarted(mode)],
    [0, { ...laneStarted(0, mode), pid: 100 } as Fact],
    [0, laneReady(0)],
    ...[...facts, ...main].sort(([a], [b]) => a - b),
    [end, failed ? passEnded(end, 'failed', 'Error: the counter should be 3') : passEnded(end)],
  ];
}

/** Returns what a claim says of a run, and which choices it calls right. */
function toldBy(claim: Claim, ...passes: Made[]) {
  const log = events(null, [[0, { type: 'run-started' }]]);
  for (const [i, pass] of passes.entries()) log.push(...events(i, passOf(pass), log.length));
  const status = passes.some(({ failed }) => failed) ? 'failed' : 'completed';
  log.push(...events(null, [[10_000, { type: 'run-ended', status, error: null }]], log.length));
  const timeline = timelineOf(log);
  const told = passesToTell(timeline, claim);
  const answer = answerOf(timeline, claim);
  return {
    headline: told.length > 0 ? claim.headline(told) : null,
    right: answer?.right,
    why: answer?.why,
  };
}

describe('sometimes', () => {
  const crossing: Job[] = [
    { job: 0, from: 0, to: 50, read: [10, 0], wrote: [20, 1] },
    { job: 1, from: 0, to: 50, read: [15, 0], wrote: [26, 1] },
    { job: 2, from: 0, to: 60, read: [40, 1], wrote: [51, 2] },
  ];
  const apart: Job[] = [
    { job: 0, from: 0, to: 50, read: [10, 0], wrote: [20, 1] },
    { job: 1, from: 0, to: 50, read: [25, 1], wrote: [36, 2] },
    { job: 2, from: 0, to: 60, read: [40, 2], wrote: [51, 3] },
  ];

  it('says that the test failed, and which reads and writes crossed', () => {
    expect(toldBy(sometimes, { mode: 'threads', jobs: crossing, failed: true })).toEqual({
      headline:
        'The test failed: 1 of 3 updates was lost, because job 1 read the counter before job 0 had written it.',
      right: [1],
      why: 'This one failed: each job took at least 10 ms from reading to writing, and job 1 read 5 ms before job 0 wrote. In another run, they may miss each other.',
    });
  });

  it('says that it passed by chance, one by one for a reason, in processes never', () => {
    const jobs = crossing.map((job) => ({ ...job, read: [10, 0], wrote: [20, 1] }) as Job);
    const { headline, right } = toldBy(
      sometimes,
      { mode: 'sequential', jobs: apart },
      { mode: 'threads', jobs: apart },
      { mode: 'processes', jobs, failed: true },
    );
    expect(headline).toBe(
      'One by one the test passed: without overlap, no job can read between another’s read and write; in threads the test passed, by chance: no job happened to read between another’s read and write; in processes the test failed: each process added to its own counter, and main’s stayed 0.',
    );
    expect(right).toEqual([1]);
  });

  it('judges no guess by a run of one job, or one by one; all runs fail where jobs always overlap', () => {
    const one = toldBy(sometimes, { mode: 'threads', jobs: apart.slice(0, 1) });
    expect(one).toMatchObject({ headline: 'The test passed: there was only one job.', right: undefined });
    expect(toldBy(sometimes, { mode: 'sequential', jobs: apart }).right).toBeUndefined();
    const long: Job[] = [0, 1].map((job) => ({
      job,
      from: 0,
      to: 900,
      read: [10 + job, 0],
      wrote: [800, 1],
    }));
    expect(toldBy(sometimes, { mode: 'threads', jobs: long, failed: true }).right).toEqual([2]);
  });
});

describe('which-lock', () => {
  const mainRead = (atMs: number, value: number): TimedFact => [atMs, access('shared-read', null, value)];
  const mainWrote = (atMs: number, value: number): TimedFact => [atMs, access('shared-written', null, value)];
  const two: Job[] = [0, 2, 4, 6].map((job, i) => {
    const at = i < 2 ? 100 : 200;
    return { job, from: 0, to: 400, read: [at + i, at / 100 - 1], wrote: [at + 50 + i, at / 100] };
  });
  const one: Job[] = [1, 3, 5, 7].map((job, i) => ({
    job,
    from: 500,
    to: 1000,
    read: [600 + 60 * i, i],
    wrote: [650 + 60 * i, i + 1],
  }));
  const main = [mainRead(450, 2), mainWrote(460, 0), mainRead(1100, 4)];

  it('counts what was lost with two locks and with one, and judges by the counter that main read', () => {
    const told = toldBy(whichLock, { mode: 'threads', jobs: [...two, ...one], main });
    expect(told).toEqual({
      headline: '2 of 4 updates were lost with two locks, none with one.',
      right: [1],
      why: expect.stringMatching(
        /^In threads 4 jobs added 1 each, and the counter was 2: job 2 read it before job 0, which held the other lock, had written\.$/,
      ),
    });
  });

  it('says that nothing can be lost in processes, and does not judge by them; of two jobs, half is one', () => {
    const jobs = [...two, ...one].map(
      (job) => ({ ...job, read: [job.from + 10, 0], wrote: [job.from + 20, 1] }) as Job,
    );
    const told = toldBy(whichLock, { mode: 'processes', jobs, main: [mainRead(450, 0)] });
    expect(told).toMatchObject({
      headline: 'Nothing could be lost: each process added to its own counter.',
      right: undefined,
    });
    const fewer = toldBy(whichLock, { mode: 'threads', jobs: two.slice(0, 2), main: [mainRead(450, 1)] });
    expect(fewer).toMatchObject({ headline: '1 of 2 updates was lost with two locks.', right: [1, 2] });
  });
});

describe('await-in-loop', () => {
  const jobs = (starts: number[], ms = 800): Job[] =>
    starts.map((from, job) => ({ job, from, to: from + ms }));
  const apart = [0, 800, 1600, 2400];

  it('says how long the loop took and how long jobs that were awaited together', () => {
    expect(
      toldBy(awaitInLoop, { mode: 'event-loop', jobs: jobs([...apart, 3200, 3200, 3200, 3200]) }),
    ).toEqual({
      headline: '4 jobs took 3.2 s awaited in a loop and 0.8 s awaited together.',
      right: [2],
      why: 'On the event loop 4 jobs in the loop took 3.2 s, up to 0.8 s each, as each started when the one before had ended; 4 jobs awaited together ran at the same time and took 0.8 s.',
    });
  });

  it('says where awaiting together gained nothing, and what that is not a matter of', () => {
    const told = toldBy(
      awaitInLoop,
      { mode: 'sequential', jobs: jobs([...apart, 3200, 4000, 4800, 5600]) },
      { mode: 'threads', jobs: jobs([...apart, 3200, 3201, 3202, 3203]) },
    );
    expect(told.headline).toBe(
      'One by one 4 jobs took 3.2 s awaited in a loop and 3.2 s awaited together, where they did not overlap either; in threads 4 jobs took 3.2 s awaited in a loop and 0.8 s awaited together.',
    );
    expect(told.right).toEqual([2]);
    // Computing on one thread.
    const computed = toldBy(awaitInLoop, {
      mode: 'event-loop',
      jobs: jobs([...apart, 3200, 4000, 4800, 5600]),
    });
    expect(computed.right).toEqual([0]);
  });

  it('says of one job in each half only how long it took', () => {
    expect(toldBy(awaitInLoop, { mode: 'threads', jobs: jobs([0, 800]) }).headline).toBe(
      '1 job took 0.8 s awaited in a loop and 0.8 s awaited together.',
    );
  });

  it('says nothing of one job', () => {
    expect(toldBy(awaitInLoop, { mode: 'threads', jobs: jobs([0]) })).toMatchObject({
      headline: null,
      right: undefined,
    });
  });
});
