/** The lessons on semaphores, readers and writers, conditions and fairness: the point of each, from real runs. */
import { describe, expect } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { answerOf } from '../../server/words/claim.ts';
import type { Played } from '../contract/play.ts';
import { mostAtOnce, type Span, waits } from '../contract/spans.ts';
import { timelineOf } from '../timeline/made-events.ts';
import { playLessons } from './lesson-runs.ts';
import { BESIDE_SEQUENTIAL, lengthOf, mainLines, modelOf, sum, whole } from './passes.ts';

const lessons = playLessons({
  starvation: { modes: [...MODES] },
  semaphore: { modes: [...MODES], minSeconds: 0.9, maxSeconds: 1 },
  'readers-writers': { modes: [...MODES], minSeconds: 0.5, maxSeconds: 0.6 },
  // A job spins all the while, in each mode.
  'wait-notify': { modes: [...MODES], minSeconds: 0.5, maxSeconds: 0.6 },
});

/** Returns how the claim of a lesson judges the guess by a run. */
function answer(run: Played) {
  const entry = lessons.ground().lessons.find(({ slug }) => slug === run.spec.lesson);
  return answerOf(timelineOf(run.events), entry?.claim ?? null);
}

/** Returns the spans in which jobs told main that they were inside: even jobs by a number, odd ones by a permit. */
function insides(pass: Played, rest: number): Span[] {
  return pass.of('message-sent').flatMap(({ lane, job, value, atMs: from }) => {
    if (job === null || job % 2 !== rest || value !== 1) return [];
    const out = pass.of('message-sent').find((one) => one.job === job && one.value === -1);
    return [{ lane, job, on: '', from, to: out?.atMs ?? Number.POSITIVE_INFINITY }];
  });
}

/** Returns the turns of a job in the lesson on starvation, in order. */
const turnsOf = (pass: Played, job: number) =>
  waits(pass, 'sleep').filter((wait) => wait.job === job && wait.on === '0.1 s');

/** Returns how many turns `busy` began while `job` waited for its first. */
function passedOver(pass: Played, job: number, busy: number): number {
  const from = pass.of('job-started').find((one) => one.job === job)?.atMs ?? 0;
  const to = turnsOf(pass, job)[0]?.from ?? Number.POSITIVE_INFINITY;
  return turnsOf(pass, busy).filter((turn) => turn.from > from && turn.from < to).length;
}

lessons.describe(({ cases, compare, completed, says }) => {
  describe('semaphore', () => {
    completed('semaphore', MODES);

    cases(
      'semaphore',
      MODES,
      'never more than three jobs hold a permit, in the order of their requests',
      (pass) => {
        const inside = insides(pass, 1);
        expect(inside).toHaveLength(6);
        expect(mostAtOnce(inside)).toBeLessThanOrEqual(3);
        const taken = waits(pass, 'semaphore');
        expect(taken).toHaveLength(6);
        expect(pass.of('permit-released')).toHaveLength(6);
        for (const { job, from, to } of inside) {
          const own = taken.find((wait) => wait.job === job);
          expect(own?.to).toBeLessThanOrEqual(from);
          const released = pass.of('permit-released').find((one) => one.job === job);
          expect(released?.atMs).toBeGreaterThanOrEqual(to);
        }
      },
    );

    cases(
      'semaphore',
      BESIDE_SEQUENTIAL,
      'a job that waited was let in by the release of another',
      (pass) => {
        const causes = modelOf(pass).causes.all.filter(({ kind }) => kind === 'semaphore');
        expect(causes.length).toBeGreaterThan(0);
        for (const { from, to } of causes) expect(from.job).not.toBe(to.job);
      },
    );

    cases('semaphore', ['event-loop'], 'all six go in by a number that they look at first', (pass) => {
      expect(mostAtOnce(insides(pass, 0))).toBe(6);
      expect(mainLines(pass)).toEqual([
        'With a number: at most 6 of 6 jobs inside',
        'With permits: at most 3 of 6 jobs inside',
      ]);
    });

    cases('semaphore', ['processes'], 'every process has a number of its own', (pass) => {
      const counts = pass.of('shared-read').filter(({ key }) => key === 'counter');
      expect(counts.map(({ value }) => value)).toEqual(Array(6).fill(0));
    });

    says(
      'semaphore',
      /on the event loop.* 6 jobs were inside at once after looking at a number; with 3 permits, never more than 3/i,
    );
    compare('semaphore', 'the guess is judged by what the jobs did', (run) => {
      const { right, why } = answer(run) ?? { right: [], why: '' };
      // One by one both keep to three; on the event loop only the permits do.
      expect(right).toEqual([0, 1]);
      expect(why).toMatch(/^On the event loop/);
    });
  });

  describe('readers-writers', () => {
    completed('readers-writers', MODES);

    /** Returns when the jobs of the group with the lock, or of the one with permits, were inside. */
    const stays = (pass: Played, rest: number) =>
      waits(pass, 'sleep').filter(({ job }) => job !== null && job % 2 === rest);

    cases('readers-writers', MODES, 'the lock lets in one at a time, whether it reads or writes', (pass) => {
      expect(stays(pass, 0)).toHaveLength(6);
      expect(mostAtOnce(stays(pass, 0))).toBe(1);
    });

    cases('readers-writers', MODES, 'a writer holds all permits, and nobody else is inside', (pass) => {
      const [writer, ...others] = stays(pass, 1).toSorted(
        (a, b) => Number(b.job === 5) - Number(a.job === 5),
      );
      expect(writer?.job).toBe(5);
      expect(others).toHaveLength(5);
      for (const { from, to } of others)
        expect(to <= (writer?.from ?? 0) || from >= (writer?.to ?? 0), `${from} to ${to}`).toBe(true);
      expect(pass.of('permit-released').filter(({ job }) => job === 5)).toHaveLength(4);
    });

    cases(
      'readers-writers',
      ['event-loop'],
      'readers are inside together, before and after the writer',
      (pass) => {
        expect(mostAtOnce(stays(pass, 1))).toBe(3);
        expect(lengthOf(whole(stays(pass, 1)))).toBeLessThan(0.75 * lengthOf(whole(stays(pass, 0))));
      },
    );

    says(
      'readers-writers',
      /on the event loop.* 6 jobs took .+ with a lock, and .+ when readers were let in together/i,
    );
    compare('readers-writers', 'the guess is judged by how long both groups took', (run) => {
      const { right, why } = answer(run) ?? { right: [], why: '' };
      // One by one, both take as long; on the event loop, readers that share take half.
      expect(right).toEqual(expect.arrayContaining([0, 1]));
      expect(why).toMatch(/a writer was always alone\.$/);
    });
  });

  describe('wait-notify', () => {
    completed('wait-notify', MODES);

    cases('wait-notify', BESIDE_SEQUENTIAL, 'spinning computes, waiting does not', (pass) => {
      const model = modelOf(pass);
      const computed = (job: number) =>
        sum(
          model.rows.flatMap(({ bars }) =>
            bars.flatMap((bar) =>
              bar.job === job && bar.state === 'computing' ? [Number(bar.endMs) - bar.startMs] : [],
            ),
          ),
        );
      const waited = waits(pass, 'condition').filter(({ job }) => job === 2);
      const hasWaited = sum(waited.map(lengthOf));
      // Where processes start slowly, the result may be there before the others are.
      if (hasWaited > 100) expect(computed(1)).toBeGreaterThan(computed(2));
      expect(pass.texts(1)[0]).toMatch(/^Job 1 has looked \d+ times$/);
    });

    cases('wait-notify', MODES, 'job 3 is woken by main, not by the notification before its wait', (pass) => {
      const [first, second, ...others] = pass.of('condition-notified');
      expect(others).toEqual([]);
      expect([first?.job, second?.job]).toEqual([0, null]);
      const late = pass.of('wait-ended').find((wait) => wait.for === 'condition' && wait.job === 3);
      expect(late?.by).toBe(second?.id);
      const began = pass.of('wait-started').find((wait) => wait.for === 'condition' && wait.job === 3);
      expect(began?.atMs).toBeGreaterThan(first?.atMs ?? Number.POSITIVE_INFINITY);
    });

    says(
      'wait-notify',
      /Job 3 missed the notification and waited \d\.\d( to \d\.\d)? s, until main notified again\.$/,
    );
    compare('wait-notify', 'the guess is judged by what woke job 3', (run) => {
      expect(answer(run)?.right).toEqual([1]);
    });
  });

  describe('starvation', () => {
    completed('starvation', MODES);

    cases('starvation', MODES, 'every job has its turns, one at a time in line', (pass) => {
      expect([0, 1, 2, 3, 4, 5].map((job) => turnsOf(pass, job).length)).toEqual([12, 2, 2, 12, 2, 2]);
      expect(mostAtOnce([3, 4, 5].flatMap((job) => turnsOf(pass, job)))).toBe(1);
    });

    cases(
      'starvation',
      ['event-loop'],
      'without a line the neighbours wait for all turns of the busy job',
      (pass) => {
        const last = turnsOf(pass, 0).at(-1)?.to ?? Number.POSITIVE_INFINITY;
        for (const job of [1, 2]) expect(turnsOf(pass, job)[0]?.from).toBeGreaterThanOrEqual(last);
        expect(mostAtOnce([0, 1, 2].flatMap((job) => turnsOf(pass, job)))).toBe(1);
      },
    );

    cases(
      'starvation',
      BESIDE_SEQUENTIAL,
      'in line, at most two turns of the busy job come before a neighbour’s',
      (pass) => {
        for (const job of [4, 5]) expect(passedOver(pass, job, 3)).toBeLessThanOrEqual(2);
      },
    );

    cases('starvation', ['processes'], 'a flag in memory of its own keeps nobody waiting', (pass) => {
      const pauses = waits(pass, 'sleep').filter(({ on }) => on === '0.05 s');
      expect(pauses).toEqual([]);
    });

    says(
      'starvation',
      /^(On the event loop.* )?jobs 1 and 2 waited up to \d\.\d s for their first turn, while job 0 had (at most )?1\d turns; with a line, jobs 4 and 5 waited up to/i,
    );
    compare('starvation', 'the guess is judged by when job 1 had its turn', (run) => {
      expect(answer(run)?.right).toContain(1);
    });
  });
});
