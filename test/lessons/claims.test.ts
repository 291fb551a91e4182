/** What each lesson says of its runs, from real ones and from what can become of them. */
import { expect, it, test } from 'vitest';
import { readCatalogue } from '../../server/lessons/catalogue.ts';
import { LESSONS } from '../../server/programs/build.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { STATUSES } from '../../server/protocol/facts.ts';
import { MODES } from '../../server/spec/modes.ts';
import { answerOf } from '../../server/words/claim.ts';
import { sentence } from '../../server/words/sentence.ts';
import { ALL } from '../everyday.ts';
import { atOnce, oneByOne, run, timelineOf } from '../timeline/made-events.ts';
import { CASES } from './claim-cases.ts';
import { CHANGED } from './claim-cases-changed.ts';
import { TURNS } from './claim-cases-turns.ts';
import { cutAfter, failing, heldUp, only, RECORDED, recorded, stopped } from './recorded.ts';

const lessons = await readCatalogue(LESSONS);
const lessonOf = (slug: string) => lessons.find((lesson) => lesson.slug === slug);

/** What the page says of a run of a lesson, and which choices were right in it; null if it answers nothing. */
function told(slug: string, events: RunEvent[]) {
  const timeline = timelineOf(events);
  const claim = lessonOf(slug)?.claim ?? null;
  const answer = answerOf(timeline, claim);
  return { headline: sentence(timeline, claim), right: answer?.right ?? null, why: answer?.why ?? '' };
}

test.each([...CASES, ...CHANGED, ...TURNS])('claims: %s', (_, slug, events, headline, right) => {
  const found = told(slug, events);
  expect(found.headline).toBe(headline);
  expect(found.right).toEqual(right);
});

it('claims: gil compares nothing with one by one if that was slowed down: others are faster than the cores allow', () => {
  const beside = (wallMs: number) =>
    run([
      { ...oneByOne('compute', 4), cpuMs: 4000 },
      { mode: 'threads', jobs: atOnce(4, wallMs, 'compute'), cores: 2 },
      { mode: 'processes', jobs: atOnce(4, wallMs, 'compute'), cores: 2 },
    ]);
  expect(told('gil', beside(2000)).right).toEqual([0]);
  const disturbed = told('gil', beside(1000));
  expect(disturbed.right).toBeNull();
  expect(disturbed.headline).toMatch(/something else slowed down one by one\.$/);
});

it('claims: gil credits nothing with a gain that used one core only: the machine was slower before', () => {
  const pass = (mode: 'threads' | 'processes', wallMs: number, cpuMs: number) => ({
    ...{ mode, jobs: atOnce(4, wallMs, 'compute'), cores: 2, cpuMs },
  });
  const { headline, right } = told(
    'gil',
    run([
      { ...oneByOne('compute', 4), cpuMs: 4000 },
      pass('threads', 3000, 3000),
      pass('processes', 2000, 3900),
    ]),
  );
  expect(headline).toBe(
    'In threads the jobs used 1.0 of 2 cores, and took 3.0 s; in processes they were 2.0 times as fast as one by one: 2.0 s.',
  );
  expect(right).toEqual([2]);
});

it('claims: gil credits nothing with a small gain on less than one core: the machine was busy before', () => {
  const pass = (mode: 'threads' | 'processes', wallMs: number, cpuMs: number) => ({
    ...{ mode, jobs: atOnce(4, wallMs, 'compute'), cores: 2, cpuMs },
  });
  const { right } = told(
    'gil',
    run([
      { ...oneByOne('compute', 4), cpuMs: 2600 },
      pass('threads', 3100, 2500),
      pass('processes', 2000, 2600),
    ]),
  );
  expect(right).toEqual([2]);
});

/** Moments of a log at which a run may have ended: some eight, everyday three. */
function moments(events: RunEvent[]): number[] {
  const many = ALL ? 8 : 3;
  const step = Math.max(1, Math.floor(events.length / many));
  return [...Array(many).keys()].map((i) => (i + 1) * step).filter((count) => count < events.length);
}

it.each(RECORDED)('claims: %s: speaks plainly of whatever became of the run', (slug) => {
  const all = recorded(slug);
  const runs = [all, ...MODES.map((mode) => only(all, mode)), heldUp(all, { machine: 5000 })];
  for (const events of runs) {
    const variants = [events, ...[0, 1, 2, 3].map((job) => failing(events, job))];
    for (const count of moments(events)) {
      variants.push(cutAfter(events, count));
      for (const status of STATUSES) variants.push(stopped(events, count, status));
    }
    for (const variant of variants) {
      const { headline, right, why } = told(slug, variant);
      expect(headline).toMatch(/^[\p{Lu}\d].*\.$/u);
      expect(`${headline} ${why}`).not.toMatch(
        /undefined|NaN|Infinity|null|\[object|-\d| {2}|\.\.|\b1 (jobs|threads|processes|entries)\b/,
      );
      const choices = lessonOf(slug)?.prediction.choices ?? [];
      for (const choice of right ?? []) expect(choices[choice]).toBeDefined();
      const status = variant.findLast((e) => e.type === 'run-ended')?.status;
      if (status === 'cancelled' || status === 'interrupted') expect(right).toBeNull();
      if (status === 'cancelled') expect(headline).toMatch(/^Cancelled/);
    }
  }
});
