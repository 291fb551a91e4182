/** Speed-up against the ideal, from passes made by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { efficiencies } from '../../server/figures/efficiency.ts';
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
import { garbage } from '../timeline/made-logs.ts';

const of = (...passes: Pass[]) => efficiencies(timelineOf(run(passes)));

describe('efficiencies', () => {
  it('efficiencies: jobs that wait could all do so at once', () => {
    expect(of(oneByOne('sleep'), { mode: 'threads', jobs: atOnce(5, 1000, 'sleep'), wallMs: 1250 })).toEqual([
      {
        mode: 'threads',
        speedUp: { factor: 4, against: 'sequential' },
        ideal: 5,
        limit: 'jobs',
        atOnce: 5,
        cores: 4,
        computing: 0,
        waiting: 0,
        efficiency: 0.8,
        longest: null,
      },
    ]);
  });

  it('efficiencies: jobs that compute can use no more than the cores, and on the event loop one thread', () => {
    const [loop, threads] = of(
      oneByOne('compute'),
      { mode: 'event-loop', jobs: oneByOne('compute').jobs },
      { mode: 'threads', jobs: atOnce(5, 2500, 'compute'), cores: 2 },
    );
    expect(loop).toMatchObject({ ideal: 1, limit: 'one thread', efficiency: 1 });
    expect(threads).toMatchObject({ ideal: 2, limit: 'cores', efficiency: 1, atOnce: 5 });
  });

  it('efficiencies: more cores than jobs are of no use', () => {
    const [threads] = of(oneByOne('compute', 3), {
      mode: 'threads',
      jobs: atOnce(3, 1000, 'compute'),
      cores: 8,
    });
    expect(threads).toMatchObject({ ideal: 3, limit: 'jobs', efficiency: 1 });
  });

  it('efficiencies: jobs that compute half of the time need half as many cores', () => {
    const pass = (mode: 'sequential' | 'threads', wallMs: number): TimedFact[] => {
      const facts: TimedFact[] = [
        [0, passStarted(mode, 1)],
        [0, laneStarted(0, mode)],
        [0, laneReady(0)],
      ];
      for (const job of [0, 1, 2, 3]) {
        const at = mode === 'sequential' ? job * 100 : 0;
        const lane = mode === 'sequential' ? 0 : job + 1;
        if (lane > 0) facts.push([at, laneStarted(lane, mode)], [at, laneReady(lane)]);
        facts.push([at, jobStarted(lane, job)], [at + 50, waitStarted(lane, job, 'sleep', 'it')]);
        facts.push([at + 100, waitEnded(lane, job, 'sleep', 'it')], [at + 100, jobEnded(lane, job)]);
      }
      return [...facts, [wallMs, passEnded(wallMs)]];
    };
    const first = events(0, pass('sequential', 400));
    const timeline = timelineOf([...first, ...events(1, pass('threads', 250), first.length)]);
    expect(efficiencies(timeline)).toMatchObject([
      { mode: 'threads', ideal: 2, limit: 'cores', computing: 0.5, efficiency: 0.8 },
    ]);
  });

  it('efficiencies: if jobs had to wait for a free worker, workers are the limit', () => {
    const facts: TimedFact[] = [
      [0, passStarted('threads')],
      [0, laneStarted(0, 'threads')],
      [0, laneReady(0)],
    ];
    for (const lane of [1, 2]) facts.push([0, laneStarted(lane, 'threads')], [0, laneReady(lane)]);
    const sleep = (lane: number, job: number, at: number): TimedFact[] => [
      [at, jobStarted(lane, job)],
      [at, waitStarted(lane, job, 'sleep', 'it')],
      [at + 100, waitEnded(lane, job, 'sleep', 'it')],
      [at + 100, jobEnded(lane, job)],
    ];
    facts.push(...sleep(1, 0, 0), ...sleep(2, 1, 0));
    facts.splice(facts.length - 4, 0, [1, waitStarted(0, 2, 'worker', 'a free lane')]);
    const pool = [...facts].sort((a, b) => a[0] - b[0]);
    pool.push([100, waitEnded(0, 2, 'worker', 'a free lane')], ...sleep(1, 2, 100), [200, passEnded(200)]);
    expect(efficiencies(timelineOf(events(0, pool)))).toMatchObject([
      { speedUp: { factor: 1.5, against: 'sum' }, ideal: 2, limit: 'workers', atOnce: 2, efficiency: 0.75 },
    ]);
  });

  it('efficiencies: one long job keeps a mode from its ideal', () => {
    const jobs: Job[] = [
      { from: 0, to: 3000 },
      { from: 3000, to: 4000 },
      { from: 4000, to: 5000 },
    ];
    const together = jobs.map(({ from, to = 0 }) => ({ from: 0, to: to - from }));
    const [threads] = of({ mode: 'sequential', jobs }, { mode: 'threads', jobs: together });
    expect(threads).toMatchObject({ ideal: 3, longest: { job: 0, ms: 3000 } });
    expect(threads?.longest?.most).toBeCloseTo(5 / 3);
    expect(threads?.speedUp.factor).toBeCloseTo(5 / 3);
  });

  it('efficiencies: passes that run, failed or had no job are not included', () => {
    expect(of(oneByOne('sleep'))).toEqual([]);
    expect(of(oneByOne('sleep'), { mode: 'threads', jobs: atOnce(5, 9, 'sleep'), wallMs: null })).toEqual([]);
    expect(of(oneByOne('sleep'), { mode: 'threads', jobs: atOnce(5, 9, 'sleep'), status: 'failed' })).toEqual(
      [],
    );
    expect(of(oneByOne('sleep'), { mode: 'threads', jobs: [], wallMs: 5 })).toEqual([]);
  });

  it('efficiencies: are numbers, and never above the number of jobs at once, in any log', () => {
    fc.assert(
      fc.property(garbage, (log) => {
        for (const { ideal, atOnce, efficiency, computing } of efficiencies(timelineOf(log))) {
          expect(ideal).toBeGreaterThan(0);
          expect(ideal).toBeLessThanOrEqual(atOnce);
          expect(Number.isFinite(efficiency)).toBe(true);
          expect(computing).toBeGreaterThanOrEqual(0);
          expect(computing).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
