/** The figures of a run and its sentence, from logs made by hand; and what holds for any log. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact, RunEvent, Status } from '../../server/runs/events.ts';
import { MODES, type Mode } from '../../server/runs/spec.ts';
import { MODE_NAMES, sentence, summarize } from '../../server/runs/summary.ts';
import {
  events,
  garbage,
  jobEnded,
  jobStarted,
  laneEnded,
  laneReady,
  laneStarted,
  madeLog,
  passEnded,
  passStarted,
  type Told,
  timelineOf,
  waitEnded,
  waitStarted,
} from './made-events.ts';

/** A job from one time to another, in ms, that does one thing; without an end it is still open. */
type Job = {
  from: number;
  to?: number;
  does?: 'compute' | 'sleep' | 'lock';
  status?: 'done' | 'failed' | 'cut-off';
};
type Pass = {
  mode: Mode;
  jobs: Job[];
  /** null while it runs. */
  wallMs?: number | null;
  status?: Status;
  error?: string | null;
  cores?: number;
  otherRuns?: number;
  daemon?: boolean;
  /** How long each lane beside main takes to start. */
  bootMs?: number;
};

/** A pass whose job n runs in lane n + 1, or in main's where the mode has no other. */
function pass(p: Pass): Told[] {
  const { mode, wallMs = Math.max(0, ...p.jobs.map((job) => job.to ?? 0)) } = p;
  const own = mode === 'threads' || mode === 'processes';
  const told: Told[] = [];
  p.jobs.forEach(({ from, to, does = 'sleep', status = 'done' }, job) => {
    const lane = own ? job + 1 : 0;
    if (own)
      told.push(
        [from - (p.bootMs ?? 0), laneStarted(lane, mode, { daemon: p.daemon ?? false })],
        [from, laneReady(lane)],
      );
    told.push([from, jobStarted(lane, job)]);
    if (does !== 'compute') told.push([from, waitStarted(lane, job, does, 'it')]);
    if (to === undefined) return;
    if (does !== 'compute') told.push([to, waitEnded(lane, job, does, 'it')]);
    told.push([to, jobEnded(lane, job, status, status === 'failed' ? 'Error: no' : null)]);
    if (own) told.push([to, laneEnded(lane)]);
  });
  const order = told.map((one, i) => ({ one, i })).sort((a, b) => a.one[0] - b.one[0] || a.i - b.i);
  const end: Told[] =
    wallMs === null
      ? []
      : [
          [wallMs, laneEnded(0)],
          [wallMs, passEnded(wallMs, p.status, p.error)],
        ];
  const begin: Told[] = [
    [0, passStarted(mode, p.cores, p.otherRuns)],
    [0, laneStarted(0, mode)],
    [0, laneReady(0)],
  ];
  return [...begin, ...order.map(({ one }) => one), ...end];
}

/** A log of `passes` in a run that ended with `status`, or, with null, runs on. */
function run(passes: Pass[], status: Status | null = 'completed', more: Fact[] = []): RunEvent[] {
  const log = events(null, [[0, { type: 'run-started' }]]);
  passes.forEach((one, i) => log.push(...events(i, pass(one), log.length)));
  log.push(
    ...events(
      null,
      more.map((fact): Told => [0, fact]),
      log.length,
    ),
  );
  if (status) log.push(...events(null, [[0, { type: 'run-ended', status, error: null }]], log.length));
  return log;
}

const told = (...of: Parameters<typeof run>) => sentence(timelineOf(run(...of)));
const figures = (...of: Parameters<typeof run>) => summarize(timelineOf(run(...of)));

/** `count` jobs of `ms` each: one after the other, or all at once. */
const inTurn = (count: number, ms: number, does: Job['does']): Job[] =>
  Array.from({ length: count }, (_, n) => ({ from: n * ms, to: (n + 1) * ms, does }));
const atOnce = (count: number, ms: number, does: Job['does'], from = 0): Job[] =>
  Array.from({ length: count }, () => ({ from, to: from + ms, does }));

const oneByOne = (does: Job['does'], count = 5): Pass => ({
  mode: 'sequential',
  jobs: inTurn(count, 1000, does),
});

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
        wallMs: 1200,
        jobMs: 2000,
        speedUp: { factor: 2000 / 1200, against: 'sum' },
        startupMs: 200,
        lanes: 5,
        done: 2,
        failed: 1,
        cutOff: 1,
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

  it('summarize: compares with the sequential pass also where that ran last', () => {
    const [first] = figures([{ mode: 'threads', jobs: atOnce(5, 2000, 'sleep') }, oneByOne('sleep')]);
    expect(first?.speedUp).toEqual({ factor: 2.5, against: 'sequential' });
  });

  it('summarize: compares with the sum of job times where the sequential pass did not complete', () => {
    const stopped: Pass = { ...oneByOne('sleep'), status: 'timed-out' };
    const [first, second] = figures([stopped, { mode: 'threads', jobs: atOnce(4, 2000, 'sleep') }]);
    expect(first?.speedUp).toBeNull();
    expect(second?.speedUp).toEqual({ factor: 4, against: 'sum' });
  });

  it('summarize: a pass that runs has neither wall time nor speed-up, and its job times so far', () => {
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

  it('summarize: a pass that its run ended over has the status of the run', () => {
    const [only] = figures([{ mode: 'threads', jobs: [{ from: 0 }], wallMs: null }], 'interrupted');
    expect(only).toMatchObject({ status: 'interrupted', wallMs: null, cutOff: 1 });
  });

  it('summarize: a pass that took no time has no speed-up', () => {
    const [only] = figures([{ mode: 'threads', jobs: [], wallMs: 0 }]);
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

describe('sentence: before the end', () => {
  it.each([
    [1, '1st'],
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [13, '13th'],
    [22, '22nd'],
    [111, '111th'],
  ])('sentence: place %i in the queue is %s', (position, place) => {
    const timeline = timelineOf(events(null, [[0, { type: 'run-queued', position }]]));
    expect(sentence(timeline)).toBe(`Waiting: ${place} in line.`);
  });

  it('sentence: a run of which nothing is known waits to start', () => {
    expect(sentence(timelineOf([]))).toBe('Waiting to start.');
  });

  it('sentence: a run without a pass, and a pass without a job, are starting', () => {
    expect(told([], null)).toBe('Starting.');
    expect(told([{ mode: 'processes', jobs: [], wallMs: null }], null)).toBe(
      'Running in processes: starting.',
    );
  });

  it('sentence: a running pass tells how many of the jobs that began or wait are done', () => {
    const jobs: Job[] = [{ from: 0, to: 10 }, { from: 0, to: 20 }, { from: 0 }, { from: 0 }];
    const log = run([{ mode: 'threads', jobs, wallMs: null }], null);
    log.push(...events(0, [[30, waitStarted(0, 4, 'worker', 'a free lane')]], log.length));
    expect(sentence(timelineOf(log))).toBe('Running in threads: 2 of 5 jobs done.');
  });

  it('sentence: one by one nobody knows how many jobs will come, unless an earlier pass told', () => {
    const running: Pass = { mode: 'sequential', jobs: [{ from: 0, to: 10 }, { from: 10 }], wallMs: null };
    expect(told([running], null)).toBe('Running one by one: 1 job done.');
    const threads: Pass = { mode: 'threads', jobs: atOnce(5, 100, 'sleep') };
    expect(told([threads, running], null)).toBe('Running one by one: 1 of 5 jobs done.');
  });

  it('sentence: between two passes it tells of the one that ended', () => {
    expect(told([oneByOne('sleep')], null)).toBe('Ran one by one: 5 jobs done.');
  });
});

describe('sentence: comparisons', () => {
  it('sentence: waits that overlapped', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(5, 1852, 'sleep') };
    expect(told([oneByOne('sleep'), threads])).toBe(
      'Threads finished 2.7 times sooner than one by one: their waits overlapped.',
    );
  });

  it('sentence: modes that were about equal share the first place', () => {
    const event: Pass = { mode: 'event-loop', jobs: atOnce(5, 1000, 'sleep') };
    const threads: Pass = { mode: 'threads', jobs: atOnce(5, 1000, 'sleep', 20) };
    const processes: Pass = { mode: 'processes', jobs: atOnce(5, 1000, 'sleep', 400), bootMs: 400 };
    expect(told([oneByOne('sleep'), event, threads, processes])).toBe(
      'The event loop and threads finished 5.0 times sooner than one by one: their waits overlapped.',
    );
  });

  it('sentence: more computing threads than cores', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(8, 4210, 'compute'), cores: 2 };
    expect(told([oneByOne('compute', 8), threads])).toBe(
      'Eight threads were only 1.9 times sooner: this machine has 2 cores.',
    );
    expect(told([oneByOne('compute', 8), { ...threads, otherRuns: 3 }])).toBe(
      'Eight threads were only 1.9 times sooner: this machine has 2 cores, shared with 3 other runs.',
    );
  });

  it('sentence: computing threads with a core each', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(4, 1000, 'compute'), cores: 8 };
    expect(told([oneByOne('compute', 4), threads])).toBe(
      'Threads finished 4.0 times sooner than one by one: they computed on 4 cores at once.',
    );
  });

  it('sentence: computing on the event loop gains nothing', () => {
    const event: Pass = { mode: 'event-loop', jobs: inTurn(5, 1000, 'compute') };
    const words = 'On the event loop computing jobs ran one after the other: no time was gained.';
    expect(told([oneByOne('compute'), event])).toBe(words);
    expect(told([event])).toBe(words);
  });

  it('sentence: computing threads beside the event loop', () => {
    const event: Pass = { mode: 'event-loop', jobs: inTurn(4, 1000, 'compute') };
    const threads: Pass = { mode: 'threads', jobs: atOnce(4, 2000, 'compute'), cores: 2 };
    expect(told([oneByOne('compute', 4), event, threads])).toBe(
      'Threads finished 2.0 times sooner than one by one; on the event loop computing jobs ran one after the other.',
    );
    expect(told([event, threads])).toBe(
      'Threads finished 2.0 times sooner than the event loop, where computing jobs ran one after the other.',
    );
  });

  it('sentence: a factor under 1.05 is no sooner, whatever the reason', () => {
    const late = (mode: Mode, jobs: Job[], more: Partial<Pass> = {}): Pass => ({ mode, jobs, ...more });
    const two = oneByOne('sleep', 2);
    expect(told([two, late('threads', atOnce(2, 1920, 'sleep'))])).toBe(
      'Threads finished no sooner than one by one.',
    );
    expect(told([two, late('threads', atOnce(2, 1900, 'sleep'))])).toContain('1.1 times sooner');
    expect(told([two, late('threads', inTurn(2, 1000, 'sleep'))])).toBe(
      'Threads finished no sooner than one by one: only one job ran at a time.',
    );
    expect(told([two, late('threads', atOnce(2, 2000, 'lock'))])).toBe(
      'Threads finished no sooner than one by one: jobs waited for each other’s lock.',
    );
    expect(told([two, late('processes', atOnce(2, 1000, 'sleep', 2000), { bootMs: 2000 })])).toBe(
      'Processes finished no sooner than one by one: starting them took longer than was gained.',
    );
    expect(told([oneByOne('sleep', 1), late('threads', atOnce(1, 1000, 'sleep'))])).toBe(
      'Threads finished no sooner than one by one: there was only one job.',
    );
    expect(told([oneByOne('compute', 2), late('threads', atOnce(2, 2000, 'compute'), { cores: 1 })])).toBe(
      'Threads finished no sooner than one by one: this machine has 1 core.',
    );
  });

  it('sentence: whether jobs waited or computed is read from their bars', () => {
    const mixed: Job[] = [
      { from: 0, to: 1000, does: 'sleep' },
      { from: 0, to: 1000, does: 'compute' },
    ];
    expect(told([oneByOne('sleep', 2), { mode: 'threads', jobs: mixed }])).toBe(
      'Threads finished 2.0 times sooner than one by one: jobs waited and computed at the same time.',
    );
  });

  it('sentence: without one by one the passes are compared with each other', () => {
    const threads: Pass = { mode: 'threads', jobs: atOnce(5, 1000, 'sleep') };
    const processes: Pass = { mode: 'processes', jobs: atOnce(5, 1000, 'sleep', 500), bootMs: 500 };
    expect(told([processes, threads])).toBe(
      'Threads finished 1.5 times sooner than processes, which took longer to start.',
    );
    expect(told([{ mode: 'event-loop', jobs: atOnce(5, 1010, 'sleep') }, threads])).toBe(
      'In threads 5 jobs took 1.0 seconds, 5.0 times sooner than one after the other: their waits overlapped.',
    );
  });

  it('sentence: a single pass tells what it took', () => {
    expect(told([oneByOne('sleep')])).toBe(
      '5 jobs took 5.0 seconds one by one: each began when the one before had ended.',
    );
    expect(told([{ mode: 'threads', jobs: atOnce(1, 43, 'sleep') }])).toBe('1 job took 43 ms in threads.');
    expect(told([{ mode: 'threads', jobs: atOnce(5, 2500, 'compute'), cores: 2 }])).toBe(
      'Five threads shared 2 cores: 5 jobs took 2.5 seconds.',
    );
    expect(told([{ mode: 'threads', jobs: [], wallMs: 200 }])).toBe(
      'The program ended after 0.2 seconds without a job.',
    );
  });
});

describe('sentence: what went wrong', () => {
  const failing = (mode: Mode, failed: number[], count = 5): Pass => ({
    mode,
    jobs: atOnce(count, 100, 'sleep').map((job, n) =>
      failed.includes(n) ? { ...job, status: 'failed' } : job,
    ),
  });

  it('sentence: jobs that failed, and the others', () => {
    expect(told([failing('threads', [2])])).toBe('Job 2 failed; the other 4 went on.');
    expect(told([failing('threads', [3, 1])])).toBe('Jobs 1 and 3 failed; the other 3 went on.');
    expect(told([failing('threads', [0], 2)])).toBe('Job 0 failed; the other one went on.');
    expect(told([failing('threads', [0, 1, 2, 3])])).toBe('4 jobs failed; the other one went on.');
    expect(told([failing('threads', [0, 1, 2], 3)])).toBe('All 3 jobs failed.');
    expect(told([failing('threads', [0], 1)])).toBe('Job 0 failed.');
  });

  it('sentence: names the mode where not every pass had the same failures', () => {
    expect(told([failing('event-loop', [2]), failing('threads', [2])])).toBe(
      'Job 2 failed; the other 4 went on.',
    );
    expect(told([failing('event-loop', []), failing('threads', [2])])).toBe(
      'In threads, job 2 failed; the other 4 went on.',
    );
  });

  it('sentence: a pass that failed by its jobs alone tells of them, else its error', () => {
    const threads: Pass = { ...failing('threads', [2]), status: 'failed' };
    expect(told([threads], 'failed')).toBe('Job 2 failed; the other 4 went on.');
    expect(
      told([{ ...failing('threads', []), status: 'failed', error: 'Error: boom!\n  at main' }], 'failed'),
    ).toBe('Threads failed: Error: boom.');
  });

  it('sentence: a run that was stopped tells where it was', () => {
    const open: Pass = {
      mode: 'threads',
      jobs: [{ from: 0, to: 10 }, { from: 0, to: 10 }, { from: 0 }],
      wallMs: null,
    };
    const closed = { ...open, wallMs: 500 };
    expect(told([{ ...closed, status: 'cancelled' }], 'cancelled')).toBe(
      'Cancelled while running in threads: 2 of 3 jobs were done.',
    );
    expect(told([{ ...closed, mode: 'event-loop', status: 'timed-out' }], 'timed-out')).toBe(
      'The event loop ran out of time: 2 of 3 jobs were done.',
    );
    expect(told([open], 'interrupted')).toBe(
      'The server stopped while this ran in threads: 2 of 3 jobs were done.',
    );
    expect(told([{ ...open, jobs: [{ from: 0, to: 10 }] }], 'interrupted')).toBe(
      'The server stopped while this ran in threads: 1 job was done.',
    );
    expect(told([], 'cancelled')).toBe('Cancelled before it began.');
    expect(told([], 'interrupted')).toBe('The server stopped before this began.');
  });

  it('sentence: a pass that ran out of time in a run that went on', () => {
    const first: Pass = {
      ...oneByOne('sleep', 3),
      jobs: [{ from: 0, to: 10 }, { from: 10 }],
      status: 'timed-out',
      wallMs: 60,
    };
    expect(told([first, { mode: 'threads', jobs: atOnce(3, 50, 'sleep') }])).toBe(
      'One by one ran out of time: 1 of 3 jobs was done.',
    );
  });

  it('sentence: daemons that were cut off, and others that were', () => {
    const jobs: Job[] = [
      { from: 0, to: 100 },
      { from: 0, to: 50, status: 'cut-off' },
    ];
    expect(told([{ mode: 'threads', jobs, daemon: true }])).toBe(
      'Job 1 was cut off when the program ended: a daemon is not waited for.',
    );
    expect(told([{ mode: 'threads', jobs }])).toBe('Job 1 was cut off.');
  });

  it('sentence: takes no job for cut off whose end may have been left out', () => {
    const jobs: Job[] = [{ from: 0, to: 100 }, { from: 0 }];
    const pass_: Pass = { mode: 'threads', jobs, wallMs: 100 };
    expect(told([pass_])).toBe('Job 1 was cut off.');
    expect(told([pass_], 'completed', [{ type: 'cut', what: 'events', job: null, limit: 10 }])).not.toContain(
      'cut off',
    );
  });
});

describe('sentence: any log', () => {
  it('sentence: is one plain sentence', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          madeLog.map((log) => log.events),
          garbage,
        ),
        (log) => {
          for (const part of [log, log.slice(0, log.length / 2)]) {
            expect(sentence(timelineOf(part))).toMatch(/^[A-Z0-9][^!\n]*[^.!\n]\.$/);
            expect(sentence(timelineOf(part))).not.toMatch(/NaN|undefined|null|Infinity/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('MODE_NAMES: has a name of its own for each mode', () => {
    expect(new Set(MODES.map((mode) => MODE_NAMES[mode])).size).toBe(MODES.length);
  });
});
