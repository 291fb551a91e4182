/** The lesson about computing, in a file that runs alone: what else took the cores would be seen in it. */
import os from 'node:os';
import { expect, test } from 'vitest';
import { speedUpsOf } from '../../server/figures/speed-up.ts';
import { RUNTIMES } from '../../server/spec/runtimes.ts';
import type { Played } from '../contract/play.ts';
import { mostAtOnce, type Span, waits } from '../contract/spans.ts';
import { playLessons } from './lesson-runs.ts';
import { BESIDE_MAIN, BESIDE_SEQUENTIAL, jobSpans, lengthOf, modelOf, whole } from './passes.ts';

/** Cores of this machine. */
const CORES = os.availableParallelism();

/** Where each job of the lesson `computing` computes: from the end of its wait to its own end. */
const computing = (pass: Played): Span[] =>
  jobSpans(pass).map((span) => ({
    ...span,
    from: waits(pass, 'sleep').find(({ job }) => job === span.job)?.to ?? Number.NaN,
  }));
/** How many jobs share the same work there, group after group, and the spans of one group. */
const GROUPS = [1, 2, 4, 8] as const;
const group = (spans: Span[], parts: number) => spans.slice(parts - 1, 2 * parts - 1);

// One after the other: two at once would take each other's cores.
const lessons = playLessons({ computing: { modes: BESIDE_SEQUENTIAL, minSeconds: 0.4, maxSeconds: 0.4 } }, 1);

lessons.describe(({ cases, completed }) => {
  const sleeping = (pass: Played) => waits(pass, 'sleep').toSorted((a, b) => (a.job ?? 0) - (b.job ?? 0));

  completed('computing', BESIDE_SEQUENTIAL);

  cases('computing', ['event-loop'], 'on one thread waiting overlaps, computing does not', (pass) => {
    expect(mostAtOnce(group(sleeping(pass), 4))).toBe(4);
    expect(mostAtOnce(computing(pass))).toBe(1);
  });

  cases('computing', BESIDE_MAIN, 'computing overlaps where there are cores for it', (pass) => {
    if (CORES > 1) expect(mostAtOnce(group(computing(pass), 4))).toBeGreaterThan(1);
    // What cannot be shared out takes as long for four as for one.
    const alone = lengthOf(sleeping(pass)[0] as Span);
    for (const parts of GROUPS) {
      expect(lengthOf(whole(group(jobSpans(pass), parts)))).toBeGreaterThan(0.9 * alone);
    }
  });

  cases('computing', BESIDE_MAIN, 'speed-up stops at the cores, however many share the work', (pass) => {
    // All that the jobs of a group compute is what an idle core does in this time, and no core does it sooner. What
    // else the machine has to do makes it less; the half more is for cores that were slower when they were measured.
    const idleMs = pass.spec.minSeconds * 1000;
    for (const parts of GROUPS) {
      const ms = lengthOf(whole(group(computing(pass), parts)));
      expect(idleMs / ms).toBeLessThan(1.5 * Math.min(parts, CORES));
    }
  });

  cases('computing', ['event-loop'], 'the figure has what the events say of each group', (pass) => {
    const { points, serial } = speedUpsOf(modelOf(pass));
    const [alone = Number.NaN, ...others] = GROUPS.map((parts) =>
      lengthOf(whole(group(jobSpans(pass), parts))),
    );
    expect(points.map(({ workers }) => workers)).toEqual([...GROUPS]);
    for (const [i, ms] of others.entries()) expect(points[i + 1]?.factor).toBeCloseTo(alone / ms);
    expect(serial).toBeCloseTo(lengthOf(sleeping(pass)[0] as Span) / alone, 1);
  });
});

test('computing: as many as there are cores come near to as many times as fast', async () => {
  const workers = GROUPS.findLast((parts) => parts <= CORES) ?? 1;
  const runs = await Promise.all(RUNTIMES.map((runtime) => lessons.runOf('computing', runtime)));
  const factors = runs.flatMap((run) =>
    BESIDE_MAIN.map((mode) => {
      const [alone, shared] = [1, workers].map((parts) => group(computing(run.pass(mode)), parts));
      return lengthOf(whole(alone ?? [])) / lengthOf(whole(shared ?? []));
    }),
  );
  // Of four the best: the machine has other things to do, and what it calls two cores may be one that is shared.
  expect(Math.max(...factors)).toBeGreaterThan(0.55 * workers);
});
