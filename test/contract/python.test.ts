/**
 * Python keeps the contract of the other runtimes: each lesson's program runs in all modes, and its events are true.
 * Everyday a few lessons are tried; with `ALL=1` all.
 */
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LESSONS } from '../../server/programs/build.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { ALL } from '../everyday.ts';
import { PYTHON, WITHOUT } from '../python.ts';
import { type Ground, openGround, type Played, play } from './play.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ READY: '0' }, LESSONS);
});
afterAll(() => ground.end());

/** Plays a lesson on Python, by default in all modes with jobs of 0.1 to 0.3 seconds. */
function played(lesson: string, spec: Partial<Spec> = {}): Promise<Played> {
  const seconds = { minSeconds: 0.1, maxSeconds: 0.3 };
  return play(ground, { ...seconds, modes: [...MODES], ...spec, lesson, runtime: 'python' });
}

const logs = (pass: Played) => pass.of('log').map(({ text }) => text);
const lessons = fs.readdirSync(LESSONS).filter((name) => fs.existsSync(`${LESSONS}/${name}/program.py`));

describe.skipIf(PYTHON === null)(`Python${WITHOUT}`, () => {
  test('one-by-one: the seconds of Node, live and true events in all modes', async () => {
    const run = await played('one-by-one');
    const onNode = await play(ground, {
      ...{ lesson: 'one-by-one', modes: ['event-loop'], minSeconds: 0.1, maxSeconds: 0.3 },
    });
    expect(run.left).toEqual([]);
    for (const mode of MODES) {
      const pass = run.pass(mode);
      expect(pass.one('pass-ended'), mode).toMatchObject({ status: 'completed', error: null });
      expect(logs(pass).sort(), mode).toEqual(logs(onNode).sort());
      // The program's own lines: line 4 of job, line 11 of job_async.
      const line = mode === 'event-loop' ? 11 : 4;
      expect(new Set(pass.of('log').map((log) => log.line)), mode).toEqual(new Set([line]));
      const [main, ...lanes] = pass.of('lane-started');
      expect(lanes.map(({ name }) => name).sort(), mode).toEqual(
        mode === 'threads' || mode === 'processes' ? ['job 0', 'job 1', 'job 2', 'job 3'] : [],
      );
      // The system numbers threads and processes: those of a process are its own.
      if (mode === 'threads') {
        expect(new Set(lanes.map(({ pid }) => pid))).toEqual(new Set([main?.pid]));
        expect(new Set([main?.pid, ...lanes.map(({ threadId }) => threadId)]).size).toBe(5);
      }
      if (mode === 'processes') expect(new Set([main?.pid, ...lanes.map(({ pid }) => pid)]).size).toBe(5);
    }
  });

  test('lost-update: threads lose updates, processes have a counter each, and one step loses none', async () => {
    const run = await played('lost-update', { jobs: 8, modes: ['threads', 'processes'] });
    const sums = (mode: Mode) =>
      logs(run.pass(mode)).flatMap((text) => /counter is (\d+),/.exec(text)?.[1] ?? []);
    const [read, add] = sums('threads').map(Number);
    expect(read).toBeLessThan(4);
    expect(add).toBe(4);
    expect(sums('processes')).toEqual(['0', '0']);
  });

  test('deadlock: is found and named, with the lines of the program', async () => {
    const run = await played('deadlock', { modes: ['event-loop', 'threads', 'processes'] });
    for (const mode of run.spec.modes) {
      const { circle } = run.pass(mode).one('deadlock');
      expect(circle.map(({ job, for: kind }) => `${kind} ${job}`).sort()).toEqual(['lock 2', 'lock 3']);
    }
    expect(run.left).toEqual([]);
  });

  test('crash: an error and an exit code are told as such', async () => {
    const run = await played('crash', { jobs: 3, modes: ['threads', 'processes'] });
    const threads = run.pass('threads');
    const raised = threads.of('job-ended').find(({ job }) => job === 1);
    expect(raised).toMatchObject({
      status: 'failed',
      error: 'RuntimeError: job 1 has raised this',
      line: 10,
    });
    const exited = threads.of('lane-ended').find(({ lane }) => lane === 3);
    expect(exited).toMatchObject({ reason: 'exited', exitCode: 3 });
    const codes = run
      .pass('processes')
      .of('lane-ended')
      .map(({ exitCode, signal }) => signal ?? exitCode);
    expect(codes.sort()).toEqual([0, 0, 1, 3]);
    expect(run.left).toEqual([]);
  });

  test('pool and daemon: a pool runs all jobs on two lanes, and daemons are cut off', async () => {
    const pool = await played('pool', { jobs: 6, workers: 2, modes: ['event-loop', 'threads', 'processes'] });
    for (const mode of pool.spec.modes) {
      expect(pool.pass(mode).of('lane-started'), mode).toHaveLength(mode === 'event-loop' ? 1 : 3);
      expect(pool.pass(mode).one('pass-ended')).toMatchObject({ status: 'completed' });
      expect(
        pool
          .pass(mode)
          .of('job-started')
          .map(({ job }) => job),
        mode,
      ).toHaveLength(6);
    }
    const daemon = await played('daemon', { jobs: 2, modes: ['event-loop', 'threads', 'processes'] });
    for (const mode of daemon.spec.modes) {
      const ended = daemon
        .pass(mode)
        .of('job-ended')
        .map(({ job, status }) => `${job} ${status}`);
      expect(ended.sort(), mode).toEqual(['0 done', '1 cut-off']);
    }
  });

  test.skipIf(!ALL).each(lessons)(
    '%s ends in every mode as on Node',
    { timeout: 120_000 },
    async (lesson) => {
      const { settings = {} } = ground.lessons.find(({ slug }) => slug === lesson) ?? {};
      const { repeat, seed, ...rest } = settings;
      const spec = {
        ...rest,
        minSeconds: 0.1,
        maxSeconds: 0.3,
        work: 'wait' as const,
        modes: [...MODES],
        lesson,
      };
      const [onPython, onNode] = await Promise.all([
        play(ground, { ...spec, runtime: 'python' }),
        play(ground, { ...spec, runtime: 'node' }),
      ]);
      const endsOf = (run: Played) =>
        // One by one, a job that only main can wake waits for ever: nothing of main's can go on before its end.
        MODES.filter((mode) => lesson !== 'wait-notify' || mode !== 'sequential').map((mode) => [
          mode,
          run.pass(mode).one('pass-ended').status,
          run.pass(mode).of('deadlock').length,
        ]);
      if (lesson !== 'sometimes') expect(endsOf(onPython)).toEqual(endsOf(onNode));
      expect(onPython.left).toEqual([]);
    },
  );
});
