/** The figures of a run, from runs made by hand, and invariants for any log. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarize } from '../../server/figures/summary.ts';
import { MODES } from '../../server/spec/modes.ts';
import { modeName } from '../../server/words/english.ts';
import {
  atOnce,
  events,
  type Job,
  oneByOne,
  type Pass,
  passEnded,
  run,
  timelineOf,
  waitEnded,
  waitStarted,
} from '../timeline/made-events.ts';
import { garbage, madeLog } from '../timeline/made-logs.ts';

const figures = (...of: Parameters<typeof run>) => summarize(timelineOf(run(...of)));

describe('summarize', () => {
  it('summarize: counts jobs and lanes and adds up job times', () => {
    const jobs: Job[] = [
      { from: 100, to: 1100 },
      { from: 100, to: 600, status: 'failed' },
      { from: 100, to: 300, status: 'cut-off' },
      { from: 100, to: 400 },
    ];
    expect(figures([{ mode: 'threads', jobs, bootMs: 50, wallMs: 1200 }])).toEqual([
      {
        mode: 'threads',
        status: 'completed',
        error: null,
        wallMs: 1200,
        jobMs: 2000,
        speedUp: null,
        startupMs: 200,
        lanes: 5,
        done: 2,
        failed: 1,
        cutOff: 1,
        neverBegan: 0,
        unknown: 0,
        cutMs: null,
        cpuMs: 1200,
        peakRssBytes: 1000,
      },
    ]);
  });

  it('summarize: compares with the sequential pass, which has no speed-up itself', () => {
    const [first, second] = figures([oneByOne('sleep'), { mode: 'threads', jobs: atOnce(5, 2000, 'sleep') }]);
    expect(first?.speedUp).toBeNull();
    expect(second?.speedUp).toEqual({ factor: 2.5, against: 'sequential' });
  });

  it('summarize: compares with the sequential pass even if that ran last', () => {
    const [first] = figures([{ mode: 'threads', jobs: atOnce(5, 2000, 'sleep') }, oneByOne('sleep')]);
    expect(first?.speedUp).toEqual({ factor: 2.5, against: 'sequential' });
  });

  it('summarize: compares with the sum of job times if the sequential pass did not complete', () => {
    const stopped: Pass = { ...oneByOne('sleep'), status: 'timed-out' };
    const [first, second] = figures([stopped, { mode: 'threads', jobs: atOnce(4, 2000, 'sleep') }]);
    expect(first?.speedUp).toBeNull();
    expect(second?.speedUp).toEqual({ factor: 4, against: 'sum' });
  });

  it('summarize: no speed-up if jobs failed, were cut off or never began, here or in the sequential pass', () => {
    const jobs = atOnce(4, 1000, 'sleep');
    for (const status of ['failed', 'cut-off'] as const) {
      const undone: Job[] = [...jobs.slice(1), { from: 0, to: 1000, status }];
      expect(figures([oneByOne('sleep', 4), { mode: 'threads', jobs: undone }])[1]?.speedUp).toBeNull();
      const first: Pass = { mode: 'sequential', jobs: undone };
      expect(figures([first, { mode: 'threads', jobs }])[1]?.speedUp).toEqual({ factor: 4, against: 'sum' });
    }
    const log = run([{ mode: 'threads', jobs, wallMs: null }], null);
    log.push(
      ...events(
        0,
        [
          [900, waitStarted(0, 4, 'worker', 'a free lane')],
          [1000, passEnded(1000)],
        ],
        log.length,
      ),
    );
    expect(summarize(timelineOf(log))[0]).toMatchObject({ speedUp: null, done: 4, neverBegan: 1 });
  });

  it('summarize: no speed-up against the sum of jobs that waited for each other', () => {
    const jobs: Job[] = [...atOnce(1, 1000, 'lock'), ...atOnce(3, 1000, 'sleep')];
    expect(figures([{ mode: 'threads', jobs }])[0]?.speedUp).toBeNull();
    expect(figures([oneByOne('sleep', 4), { mode: 'threads', jobs }])[1]?.speedUp).toEqual({
      factor: 4,
      against: 'sequential',
    });
  });

  it('summarize: no speed-up against the sum of jobs that computed and got few cores, as threads with a GIL do', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(4, 1000, 'compute'), cores: 2 };
    expect(figures([{ ...threads, cpuMs: 1000 }])[0]?.speedUp).toBeNull();
    expect(figures([{ ...threads, cpuMs: 40 }])[0]?.speedUp).toBeNull();
    const [, second] = figures([oneByOne('compute', 4), { ...threads, cpuMs: 1000 }]);
    expect(second?.speedUp?.against).toBe('sequential');
  });

  it('summarize: jobs that shared the cores are compared with the time that they had on them', () => {
    const processes: Pass = { mode: 'processes', jobs: atOnce(6, 1000, 'compute'), cores: 2, cpuMs: 2000 };
    expect(figures([processes])[0]?.speedUp).toEqual({ factor: 2, against: 'sum' });
  });

  it('summarize: no speed-up against the sum if main slept while no job ran', () => {
    const log = run([{ mode: 'threads', jobs: [1, 2].map(() => ({ from: 3000, to: 4000 })), wallMs: 4000 }]);
    expect(summarize(timelineOf(log))[0]?.speedUp).toMatchObject({ against: 'sum' });
    const slept = events(
      0,
      [
        [100, waitStarted(0, null, 'sleep', '2.8 s')],
        [2900, waitEnded(0, null, 'sleep', '2.8 s')],
      ],
      log.length,
    );
    const from = log.findIndex(({ type }) => type === 'job-started');
    expect(summarize(timelineOf(log.toSpliced(from, 0, ...slept)))[0]?.speedUp).toBeNull();
  });

  it('summarize: a running pass has neither wall time nor speed-up, and its job times so far', () => {
    const jobs: Job[] = [{ from: 0, to: 300 }, { from: 100 }];
    expect(figures([{ mode: 'threads', jobs, wallMs: null }], null)[0]).toMatchObject({
      status: null,
      wallMs: null,
      speedUp: null,
      jobMs: 300 + 200,
      done: 1,
      cpuMs: null,
    });
  });

  it("summarize: a pass cut off by the end of its run has the run's status", () => {
    const [only] = figures([{ mode: 'threads', jobs: [{ from: 0 }], wallMs: null }], 'interrupted');
    expect(only).toMatchObject({ status: 'interrupted', wallMs: null, cutOff: 1 });
  });

  it('summarize: times are rounded to the microsecond, and a failed pass has its error', () => {
    const timeline = timelineOf(
      run([{ mode: 'threads', jobs: atOnce(3, 100.1, 'sleep'), status: 'failed' }]),
    );
    const [pass] = timeline.passes;
    if (!pass?.ended) throw new Error('There is no pass that has ended.');
    pass.startupMs = 0.1 + 0.2;
    pass.ended.error = 'It threw.';
    const [only] = summarize(timeline);
    expect(only).toMatchObject({ startupMs: 0.3, jobMs: 300.3, error: 'It threw.' });
  });

  it('summarize: a pass that took no time has no speed-up', () => {
    const [only] = figures([{ mode: 'threads', jobs: atOnce(2, 100, 'sleep'), wallMs: 0 }]);
    expect(only?.speedUp).toBeNull();
  });

  it('summarize: for any log jobs are counted once and factors are numbers above zero', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          madeLog.map((log) => log.events),
          garbage,
        ),
        (log) => {
          const timeline = timelineOf(log);
          summarize(timeline).forEach((one, i) => {
            const ended = [...timeline.passes[i]!.jobs.values()].filter((job) => job.status !== null);
            expect(one.done + one.failed + one.cutOff).toBe(ended.length);
            expect(one.jobMs).toBeGreaterThanOrEqual(0);
            if (!one.speedUp) return;
            expect(Number.isFinite(one.speedUp.factor)).toBe(true);
            expect(one.speedUp.factor).toBeGreaterThan(0);
          });
        },
      ),
    );
  });
});

describe('modeName', () => {
  it('modeName: is different for each mode', () => {
    expect(new Set(MODES.map(modeName)).size).toBe(MODES.length);
  });
});
