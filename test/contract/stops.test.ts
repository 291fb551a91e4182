/** A run can be stopped at any moment, by its limits or by a person, and leaves no process. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { isTried, isTriedAgain, modesFor } from '../everyday.ts';
import { follow, type Ground, openGround, type Played, play, readAll, submit } from './play.ts';
import { alive } from './processes.ts';

const ENDLESS = ['spins', 'never-resolves', 'ignores-sigterm'];

let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ PASS_SECONDS: '20' });
});
/** Plays a run that its time limit ends: after a second, or where that was too short for its processes to begin, later. */
const playLimited = (spec: Parameters<typeof play>[1]) =>
  play(ground, spec, () => {}, isTriedAgain() ? 8 : 1);
afterAll(() => ground.end());

describe.each(JAVASCRIPT)('%s', (runtime) => {
  /** By lesson. They run in parallel, because only the order of events is tested. */
  const runs = new Map<string, Played>();
  const playOne = (lesson: string) => playLimited({ lesson, runtime, jobs: 2 });
  beforeAll(async () => {
    for (const run of await Promise.all(ENDLESS.map(playOne))) runs.set(run.spec.lesson, run);
  });
  /** Returns the run of a lesson; another one, alone, if a job’s process had not begun when the pass’s time was over. */
  const runOf = async (lesson: string) => {
    if (isTriedAgain()) runs.set(lesson, await playOne(lesson));
    return runs.get(lesson);
  };

  test.skipIf(!isTried('main-outlives', runtime))(
    `processes on ${runtime}: while all are being stopped no join ends, and no lock is acquired`,
    async () => {
      const run = await playLimited({ lesson: 'main-outlives', runtime, modes: ['processes'], jobs: 2 });
      expect(run.outcomes).toEqual(['cut-off', 'cut-off']);
      const holders = run.of('log').filter(({ text }) => text.endsWith('has the lock'));
      expect(holders).toHaveLength(1);
      expect(run.texts(null)).not.toContain('main went on');
    },
  );

  const cases = MODES.flatMap((mode) => ENDLESS.map((lesson): [Mode, string] => [mode, lesson]));
  test.each(cases)(
    `%s on ${runtime}: a job that %s ends as timed-out, and the next pass begins`,
    async (mode, lesson) => {
      const run = await runOf(lesson);
      const pass = run?.pass(mode);
      expect(pass?.one('pass-ended')).toMatchObject({
        status: 'timed-out',
        // Where its process starts slowly, main may wait for it to begin, too.
        error: expect.stringMatching(/ob 0 has not ended|waits for job 0/),
      });
      expect(pass?.outcomes[0]).toBe('cut-off');
      expect(pass?.of('lane-ended')).toHaveLength(pass?.of('lane-started').length ?? 0);
      expect(alive(pass?.pids ?? [])).toEqual([]);
      expect(run?.status).toBe('timed-out');
    },
  );

  test.each(MODES)(
    `%s on ${runtime}: a job that computes is reported as started before it ends`,
    async (mode) => {
      // It never ends: if its report had waited for a free thread, it would never have been received.
      const pass = (await runOf('spins'))?.pass(mode);
      const types = pass?.events.map(({ type }) => type) ?? [];
      expect(types).toContain('job-started');
    },
  );

  test.each(modesFor('computing', runtime))(
    `%s on ${runtime}: a run cancelled while a job computes leaves no process`,
    async (mode) => {
      const run = await submit(ground, { lesson: 'spins', runtime, modes: [mode], jobs: 2 });
      const events: RunEvent[] = [];
      const pids: number[] = [];
      for await (const event of follow(run.log)) {
        events.push(event);
        if (event.type === 'lane-started') pids.push(event.pid);
        if (event.type === 'job-started') void ground.runs.cancel(run.id);
      }
      expect(pids.length).toBeGreaterThan(0);
      expect(alive(pids)).toEqual([]);
      expect(events.find(({ type }) => type === 'pass-ended')).toMatchObject({ status: 'cancelled' });
      expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
      expect((await ground.runs.get(run.id))?.status ?? 'cancelled').toBe('cancelled');
    },
  );

  test(`a run on ${runtime} cancelled as it is submitted launches nothing`, async () => {
    const run = await submit(ground, { lesson: 'spins', runtime });
    await ground.runs.cancel(run.id);
    const events = await readAll(run.log);
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
    expect(events.filter(({ type }) => type === 'lane-started')).toEqual([]);
  });

  test.each(modesFor('starting', runtime))(
    `%s on ${runtime}: a run cancelled while it starts leaves no process`,
    async (mode) => {
      const run = await submit(ground, { lesson: 'spins', runtime, modes: [mode] });
      const pids: number[] = [];
      let last: RunEvent | undefined;
      for await (const event of follow(run.log)) {
        last = event;
        if (event.type === 'pass-started') void ground.runs.cancel(run.id);
        if (event.type === 'lane-started') pids.push(event.pid);
      }
      expect(alive(pids)).toEqual([]);
      expect(last).toMatchObject({ type: 'run-ended', status: 'cancelled' });
    },
  );
});

describe('with room for one run', () => {
  let small: Ground;
  beforeAll(async () => {
    small = await openGround({ PASS_SECONDS: '20', CORES: '1' });
  });
  afterAll(() => small.end());

  test('a run cancelled in the queue never starts, and the one behind it moves up', async () => {
    const spec = { lesson: 'spins', modes: ['sequential' as const], work: 'compute' as const };
    const [first, second, third] = [
      await submit(small, spec),
      await submit(small, spec),
      await submit(small, spec),
    ];
    const places = [third.log.place?.position];
    const pids: number[] = [];
    // First the one before it in the queue ends, then the running one.
    third.log.watchPlace(() => {
      const { place } = third.log;
      if (place === null || place.position === places.at(-1)) return;
      places.push(place.position);
      void small.runs.cancel(first.id);
    });
    void small.runs.cancel(second.id);
    for await (const event of follow(third.log)) {
      if (event.type === 'lane-started') pids.push(event.pid);
      if (event.type === 'job-started') void small.runs.cancel(third.id);
    }
    expect(places).toEqual([2, 1]);
    const events = await readAll(second.log);
    expect(events.map(({ type }) => type)).toEqual(['run-ended']);
    expect(events.at(-1)).toMatchObject({ status: 'cancelled' });
    expect(pids).toHaveLength(1);
    expect(alive(pids)).toEqual([]);
  });

  test('a run that exceeds its own limit is timed out, with the remaining passes unplayed', async () => {
    const short = await openGround({ RUN_SECONDS: '1' });
    try {
      const run = await play(short, { lesson: 'never-resolves' });
      expect(run.status).toBe('timed-out');
      expect(run.of('pass-started')).toHaveLength(1);
      expect(alive(run.pids)).toEqual([]);
    } finally {
      await short.end();
    }
  });

  test('closing a playground ends running and waiting runs as interrupted', async () => {
    const closing = await openGround({ CORES: '1' });
    const spec = { lesson: 'ignores-sigterm', work: 'compute' as const };
    const runs = [await submit(closing, spec), await submit(closing, spec)];
    const [running, waiting] = runs.map((run) => follow(run.log));
    const pids: number[] = [];
    const ends: RunEvent[] = [];
    for await (const event of running!) {
      if (event.type === 'lane-started') pids.push(event.pid);
      if (event.type === 'job-started') void closing.runs.close();
      ends[0] = event;
    }
    for await (const event of waiting!) ends[1] = event;
    await closing.end();
    expect(ends).toMatchObject(Array(2).fill({ type: 'run-ended', status: 'interrupted' }));
    expect(alive(pids)).toEqual([]);
    await expect(submit(closing, spec)).rejects.toThrow();
  });
});
