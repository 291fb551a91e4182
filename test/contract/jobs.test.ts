/** What holds for every run without failures, in four modes on both runtimes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobSeconds } from '../../server/figures/expect.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { MODES } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { isTried, modesFor, playFirst } from '../everyday.ts';
import { type Ground, openGround, type Played, play } from './play.ts';
import { alive, parentOf } from './processes.ts';
import { playShared } from './shared-run.ts';

const MAX_PROCESSES = 3;
const BESIDE_MAIN = ['threads', 'processes'] as const;

let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ PASS_SECONDS: '20', MAX_PROCESSES: String(MAX_PROCESSES) });
});
afterAll(() => ground.end());

describe.each(JAVASCRIPT)('%s', (runtime) => {
  /** As many jobs as there may be processes: all of them can be under way at once. */
  let run: Played;
  /** By pid: the parent according to the system, looked up when a reader receives a job in it. */
  const parents = new Map<number, number | null>();
  playFirst(async () => {
    const lanes = new Map<string, number>();
    run = await play(
      ground,
      { lesson: 'plain', runtime, jobs: 3, minSeconds: 0.8, maxSeconds: 1 },
      (event) => {
        if (event.type === 'lane-started') lanes.set(`${event.pass}/${event.lane}`, event.pid);
        if (event.type !== 'job-started') return;
        const pid = lanes.get(`${event.pass}/${event.lane}`) ?? 0;
        parents.set(pid, parentOf(pid));
      },
    );
  });

  test(`a run on ${runtime}: its events are numbered from 1 without a gap, and its passes follow each other`, () => {
    expect(run.status).toBe('completed');
    expect(run.events.map(({ seq }) => seq)).toEqual(run.events.map((_, index) => index + 1));
    expect(run.events[0]?.type).toBe('run-started');
    expect(run.events.at(-1)?.type).toBe('run-ended');
    const passes = run.events.flatMap(({ pass }) => (pass === null ? [] : [pass]));
    expect(passes).toEqual(passes.toSorted((a, b) => a - b));
    expect(run.of('pass-started').map(({ mode }) => mode)).toEqual(run.spec.modes);
  });

  test.each(MODES)(`%s on ${runtime}: every job runs once and ends`, (mode) => {
    const pass = run.pass(mode);
    for (const type of ['job-started', 'job-ended'] as const) {
      expect(
        pass
          .of(type)
          .map(({ job }) => job)
          .sort(),
      ).toEqual([0, 1, 2]);
    }
    expect(pass.outcomes).toEqual(['done', 'done', 'done']);
    expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
  });

  test.each(MODES)(`%s on ${runtime}: a job draws the seconds given by its seed and number`, (mode) => {
    const texts = [0, 1, 2].map((job) => run.pass(mode).texts(job));
    expect(texts).toEqual(jobSeconds(run.spec).map((seconds) => [String(seconds)]));
  });

  test.each(MODES)(
    `%s on ${runtime}: the events of a lane are in the order in which they happened`,
    (mode) => {
      const pass = run.pass(mode);
      const lanes = new Map<number, RunEvent[]>();
      for (const event of pass.events) {
        expect(event.atMs).toBeGreaterThanOrEqual(0);
        expect(event.atMs).toBe(Math.round(event.atMs * 1000) / 1000);
        if ('lane' in event) lanes.set(event.lane, [...(lanes.get(event.lane) ?? []), event]);
      }
      for (const events of lanes.values()) {
        const times = events.map(({ atMs }) => atMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        const types = events.map(({ type }) => type);
        expect([...types.slice(0, 2), types.at(-1)]).toEqual(['lane-started', 'lane-ready', 'lane-ended']);
      }
      const { wallMs } = pass.one('pass-ended');
      for (const { atMs } of pass.of('lane-ended')) expect(atMs).toBeLessThanOrEqual(wallMs);
    },
  );

  test.each(MODES)(
    `%s on ${runtime}: lanes match the system's processes and threads, and end by returning`,
    (mode) => {
      const pass = run.pass(mode);
      const [main, ...others] = pass.of('lane-started');
      const kind = mode === 'threads' ? 'thread' : 'process';
      const isBeside = mode === 'threads' || mode === 'processes';
      expect(main).toMatchObject({ lane: 0, kind: 'main', threadId: 0 });
      expect(others.map((lane) => lane.kind)).toEqual(isBeside ? [kind, kind, kind] : []);
      expect(new Set(pass.of('job-started').map(({ lane }) => lane)).size).toBe(isBeside ? 3 : 1);
      for (const lane of others) expect(lane).toMatchObject({ daemon: false });
      const ids = new Set([main, ...others].map((lane) => `${lane?.pid} ${lane?.threadId}`));
      expect(ids.size).toBe(others.length + 1);
      expect(pass.pids).toHaveLength(mode === 'processes' ? 4 : 1);
      for (const { lane } of pass.of('job-started')) {
        const { pid = 0, parentPid } = (lane === 0 ? main : others[lane - 1]) ?? {};
        expect(parentPid).toBe(parents.get(pid));
      }
      for (const ended of pass.of('lane-ended')) {
        const exitCode = mode === 'threads' && ended.lane > 0 ? null : 0;
        expect(ended).toMatchObject({ reason: 'returned', exitCode, signal: null });
      }
      expect(alive(pass.pids)).toEqual([]);
    },
  );

  test(`sequential on ${runtime}: jobs do not overlap, and run in order`, () => {
    const pass = run.pass('sequential');
    expect(pass.mostAtOnce).toBe(1);
    expect(pass.of('job-ended').map(({ job }) => job)).toEqual([0, 1, 2]);
  });

  test.each(MODES.slice(1))(`%s on ${runtime}: jobs that wait overlap`, (mode) => {
    expect(run.pass(mode).mostAtOnce).toBeGreaterThan(1);
  });

  test.each(MODES)(`%s on ${runtime}: the processor time and memory of its processes are counted`, (mode) => {
    const { cpuMs, peakRssBytes, wallMs } = run.pass(mode).one('pass-ended');
    expect(cpuMs).toBeGreaterThan(0);
    expect(peakRssBytes).toBeGreaterThan(2 ** 20);
    expect(wallMs).toBeGreaterThanOrEqual(Math.max(...jobSeconds(run.spec)) * 1000);
  });

  describe('a pool of 2', () => {
    let pool: Played;
    playFirst(async () => {
      pool = await play(ground, { lesson: 'plain', runtime, jobs: 5, workers: 2 });
    });

    test.each(MODES)(`%s on ${runtime}: a pool of 2 does 5 jobs, no more than 2 at a time`, (mode) => {
      const pass = pool.pass(mode);
      expect(pass.outcomes).toEqual(Array(5).fill('done'));
      expect(pass.mostAtOnce).toBeLessThanOrEqual(2);
    });

    test.each(BESIDE_MAIN)(`%s on ${runtime}: a pool of 2 has 2 lanes, which return`, (mode) => {
      const lanes = pool.pass(mode).of('lane-started').slice(1);
      expect(lanes.map(({ lane }) => lane)).toEqual([1, 2]);
      expect(
        pool
          .pass(mode)
          .of('lane-ended')
          .map(({ reason }) => reason),
      ).toEqual(Array(3).fill('returned'));
    });

    test.each(MODES.slice(1))(
      `%s on ${runtime}: a job that waits for a lane is reported as waiting`,
      (mode) => {
        const waits = { for: 'worker', lane: 0 };
        const started = pool
          .pass(mode)
          .of('wait-started')
          .filter((wait) => wait.for === 'worker');
        expect(started.map(({ job }) => job)).toEqual([2, 3, 4]);
        const ended = pool
          .pass(mode)
          .of('wait-ended')
          .filter((wait) => wait.for === 'worker');
        expect(ended).toMatchObject([2, 3, 4].map((job) => ({ job, ...waits })));
      },
    );
  });

  test.skipIf(!isTried('plain', runtime))(
    `processes on ${runtime}: jobs beyond the limit of processes wait for one to end`,
    async () => {
      const run = await play(ground, { lesson: 'plain', runtime, modes: ['processes'], jobs: 8 });
      expect(run.status).toBe('completed');
      expect(run.outcomes).toEqual(Array(8).fill('done'));
      expect(run.mostLanes).toBe(MAX_PROCESSES);
    },
  );

  describe('a main that does not join', () => {
    let run: Played;
    playFirst(async () => {
      run = await playShared(ground, { lesson: 'joins-none', runtime, jobs: 2 });
    });

    test.each(MODES)(`%s on ${runtime}: the pass waits for jobs that main does not join`, (mode) => {
      expect(run.pass(mode).outcomes).toEqual(['done', 'done']);
      expect(run.pass(mode).one('pass-ended').status).toBe('completed');
    });
  });

  describe('timers left running', () => {
    let run: Played;
    playFirst(async () => {
      run = await play(ground, { lesson: 'leaves-interval', runtime, jobs: 2 });
    });

    test.each(MODES)(`%s on ${runtime}: an interval that a job left does not keep the pass alive`, (mode) => {
      expect(run.pass(mode).outcomes).toEqual(['done', 'done']);
      expect(run.pass(mode).one('pass-ended').status).toBe('completed');
    });
  });

  describe('a job started twice', () => {
    let run: Played;
    playFirst(async () => {
      run = await play(ground, { lesson: 'starts-twice', runtime, jobs: 1 });
    });

    test.each(MODES)(`%s on ${runtime}: a job started twice runs once, and main gets an error`, (mode) => {
      const pass = run.pass(mode);
      expect(pass.of('job-started')).toHaveLength(1);
      expect(pass.outcomes).toEqual(['done']);
      expect(pass.texts(null)).toEqual([
        'Error: start(0): job 0 was already started.',
        'RangeError: start(-1): needs the number of a job, from 0 to 1000.',
        'RangeError: start(1.5): needs the number of a job, from 0 to 1000.',
        'RangeError: start(NaN): needs the number of a job, from 0 to 1000.',
        'join: job 0 was already joined.',
      ]);
      expect(pass.one('pass-ended').status).toBe('completed');
    });
  });

  describe('daemons', () => {
    let run: Played;
    let ordinary: Played;
    let pooled: Played;
    playFirst(async () => {
      // In sequential mode a daemon runs to its end like any job, so its work must be short.
      [run, ordinary, pooled] = await Promise.all([
        play(ground, {
          lesson: 'daemons',
          runtime,
          jobs: 2,
          modes: modesFor('daemons', runtime, MODES.slice(1)),
          minSeconds: 60,
          maxSeconds: 60,
        }),
        play(ground, { lesson: 'daemons', runtime, jobs: 2, modes: ['sequential'] }),
        play(ground, {
          lesson: 'daemon-in-pool',
          runtime,
          jobs: 3,
          workers: 2,
          modes: modesFor('daemon-in-pool', runtime, MODES.slice(1)),
        }),
      ]);
    });

    test(`sequential on ${runtime}: a daemon runs to its end before start returns`, () => {
      expect(ordinary.outcomes).toEqual(['done', 'done']);
    });

    test.each(MODES.slice(1))(`%s on ${runtime}: a daemon is cut off when main has ended`, (mode) => {
      const pass = run.pass(mode);
      expect(pass.outcomes).toEqual(['cut-off', 'done']);
      expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
    });

    test.each(BESIDE_MAIN)(
      `%s on ${runtime}: a daemon's lane is marked as a daemon, and is cut off`,
      (mode) => {
        const pass = run.pass(mode);
        expect(pass.of('lane-started').map(({ daemon }) => daemon)).toEqual([false, true, false]);
        const ends = new Map(pass.of('lane-ended').map(({ lane, reason }) => [lane, reason]));
        expect(ends).toEqual(
          new Map([
            [0, 'returned'],
            [1, 'cut-off'],
            [2, 'returned'],
          ]),
        );
        expect(alive(pass.pids)).toEqual([]);
      },
    );

    test.each(MODES.slice(1))(`%s on ${runtime}: a daemon in a pool does not keep the pass alive`, (mode) => {
      expect(pooled.pass(mode).outcomes).toEqual(['done', 'cut-off', 'done']);
      expect(pooled.pass(mode).one('pass-ended').status).toBe('completed');
    });
  });
});
