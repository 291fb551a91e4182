/** A failure in a job stays with that job. A failure of a process is reported, and the rest continues. */
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { isTried, modesFor, playFirst } from '../everyday.ts';
import { type Ground, openGround, type Played, play } from './play.ts';
import { alive } from './processes.ts';
import { playShared } from './shared-run.ts';

const BESIDE_MAIN = ['threads', 'processes'] as const;
const ON_MAIN = ['sequential', 'event-loop'] as const;

let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ PASS_SECONDS: '20' });
});
afterAll(() => ground.end());

describe.each(JAVASCRIPT)('%s', (runtime) => {
  describe('a job that throws', () => {
    let run: Played;
    playFirst(async () => {
      run = await play(ground, { lesson: 'throws', runtime });
    });

    test.each(MODES)(`%s on ${runtime}: a job that throws fails alone`, (mode) => {
      const pass = run.pass(mode);
      expect(pass.outcomes).toEqual(['done', 'failed', 'done', 'failed']);
      const errors = new Map(pass.of('job-ended').map(({ job, error }) => [job, error]));
      expect(errors.get(1)).toBe('TypeError: job 1 will not');
      expect(errors.get(3)).toBe('something that cannot be shown');
      expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
    });
  });

  describe('a job that exits', () => {
    let run: Played;
    let pool: Played;
    playFirst(async () => {
      run = await play(ground, { lesson: 'exits', runtime });
      pool = await play(ground, {
        lesson: 'exits',
        runtime,
        modes: modesFor('exits', runtime, BESIDE_MAIN),
        workers: 1,
      });
    });

    test.each(ON_MAIN)(
      `%s on ${runtime}: a job that exits ends its pass, and the next one begins`,
      (mode) => {
        const pass = run.pass(mode);
        expect(pass.outcomes[1]).toBe('failed');
        expect(pass.one('lane-ended')).toMatchObject({ reason: 'exited', exitCode: 3, signal: null });
        expect(pass.one('pass-ended')).toMatchObject({
          status: 'failed',
          error: 'The program’s process exited with code 3.',
        });
        expect(run.of('pass-started').map((event) => event.mode)).toEqual(run.spec.modes);
        expect(run.status).toBe('failed');
      },
    );

    test.each(BESIDE_MAIN)(`%s on ${runtime}: a job that exits ends its lane alone`, (mode) => {
      const pass = run.pass(mode);
      expect(pass.outcomes).toEqual(['done', 'failed', 'done', 'done']);
      const ended = pass.of('lane-ended').find(({ lane }) => lane === pass.laneOf(1));
      expect(ended).toMatchObject({ reason: 'exited', exitCode: 3, signal: null });
      expect(pass.of('job-ended').find(({ job }) => job === 1)?.error).toContain('exited with code 3');
      expect(pass.one('pass-ended').status).toBe('completed');
    });

    test.each(BESIDE_MAIN)(`%s on ${runtime}: a pool opens another lane for one that exited`, (mode) => {
      const pass = pool.pass(mode);
      expect(pass.outcomes).toEqual(['done', 'failed', 'done', 'done']);
      expect([0, 1, 2, 3].map((job) => pass.laneOf(job))).toEqual([1, 1, 2, 2]);
      expect(pass.mostAtOnce).toBe(1);
      expect(pass.mostLanes).toBe(1);
    });
  });

  describe('a lane that exits between two jobs', () => {
    let run: Played;
    playFirst(async () => {
      run = await play(ground, {
        lesson: 'exits-later',
        runtime,
        modes: modesFor('exits-later', runtime, BESIDE_MAIN),
        workers: 2,
        jobs: 2,
      });
    });

    test.each(BESIDE_MAIN)(`%s on ${runtime}: a lane that exits without a job is reported`, (mode) => {
      const pass = run.pass(mode);
      expect(pass.outcomes).toEqual(['done', 'done']);
      const ended = pass.of('lane-ended').find(({ lane }) => lane === pass.laneOf(0));
      expect(ended).toMatchObject({ reason: 'exited', exitCode: 3 });
      expect(pass.one('pass-ended').status).toBe('completed');
    });
  });

  describe('a process that is killed', () => {
    let run: Played;
    playFirst(async () => {
      const lanes = new Map<string, number>();
      run = await play(ground, { lesson: 'hangs-once', runtime }, (event) => {
        if (event.type === 'lane-started') lanes.set(`${event.pass}/${event.lane}`, event.pid);
        const pid = 'lane' in event ? lanes.get(`${event.pass}/${event.lane}`) : undefined;
        if (event.type === 'job-started' && event.job === 1 && pid) process.kill(pid, 'SIGKILL');
      });
    });

    test(`processes on ${runtime}: a process that is killed ends its lane alone`, () => {
      const pass = run.pass('processes');
      expect(pass.outcomes).toEqual(['done', 'failed', 'done', 'done']);
      const ended = pass.of('lane-ended').find(({ lane }) => lane === pass.laneOf(1));
      expect(ended).toMatchObject({ reason: 'killed', exitCode: null, signal: 'SIGKILL' });
      expect(pass.of('job-ended').find(({ job }) => job === 1)?.error).toContain('killed by SIGKILL');
      expect(pass.one('pass-ended').status).toBe('completed');
    });

    test.each(MODES.slice(0, 3))(
      `%s on ${runtime}: when main's process is killed the next pass begins`,
      (mode) => {
        const pass = run.pass(mode);
        // A single job in the process fails. If there are several, the culprit is unknown and all are cut off.
        const fell = pass.of('job-ended').filter(({ error }) => error?.includes('killed by SIGKILL'));
        expect(fell.map(({ job }) => job)).toContain(1);
        for (const { status } of fell) expect(status).toBe(fell.length > 1 ? 'cut-off' : 'failed');
        const main = pass.of('lane-ended').find(({ lane }) => lane === 0);
        expect(main).toMatchObject({ reason: 'killed', exitCode: null, signal: 'SIGKILL' });
        const error = 'The program’s process was killed by SIGKILL.';
        expect(pass.one('pass-ended')).toMatchObject({ status: 'failed', error });
      },
    );

    test.each(MODES)(`%s on ${runtime}: what has started has ended, whatever was killed`, (mode) => {
      const pass = run.pass(mode);
      expect(pass.of('lane-ended')).toHaveLength(pass.of('lane-started').length);
      expect(pass.of('job-ended')).toHaveLength(pass.of('job-started').length);
      expect(alive(pass.pids)).toEqual([]);
    });
  });

  test.skipIf(!isTried('hangs-once', runtime))(
    `processes on ${runtime}: when main's process is killed its children end with it`,
    async () => {
      let main = 0;
      const run = await play(ground, { lesson: 'hangs-once', runtime, modes: ['processes'] }, (event) => {
        if (event.type === 'lane-started' && event.lane === 0) main = event.pid;
        if (event.type === 'job-started' && event.job === 1) process.kill(main, 'SIGKILL');
      });
      expect(run.one('pass-ended')).toMatchObject({ status: 'failed' });
      expect(run.outcomes[1]).toBe('failed');
      expect(run.of('lane-ended')).toHaveLength(run.of('lane-started').length);
      expect(run.pids).toHaveLength(5);
      expect(alive(run.pids)).toEqual([]);
    },
  );

  describe('an unhandled rejection', () => {
    let run: Played;
    playFirst(async () => {
      run = await playShared(ground, { lesson: 'rejects', runtime });
    });

    test.each(BESIDE_MAIN)(`%s on ${runtime}: an unhandled rejection ends its lane alone`, (mode) => {
      const pass = run.pass(mode);
      expect(pass.outcomes).toEqual(['done', 'failed', 'done', 'done']);
      const output = [...pass.texts(null), ...pass.of('job-ended').map(({ error }) => error)].join('\n');
      expect(output).toContain('nobody handles this');
      expect(pass.one('pass-ended').status).toBe('completed');
    });

    test.each(ON_MAIN)(`%s on ${runtime}: an unhandled rejection ends the pass, which shows it`, (mode) => {
      const pass = run.pass(mode);
      expect(pass.outcomes[1]).toBe('failed');
      expect(pass.texts(1)).toContain('Job 1 failed: Error: nobody handles this');
      expect(pass.one('pass-ended')).toMatchObject({ status: 'failed', error: 'Error: nobody handles this' });
    });
  });

  describe('a main that throws', () => {
    let run: Played;
    playFirst(async () => {
      run = await playShared(ground, { lesson: 'main-throws', runtime, jobs: 1 });
    });

    test.each(MODES)(
      `%s on ${runtime}: a main that throws fails its pass, and the next one begins`,
      (mode) => {
        const pass = run.pass(mode);
        expect(pass.one('pass-ended')).toMatchObject({ status: 'failed', error: 'Error: main will not' });
        expect(pass.of('lane-ended').find(({ lane }) => lane === 0)).toMatchObject({
          reason: 'threw',
          exitCode: 1,
        });
        expect(pass.of('job-ended')).toHaveLength(pass.of('job-started').length);
        expect(pass.of('lane-ended')).toHaveLength(pass.of('lane-started').length);
        expect(run.status).toBe('failed');
        expect(run.left).toEqual([]);
      },
    );
  });

  describe('a program that cannot be loaded', () => {
    let run: Played;
    let partly: Played;
    playFirst(async () => {
      run = await playShared(ground, { lesson: 'fails-to-load', runtime, jobs: 1 });
      partly = await play(ground, {
        lesson: 'loads-on-main',
        runtime,
        modes: ['threads'],
        jobs: 2,
        workers: 1,
      });
    });

    test.each(MODES)(
      `%s on ${runtime}: a program that cannot be loaded fails its pass, which says why`,
      (mode) => {
        const pass = run.pass(mode);
        expect(pass.one('pass-ended')).toMatchObject({ status: 'failed', error: 'Error: will not load' });
        expect(pass.of('job-started')).toEqual([]);
      },
    );

    test(`threads on ${runtime}: a lane that cannot load the program ends, and its job never begins`, () => {
      expect(partly.of('lane-ended').filter(({ lane }) => lane > 0)).toMatchObject([
        { lane: 1, reason: 'threw' },
        { lane: 2, reason: 'threw' },
      ]);
      expect(partly.of('job-never-began').map(({ job }) => job)).toEqual([0, 1]);
      const error = '2 jobs never began: Error: not on a thread.';
      expect(partly.one('pass-ended')).toMatchObject({ status: 'failed', error });
    });
  });
});
