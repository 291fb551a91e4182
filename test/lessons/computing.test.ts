/** The lessons about computing. This file runs alone, because other work on the cores would affect it. */
import os from 'node:os';
import { describe, expect, test } from 'vitest';
import { speedUpsOf } from '../../server/figures/speed-up.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import type { Played } from '../contract/play.ts';
import { mostAtOnce, type Span, waits } from '../contract/spans.ts';
import { playLessons } from './lesson-runs.ts';
import { BESIDE_MAIN, BESIDE_SEQUENTIAL, jobSpans, lengthOf, modelOf, sum, whole } from './passes.ts';

/** Cores of this machine. */
const CORES = os.availableParallelism();

/** When each job of the lesson `computing` computes: from the end of its wait to the end of the job. */
const computing = (pass: Played): Span[] =>
  jobSpans(pass).map((span) => ({
    ...span,
    from: waits(pass, 'sleep').find(({ job }) => job === span.job)?.to ?? Number.NaN,
  }));
/** Numbers of jobs that share the same work in the lesson, group after group, and the spans of one group. */
const GROUPS = [1, 2, 4, 8] as const;
const group = (spans: Span[], parts: number) => spans.slice(parts - 1, 2 * parts - 1);

// One after the other: two at once would compete for the cores.
const lessons = playLessons(
  {
    computing: { modes: BESIDE_SEQUENTIAL, minSeconds: 0.4, maxSeconds: 0.4 },
    gil: { jobs: 2, minSeconds: 0.7, maxSeconds: 0.7 },
    'asyncio-blocked': { modes: [...MODES], minSeconds: 0.3, maxSeconds: 0.3 },
  },
  1,
);

lessons.describe(({ cases, compare, completed, says }) => {
  describe('computing', () => {
    const sleeping = (pass: Played) => waits(pass, 'sleep').toSorted((a, b) => (a.job ?? 0) - (b.job ?? 0));

    completed('computing', BESIDE_SEQUENTIAL);

    cases('computing', ['event-loop'], 'on one thread waiting overlaps, computing does not', (pass) => {
      expect(mostAtOnce(group(sleeping(pass), 4))).toBe(4);
      expect(mostAtOnce(computing(pass))).toBe(1);
    });

    cases('computing', BESIDE_MAIN, 'computing overlaps if there are cores for it', (pass) => {
      if (CORES > 1) expect(mostAtOnce(group(computing(pass), 4))).toBeGreaterThan(1);
      // The serial part takes as long for four as for one.
      const alone = lengthOf(sleeping(pass)[0] as Span);
      for (const parts of GROUPS) {
        expect(lengthOf(whole(group(jobSpans(pass), parts)))).toBeGreaterThan(0.9 * alone);
      }
    });

    cases(
      'computing',
      BESIDE_MAIN,
      'speed-up is limited by the cores, however many jobs share the work',
      (pass) => {
        // The jobs of a group together compute what an idle core computes in this time, and no core is faster. Other work
        // on the machine reduces the speed-up; the margin of a half is for cores that were slower when measured.
        const idleMs = pass.spec.minSeconds * 1000;
        for (const parts of GROUPS) {
          const ms = lengthOf(whole(group(computing(pass), parts)));
          expect(idleMs / ms).toBeLessThan(1.5 * Math.min(parts, CORES));
        }
      },
    );

    cases('computing', ['event-loop'], 'the figure agrees with the events of each group', (pass) => {
      const { points, serial } = speedUpsOf(modelOf(pass));
      const [alone = Number.NaN, ...others] = GROUPS.map((parts) =>
        lengthOf(whole(group(jobSpans(pass), parts))),
      );
      expect(points.map(({ workers }) => workers)).toEqual([...GROUPS]);
      for (const [i, ms] of others.entries()) expect(points[i + 1]?.factor).toBeCloseTo(alone / ms);
      expect(serial).toBeCloseTo(lengthOf(sleeping(pass)[0] as Span) / alone, 1);
    });
  });

  describe('gil', () => {
    completed('gil', ['sequential', 'threads', 'processes']);

    cases('gil', BESIDE_MAIN, 'all jobs are under way at the same time', (pass) => {
      expect(mostAtOnce(jobSpans(pass))).toBe(2);
    });

    compare('gil', 'threads gain nothing on Python, and processes do; elsewhere both do', (run) => {
      const wallMs = (mode: Mode) => run.pass(mode).one('pass-ended').wallMs;
      const [alone, threads, processes] = [wallMs('sequential'), wallMs('threads'), wallMs('processes')];
      // How fast a machine is changes from pass to pass; how many cores a pass uses at once does so less.
      const coresOf = (mode: Mode) => (run.pass(mode).one('pass-ended').cpuMs ?? 0) / wallMs(mode);
      if (run.spec.runtime === 'python') expect(coresOf('threads')).toBeLessThan(1.3);
      if (CORES === 1) return;
      if (run.spec.runtime === 'python') expect(coresOf('processes')).toBeGreaterThan(coresOf('threads'));
      else expect(Math.min(threads, processes)).toBeLessThan(0.9 * alone);
    });
  });

  describe('asyncio-blocked', () => {
    const blockers = (pass: Played) => jobSpans(pass).filter(({ job }) => (job ?? 0) % 2 === 1);

    completed('asyncio-blocked', [...MODES]);
    says(
      'asyncio-blocked',
      /^One by one 6 jobs took .+; on the event loop they took .+, and jobs 1, 3 and 5 held the thread for .+ of it/,
    );

    cases('asyncio-blocked', ['event-loop'], 'jobs that block hold up all others', (pass) => {
      expect(mostAtOnce(blockers(pass))).toBe(1);
      for (const { from, to } of blockers(pass)) {
        const beside = jobSpans(pass).filter((one) => one.from > from && one.from < to);
        expect(beside).toEqual([]);
        expect(jobSpans(pass).filter((one) => one.to > from && one.to < to)).toEqual([]);
      }
      expect(lengthOf(whole(jobSpans(pass)))).toBeGreaterThanOrEqual(sum(blockers(pass).map(lengthOf)));
    });

    cases('asyncio-blocked', BESIDE_MAIN, 'a job that blocks holds up no job in another thread', (pass) => {
      expect(mostAtOnce(blockers(pass))).toBeGreaterThan(1);
    });
  });
});

test('computing: with as many jobs as cores, the speed-up comes close to that number', async () => {
  const workers = GROUPS.findLast((parts) => parts <= CORES) ?? 1;
  const runs = await Promise.all(
    lessons.runtimesOf('computing').map((runtime) => lessons.runOf('computing', runtime)),
  );
  const factors = runs.flatMap((run) =>
    BESIDE_MAIN.map((mode) => {
      const [alone, shared] = [1, workers].map((parts) => group(computing(run.pass(mode)), parts));
      return lengthOf(whole(alone ?? [])) / lengthOf(whole(shared ?? []));
    }),
  );
  // The best of all: the machine has other work, and what it calls two cores may be a shared one.
  expect(Math.max(...factors)).toBeGreaterThan(0.55 * workers);
});
