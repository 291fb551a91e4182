/** Waits for timers that a program has set itself are sleeps: in four modes on both runtimes, and on Python. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { modesFor, playFirst } from '../everyday.ts';
import { PYTHON, WITHOUT } from '../python.ts';
import { timelineOf } from '../timeline/made-events.ts';
import { markedLine } from './marked-line.ts';
import { type Ground, openGround, type Played, play } from './play.ts';
import { waits } from './spans.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.end());

/** Jobs of the program, with what they sleep for. */
const SLEEPS = ['0.1 s', '0.11 s', '0.12 s', '0.13 s', '0.14 s', '0.15 s', '0.16 s'];

describe.each(JAVASCRIPT)('%s', (runtime) => {
  const lesson = 'sleeps-by-timers';
  const modes = modesFor(lesson, runtime);
  let run: Played;
  let busy: Played;
  playFirst(async () => {
    run = await play(ground, { lesson, runtime, jobs: 11, modes });
    busy = await play(ground, { lesson: 'computes-beside-timers', runtime, jobs: 2, modes });
  });

  test.each(modes)(`%s on ${runtime}: not what computes in steps beside a timer`, (mode) => {
    const pass = busy.pass(mode);
    expect(pass.outcomes).toEqual(['done', 'done']);
    expect(waits(pass, 'sleep')).toEqual([]);
  });

  test.each(modes)(`%s on ${runtime}: a wait for a timer of the program is a sleep`, (mode) => {
    const pass = run.pass(mode);
    expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
    const sleeps = waits(pass, 'sleep');
    for (const [job, on] of SLEEPS.entries()) {
      const [sleep, ...others] = sleeps.filter((one) => one.job === job);
      expect(others).toEqual([]);
      expect(sleep?.on, `job ${job}`).toBe(on);
      const started = pass.of('job-started').find((one) => one.job === job)?.atMs ?? Number.NaN;
      const ended = pass.of('job-ended').find((one) => one.job === job)?.atMs ?? Number.NaN;
      // A timer may fire a millisecond early. Its job works for 20 ms afterwards.
      expect((sleep?.to ?? 0) - started).toBeGreaterThan(Number.parseFloat(on) * 1000 - 2);
      expect(ended - (sleep?.to ?? 0)).toBeGreaterThan(19);
    }
    const [first] = pass.of('wait-started').filter(({ job, timer }) => job === 0 && timer);
    expect(first?.line).toBe(markedLine(lesson, 'timeout'));
  });

  test.each(modes)(`%s on ${runtime}: blocking the thread is a sleep where nobody shares it`, (mode) => {
    const sleeps = waits(run.pass(mode), 'sleep').flatMap(({ job, on }) => (job === 9 ? [on] : []));
    expect(sleeps).toEqual(mode === 'event-loop' ? ['0.4 s'] : ['0.4 s', '0.17 s']);
  });

  test.each(modes)(`%s on ${runtime}: not what it does until then, or waits for besides`, (mode) => {
    const pass = run.pass(mode);
    const sleeps = waits(pass, 'sleep').filter(({ job }) => (job ?? 0) >= SLEEPS.length && job !== 9);
    expect(sleeps.filter(({ job }) => job === 7 || job === 8)).toEqual([]);
    expect(waits(pass, 'queue').map(({ job }) => job)).toEqual([7]);
    // Its timer was due before it waited: then it has not slept, or hardly, unless others have the thread.
    if (mode === 'event-loop') return;
    for (const { from, to } of sleeps) expect(to - from).toBeLessThan(45);
  });

  test(`${runtime}: on the event loop, the jobs sleep although they have set more than a hundred timers`, async () => {
    const run = await play(ground, {
      lesson: 'sleeps-by-many-timers',
      runtime,
      jobs: 60,
      modes: ['event-loop'],
    });
    const pass = run.pass('event-loop');
    const sleeps = waits(pass, 'sleep').filter(({ on }) => on === '0.3 s');
    expect(new Set(sleeps.map(({ job }) => job)).size).toBe(60);
  });

  test(`${runtime}: jobs begin in a program that awaits a timer as it loads`, async () => {
    const late = await play(ground, {
      lesson: 'awaits-as-it-loads',
      runtime,
      jobs: 3,
      modes: [...MODES],
      workers: 2,
    });
    for (const mode of MODES) {
      const pass = late.pass(mode);
      expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
      expect(pass.outcomes).toEqual(Array(3).fill('done'));
    }
  });
});

describe.each(JAVASCRIPT)('%s', (runtime) => {
  const lesson = 'sleeps-otherwise';
  const modes = modesFor(lesson, runtime);
  let run: Played;
  playFirst(async () => {
    run = await play(ground, { lesson, runtime, jobs: 8, modes });
  });

  test.each(modes)(
    `%s on ${runtime}: so is one for what it imports by name, or waits for with Atomics`,
    (mode) => {
      const pass = run.pass(mode);
      expect(pass.outcomes).toEqual(Array(8).fill('done'));
      const sleeps = Object.groupBy(waits(pass, 'sleep'), ({ job }) => String(job));
      for (let job = 0; job < 6; job++)
        expect(
          sleeps[job]?.map(({ on }) => on),
          `job ${job}`,
        ).toEqual([`${(100 + 10 * job) / 1000} s`]);
      // What it waits for first is the pause, which is due before.
      expect(sleeps[6]?.map(({ on }) => on)[0]).toBe('0.02 s');
      expect(sleeps[7]).toBeUndefined();
    },
  );
});

describe.each(JAVASCRIPT)('%s', (runtime) => {
  const lesson = 'sleeps-while-others-compute';
  let run: Played;
  playFirst(async () => {
    run = await play(ground, { lesson, runtime, jobs: 4, modes: ['event-loop'] });
  });

  test(`event-loop on ${runtime}: a job sleeps as soon as it awaits its timer, though another one has the thread`, () => {
    const sleeps = waits(run.pass('event-loop'), 'sleep');
    for (let job = 0; job < 4; job++) {
      const [first, second, ...others] = sleeps.filter((one) => one.job === job);
      expect(others).toEqual([]);
      // It has computed for 150 ms in between, and so has the next one after it.
      expect((second?.from ?? 0) - (first?.to ?? 0), `job ${job}`).toBeLessThan(225);
    }
  });
});

test.each(JAVASCRIPT)(
  'event-loop on %s: a job that another one resumes sleeps no longer',
  async (runtime) => {
    const run = await play(ground, { lesson: 'resumes-a-sleeper', runtime, jobs: 2, modes: ['event-loop'] });
    const pass = run.pass('event-loop');
    const [sleep, ...others] = waits(pass, 'sleep').filter(({ job }) => job === 0);
    expect(others).toEqual([]);
    expect(sleep?.on).toBe('10 s');
    const ended = pass.of('job-ended').find(({ job }) => job === 0)?.atMs ?? 0;
    expect(ended - (sleep?.to ?? 0)).toBeGreaterThan(145);
  },
);

test.each(JAVASCRIPT)(
  'event-loop on %s: a job sleeps since it yielded, though that is known later',
  async (runtime) => {
    const lesson = 'sleeps-while-others-begin';
    const run = await play(ground, { lesson, runtime, jobs: 4, modes: ['event-loop'] });
    const pass = run.pass('event-loop');
    const computed = pass.of('job-ended').find(({ job }) => job === 3)?.atMs ?? 0;
    const bars = timelineOf(run.events).passes[0]?.rows.flatMap((row) => row.bars) ?? [];
    for (let job = 0; job < 3; job++) {
      const [sleep, ...others] = waits(pass, 'sleep').filter((one) => one.job === job);
      expect(others).toEqual([]);
      expect(computed - (sleep?.from ?? computed), `job ${job}`).toBeGreaterThan(195);
      // It is not drawn as waiting for the thread before.
      const own = bars.filter((bar) => bar.job === job);
      const at = own.findIndex(({ state }) => state === 'sleep');
      expect(Math.abs((own[at]?.startMs ?? 0) - (sleep?.from ?? 0))).toBeLessThan(5);
      expect(own.slice(0, at).filter(({ state }) => state === 'idle')).toEqual([]);
    }
  },
);

describe.skipIf(PYTHON === null)(`Python${WITHOUT}`, () => {
  let run: Played;
  playFirst(async () => {
    run = await play(ground, { lesson: 'sleeps-by-timers', runtime: 'python', jobs: 4, modes: [...MODES] });
  });

  test.each(MODES)('%s: its own sleeps are sleeps, and what comes by a timer is waited for', (mode) => {
    const pass = run.pass(mode);
    expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
    expect(pass.outcomes).toEqual(Array(4).fill('done'));
    const sleeps = waits(pass, 'sleep').sort((a, b) => (a.job ?? -1) - (b.job ?? -1));
    expect(sleeps.map(({ job, on }) => `${job}: ${on}`)).toEqual(['0: 0.1 s', '1: 0.11 s']);
    for (const { from, to, on } of sleeps)
      expect(to - from).toBeGreaterThan(Number.parseFloat(on) * 1000 - 2);
  });

  test('Python: what waits for some time at most is a sleep, which may end before', async () => {
    const modes = modesFor('sleeps-otherwise', 'node', ['sequential', 'threads', 'processes']);
    const timed = await play(ground, { lesson: 'sleeps-otherwise', runtime: 'python', jobs: 10, modes });
    for (const mode of modes) {
      const pass = timed.pass(mode);
      expect(pass.outcomes).toEqual(Array(10).fill('done'));
      const sleeps = waits(pass, 'sleep').sort((a, b) => (a.job ?? -1) - (b.job ?? -1));
      const expected = Array.from({ length: 8 }, (_, job) => `${job}: ${(100 + 10 * job) / 1000} s`);
      expect(sleeps.map(({ job, on }) => `${job}: ${on}`)).toEqual([...expected, '8: 5 s']);
      for (const { from, to, on, job } of sleeps) {
        if (job === 8) expect(to - from).toBeLessThan(4000);
        else expect(to - from).toBeGreaterThan(Number.parseFloat(on) * 1000 - 2);
      }
    }
  });
});
