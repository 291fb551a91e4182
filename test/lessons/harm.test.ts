/**
 * The lessons in which a job harms others, or main holds them up: crash, event-loop-blocked, await-in-loop. The point of
 * each, from events of real runs.
 */
import { describe, expect } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { causesOf } from '../../server/timeline/causes.ts';
import { criticalPath } from '../../server/timeline/critical-path.ts';
import { stateWords } from '../../server/words/bar-words.ts';
import type { Played } from '../contract/play.ts';
import { mostAtOnce, waits } from '../contract/spans.ts';
import { playLessons } from './lesson-runs.ts';
import { BESIDE_SEQUENTIAL, endOf, jobSpans, lengthOf, mainLines, modelOf, whole } from './passes.ts';

const lessons = playLessons({
  crash: { modes: BESIDE_SEQUENTIAL },
  'event-loop-blocked': { minSeconds: 1, maxSeconds: 1 },
  'await-in-loop': { modes: [...MODES], minSeconds: 0.3, maxSeconds: 0.3 },
});

/** How main's lane ended, as on the page. */
function lastOfMain(pass: Played): string {
  const bar = modelOf(pass).rows[0]?.bars.at(-1);
  return bar ? stateWords(bar) : '';
}

lessons.describe(({ cases, compare, completed, says }) => {
  describe('crash', () => {
    cases('crash', ['processes'], 'in processes each job fails alone', (pass) => {
      expect(pass.outcomes).toEqual(['done', 'failed', 'failed', 'failed', 'done']);
      expect(pass.one('pass-ended').status).toBe('completed');
      expect(endOf(pass, 1).error).toBe('Error: job 1 has thrown this');
      expect(endOf(pass, 2).error).toContain('exited with code 3');
      expect(endOf(pass, 3).error).toMatch(
        /took \d+ MiB of memory, over its limit of \d+ MiB, and was killed/,
      );
      expect(pass.texts(2).at(-1)).toMatch(/^Job 2 failed: It called process.exit/);
      expect(pass.texts(null).filter((text) => text.startsWith('Job 3: its process took'))).toHaveLength(1);
      const ended = (job: number) => pass.of('lane-ended').find(({ lane }) => lane === pass.laneOf(job));
      expect([0, 1, 2, 3, 4].map((job) => ended(job)?.exitCode)).toEqual([0, 1, 3, null, 0]);
      expect(ended(3)).toMatchObject({ reason: 'killed', signal: 'SIGKILL' });
      expect(mainLines(pass)).toEqual([
        'Job 0 has ended, exit code 0',
        'Job 1 has ended, exit code 1',
        'Job 2 has ended, exit code 3',
        'Job 3 has ended, no exit code',
        'Job 4 has ended, exit code 0',
        'Main is done',
      ]);
    });

    cases(
      'crash',
      ['threads'],
      'jobs that throw or exit fail alone, a job that runs out of memory ends all',
      (pass) => {
        // It is unknown which of the two took the memory: their process was killed.
        expect(pass.outcomes).toEqual(['done', 'failed', 'failed', 'cut-off', 'cut-off']);
        const { status, error } = pass.one('pass-ended');
        expect(status).toBe('failed');
        expect(error).toMatch(/^The program’s process took \d+ MiB of memory, over its limit of \d+ MiB/);
        expect(endOf(pass, 2).error).toContain('exited with code 3');
        expect(pass.texts(2).at(-1)).toMatch(/^Job 2 failed: It called process.exit/);
        expect(endOf(pass, 3).error).toMatch(/took \d+ MiB of memory/);
        expect(endOf(pass, 4).error).toBe(endOf(pass, 3).error);
        expect(pass.of('lane-ended').find(({ lane }) => lane === 0)?.reason).toBe('killed');
        expect(mainLines(pass)).not.toContain('Main is done');
        expect(lastOfMain(pass)).toMatch(/^joining: waiting for job 3, cut off$/);
      },
    );

    cases('crash', ['event-loop'], 'on the event loop a job that exits ends all', (pass) => {
      expect(pass.outcomes).toEqual(['done', 'failed', 'failed', 'cut-off', 'cut-off']);
      expect(pass.texts(2).at(-1)).toMatch(/^Job 2 failed: It called process.exit/);
      expect(pass.one('pass-ended')).toMatchObject({
        status: 'failed',
        error: 'The program’s process exited with code 3.',
      });
      expect(lastOfMain(pass)).toMatch(/^joining: waiting for job 2, cut off$/);
    });
  });

  says(
    'crash',
    /^In threads the program’s process took \d+ MiB of memory, .+: main and jobs 3 and 4 died with it; in processes only job 3 did\.$/,
  );
  says('event-loop-blocked', /^On the event loop timers fired up to .+ late because job 0 was computing/);

  describe('await-in-loop', () => {
    completed('await-in-loop', [...MODES]);
    const halves = (pass: Played) => [jobSpans(pass).slice(0, 4), jobSpans(pass).slice(4)] as const;

    cases('await-in-loop', MODES, 'jobs awaited in a loop run one after the other', (pass) => {
      const [loop] = halves(pass);
      for (const [n, { from }] of loop.slice(1).entries())
        expect(from).toBeGreaterThanOrEqual(loop[n]?.to ?? Infinity);
    });

    cases(
      'await-in-loop',
      BESIDE_SEQUENTIAL,
      'with Promise.all they run at once, and take less time',
      (pass) => {
        const [loop, all] = halves(pass);
        expect(mostAtOnce(all)).toBeGreaterThan(1);
        expect(lengthOf(whole(all))).toBeLessThan(lengthOf(whole(loop)));
      },
    );

    cases('await-in-loop', ['sequential'], 'one by one Promise.all changes nothing', (pass) =>
      expect(mostAtOnce(halves(pass)[1])).toBe(1),
    );
    says(
      'await-in-loop',
      /^One by one 4 jobs took .* awaited in a loop and \S+ s awaited together, where they did not overlap either/,
    );
  });

  describe('event-loop-blocked', () => {
    const MODES_OF = ['event-loop', 'threads'] as const;
    /** When job 0 computes. */
    const block = (pass: Played) => ({
      from: waits(pass, 'sleep').find(({ job }) => job === 0)?.to ?? Number.NaN,
      to: endOf(pass, 0).atMs,
    });
    const ticks = (pass: Played, job: number) => waits(pass, 'sleep').filter((wait) => wait.job === job);
    completed('event-loop-blocked', [...MODES_OF]);

    cases(
      'event-loop-blocked',
      ['event-loop'],
      'one computing job delays every timer on its thread',
      (pass) => {
        const { from, to } = block(pass);
        for (const job of [1, 2]) {
          const late = ticks(pass, job).filter((tick) => tick.from < from && tick.to > from);
          expect(late).toHaveLength(1);
          expect(late[0]?.to).toBeGreaterThanOrEqual(to);
        }
        const meanwhile = pass.events.filter(
          (event) => 'lane' in event && event.atMs > from && event.atMs < to,
        );
        expect(meanwhile.filter((event) => 'job' in event && event.job !== 0)).toEqual([]);
      },
    );

    cases(
      'event-loop-blocked',
      ['event-loop'],
      'computing released the late timers, and is on the critical path',
      (pass) => {
        const { from, to } = block(pass);
        const model = modelOf(pass);
        const kept = causesOf(model).filter((cause) => cause.kind === 'thread' && cause.from.job === 0);
        expect(kept.map((cause) => cause.to.job).toSorted()).toEqual([1, 2]);
        for (const cause of kept) expect(cause.from.atMs).toBe(to);
        const computed = criticalPath(model).filter(({ job, state }) => job === 0 && state === 'computing');
        const ms = computed.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
        expect(ms).toBeGreaterThan((to - from) / 2);
      },
    );

    cases('event-loop-blocked', ['threads'], 'a thread that computes delays no timer of another', (pass) => {
      const { from, to } = block(pass);
      for (const job of [1, 2]) {
        expect(ticks(pass, job).some((tick) => tick.to > from && tick.to < to)).toBe(true);
      }
    });

    compare('event-loop-blocked', 'the longest tick is longer on the event loop than in threads', (run) => {
      const [loop, threads] = MODES_OF.map((mode) => {
        const pass = run.pass(mode);
        return Math.max(...[1, 2].flatMap((job) => ticks(pass, job).map(lengthOf)));
      });
      expect(loop).toBeGreaterThan(threads ?? Number.NaN);
    });
  });
});
