/** The announcement for screen readers as a pass ends. */
import { expect, it } from 'vitest';
import { summarize } from '../../server/figures/summary.ts';
import { passSpoken } from '../../server/words/spoken.ts';
import { times } from '../../server/words/units.ts';
import { atOnce, inTurn, run, timelineOf } from '../timeline/made-events.ts';

it('passSpoken: how long the pass took, how much faster that was, and the outcomes of the jobs', () => {
  const all = run([
    { mode: 'sequential', jobs: inTurn(4, 1000, 'sleep') },
    { mode: 'threads', jobs: atOnce(4, 1000, 'sleep') },
  ]);
  const [oneByOne, threads] = summarize(timelineOf(all)).map((one) => passSpoken(one));
  expect(oneByOne).toMatch(/^One by one took 4\.\d s\. 4 jobs done\.$/);
  expect(threads).toMatch(/^Threads took 1\.\d s, [34]\.\d times as fast as one by one\. 4 jobs done\.$/);
  // Jobs that do nothing are over before a thread has started.
  const slow = {
    ...summarize(timelineOf(all))[1]!,
    speedUp: { factor: 0.036, against: 'sequential' as const },
  };
  expect(passSpoken(slow)).toMatch(/ s, 27\.8 times as long as one by one\. 4 jobs done\.$/);
  expect(times(0.036)).toBe('0.04×');
});

it('passSpoken: the outcome of a pass that did not complete', () => {
  const [summary] = summarize(timelineOf(run([{ mode: 'threads', jobs: atOnce(2, 1000, 'sleep') }])));
  expect(
    passSpoken({ ...summary!, status: 'timed-out', speedUp: null, done: 0, failed: 1, cutOff: 1 }),
  ).toMatch(/^Threads: stopped at the time limit after 1\.\d s\. No jobs done, 1 failed, 1 cut off\.$/);
});
