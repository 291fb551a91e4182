/** Real runs of lessons on both runtimes, a few at a time; and the tests that all lessons have in common. */
import os from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectedMs } from '../../server/figures/expect.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { RUNTIMES, type Runtime } from '../../server/spec/runtimes.ts';
import { DEFAULTS, type Spec } from '../../server/spec/spec.ts';
import { sentence } from '../../server/words/sentence.ts';
import { type Ground, openGround, type Played, play } from '../contract/play.ts';
import { timelineOf } from '../timeline/made-events.ts';

/** How lessons are played: by their own settings, but quicker where a point is as plain then, and in more modes. */
export type Settings = Record<string, Partial<Spec>>;

/** What the tests of lessons are made of, on one runtime. */
export type LessonTests = {
  runtime: Runtime;
  /** A test of a lesson's pass in each of `modes`. */
  cases(
    lesson: string,
    modes: readonly Mode[],
    point: string,
    check: (pass: Played, mode: Mode) => void,
  ): void;
  /** A test of a lesson's run. */
  compare(lesson: string, point: string, check: (run: Played) => void): void;
  /** A test in each of `modes`: every job of the lesson is done. */
  completed(lesson: string, modes: readonly Mode[]): void;
  /** A test of what the page says above the run of a lesson. */
  says(lesson: string, words: RegExp): void;
};

export type LessonRuns = {
  /** Where they are played, once tests run. */
  ground(): Ground;
  /** The run of a lesson, once it has ended. */
  runOf(lesson: string, runtime: Runtime): Promise<Played>;
  /** Plays a lesson once more; `more` goes before its settings here. */
  playAgain(lesson: string, runtime: Runtime, more: Partial<Spec>): Promise<Played>;
  /** Resolves when all have been played. */
  allPlayed(): Promise<void>;
  /** On each runtime: what is asked of every lesson, and the tests that `define` adds. */
  describe(define: (tests: LessonTests) => void): void;
};

/**
 * Plays lessons for the tests of a file, `atOnce` at a time: most of them wait. Those that take longest are best named
 * first. Each test waits for the one that it looks at.
 */
export function playLessons(settings: Settings, atOnce = 6): LessonRuns {
  let ground: Ground;
  let allPlayed: Promise<void>;
  const slugs = Object.keys(settings);
  const all = slugs.flatMap((lesson) => RUNTIMES.map((runtime) => ({ lesson, runtime })));
  const key = (lesson: string, runtime: Runtime) => `${lesson} on ${runtime}`;
  const runs = new Map(
    all.map(({ lesson, runtime }) => [key(lesson, runtime), Promise.withResolvers<Played>()]),
  );

  beforeAll(async () => {
    // Cores are what runs are admitted by; here the tests see to it that they are not too many.
    ground = await openGround({ CORES: '100' }, 'server/lessons');
    allPlayed = each(all, atOnce, async ({ lesson, runtime }) => {
      const run = runs.get(key(lesson, runtime));
      await self.playAgain(lesson, runtime, {}).then(run?.resolve, run?.reject);
    });
  });
  afterAll(async () => {
    await allPlayed;
    await ground.end();
  });

  function specOf(slug: string, runtime: Runtime, more: Partial<Spec>): Spec {
    const lesson = ground.lessons.find((one) => one.slug === slug);
    if (!lesson) throw new Error(`There is no lesson ${slug}.`);
    const own = { ...lesson.settings, ...settings[slug], ...more };
    const { modes = [...MODES], workers = null, seed = 7 } = own;
    return { ...DEFAULTS, ...own, modes, workers, seed, lesson: slug, runtime };
  }

  const self: LessonRuns = {
    ground: () => ground,
    allPlayed: () => allPlayed,
    async runOf(lesson, runtime) {
      const run = runs.get(key(lesson, runtime));
      if (!run) throw new Error(`${lesson} is not played.`);
      return run.promise;
    },
    playAgain: (lesson, runtime, more) => play(ground, specOf(lesson, runtime, more)),
    describe(define) {
      describe.each(RUNTIMES)('%s', { timeout: 150_000 }, (runtime) => {
        testEvery(self, slugs, runtime);
        define(testsOf(self, runtime));
      });
    },
  };
  return self;
}

/** Calls `step` with each of `all`, no more than `atOnce` at a time. */
export async function each<T>(all: T[], atOnce: number, step: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await step(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function testsOf({ runOf }: LessonRuns, runtime: Runtime): LessonTests {
  const self: LessonTests = {
    runtime,
    cases: (lesson, modes, point, check) =>
      test.each(modes)(`${lesson}, %s on ${runtime}: ${point}`, async (mode) => {
        check((await runOf(lesson, runtime)).pass(mode), mode);
      }),
    compare: (lesson, point, check) =>
      test(`${lesson} on ${runtime}: ${point}`, async () => check(await runOf(lesson, runtime))),
    completed: (lesson, modes) =>
      self.cases(lesson, modes, 'completes, and every job is done', (pass) => {
        expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
        expect(new Set(pass.outcomes)).toEqual(new Set(['done']));
      }),
    says: (lesson, words) =>
      self.compare(lesson, `the page says ${words.source.slice(0, 40)}`, (run) =>
        expect(sentence(timelineOf(run.events))).toMatch(words),
      ),
  };
  return self;
}

function testEvery({ ground, runOf }: LessonRuns, slugs: string[], runtime: Runtime): void {
  test.each(slugs)(`%s on ${runtime}: is planned to take no longer than it does`, async (slug) => {
    const run = await runOf(slug, runtime);
    const passSeconds = ground().lessons.find((one) => one.slug === slug)?.passSeconds;
    const longestMs = Math.max(...run.of('pass-ended').map(({ wallMs }) => wallMs));
    // Waits take as long as they are, and computing as long as on idle cores, or longer. A quarter is for what is drawn.
    expect(expectedMs(run.spec, os.availableParallelism(), passSeconds)).toBeLessThan(1.25 * longestMs);
  });

  test.each(slugs)(`%s on ${runtime}: main leaves nothing that it did not mean to`, async (slug) => {
    // The daemon's lesson is about what main does not wait for; and a main that cannot go on is cut off itself.
    const remarks = (await runOf(slug, runtime))
      .of('log')
      .filter(({ text }) => text.startsWith('Main has ended;'));
    for (const { stream } of remarks) expect(stream).toBe('stdout');
    if (slug !== 'daemon') expect(remarks).toEqual([]);
  });
}
