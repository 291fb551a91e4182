/** Real runs of lessons, a few at a time, and the tests that all lessons share. */
import os from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectedMs } from '../../server/figures/expect.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { JAVASCRIPT, type Runtime } from '../../server/spec/runtimes.ts';
import { DEFAULTS, type Spec } from '../../server/spec/spec.ts';
import { answerOf, passesToTell } from '../../server/words/claim.ts';
import { sentence } from '../../server/words/sentence.ts';
import { type Ground, openGround, type Played, play } from '../contract/play.ts';
import { ALL, isTriedAgain } from '../everyday.ts';
import { PYTHON } from '../python.ts';
import { timelineOf } from '../timeline/made-events.ts';

/** How lessons are run: with their own settings, but faster if the point is still clear, and in more modes. */
export type Settings = Record<string, Partial<Spec>>;

/** Defines tests of lessons, on each runtime that a lesson is played on. */
type LessonTests = {
  /** Tests a lesson's pass in each of `modes`. */
  cases(
    lesson: string,
    modes: readonly Mode[],
    point: string,
    check: (pass: Played, mode: Mode) => void | Promise<void>,
  ): void;
  /** Tests a lesson's run. */
  compare(lesson: string, point: string, check: (run: Played) => void | Promise<void>): void;
  /** Tests in each of `modes` that every job of the lesson is done. */
  completed(lesson: string, modes: readonly Mode[]): void;
  /** Tests the sentence above the run of a lesson. */
  says(lesson: string, words: RegExp): void;
};

type LessonRuns = {
  /** Returns where they are run. Call it only in tests. */
  ground(): Ground;
  /** Returns the runtimes that a lesson is played on. */
  runtimesOf(lesson: string): readonly Runtime[];
  /** Resolves with the run of a lesson once it has ended: another one if the test is tried again. */
  runOf(lesson: string, runtime: Runtime): Promise<Played>;
  /** Runs a lesson once more; `more` overrides its settings. */
  playAgain(lesson: string, runtime: Runtime, more: Partial<Spec>): Promise<Played>;
  /** Resolves when all have been run. */
  allPlayed(): Promise<void>;
  /** Defines the tests of every lesson and those that `define` adds. */
  describe(define: (tests: LessonTests) => void): void;
};

/**
 * Lessons about how jobs and their processes end or use the cores, which depends on the runtime: played on both,
 * everyday at least the one that ends them in most ways. The other lessons of a file take turns, for the api is the same
 * (see test/contract).
 */
const ON_BOTH = ALL ? ['computing', 'crash', 'daemon', 'deadlock', 'gil'] : ['crash'];

/**
 * Lessons whose jobs end otherwise there: `sys.exit` raises, and one by one, main waits in the start of a job that only
 * main can wake.
 */
const OTHERWISE_ON_PYTHON = ['crash', 'wait-notify'];
/** Lessons about Python: everyday played on it alone. */
const ABOUT_PYTHON = ['gil', 'asyncio-blocked'];
/** Lessons whose passes take as long as their jobs compute. */
const COMPUTE = ['computing', 'gil'];
/** The points of the others are the same on Python. Everyday, some are tried in test/contract/python.test.ts. */
const ON_PYTHON: Runtime[] = ALL && PYTHON !== null ? ['python'] : [];

/**
 * Runs lessons for the tests of a file, `atOnce` at a time, because most of them wait. List those that take longest
 * first. Each test waits for the run that it checks.
 */
export function playLessons(settings: Settings, atOnce = 6): LessonRuns {
  let ground: Ground;
  let allPlayed: Promise<void>;
  const slugs = Object.keys(settings);
  const runtimesOf = (lesson: string): Runtime[] => {
    if (ABOUT_PYTHON.includes(lesson) && PYTHON !== null && !ALL) return ['python'];
    const inTurn = slugs.indexOf(lesson) % JAVASCRIPT.length;
    const tried: Runtime[] = JAVASCRIPT.filter((_, at) => ON_BOTH.includes(lesson) || at === inTurn);
    return OTHERWISE_ON_PYTHON.includes(lesson) ? tried : [...tried, ...ON_PYTHON];
  };
  const all = slugs.flatMap((lesson) => runtimesOf(lesson).map((runtime) => ({ lesson, runtime })));
  const key = (lesson: string, runtime: Runtime) => `${lesson} on ${runtime}`;
  const runs = new Map(
    all.map(({ lesson, runtime }) => [key(lesson, runtime), Promise.withResolvers<Played>()]),
  );

  beforeAll(async () => {
    // Turns off admission by cores; `atOnce` limits the runs instead.
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
    const lesson = ground.lessons.find((entry) => entry.slug === slug);
    if (!lesson) throw new Error(`There is no lesson ${slug}.`);
    const { repeat: _, ...usual } = lesson.settings;
    const own = { ...usual, ...settings[slug], ...more };
    const { modes = [...MODES], workers = null, seed = 7 } = own;
    return { ...DEFAULTS, ...own, modes, workers, seed, lesson: slug, runtime };
  }

  const self: LessonRuns = {
    ground: () => ground,
    allPlayed: () => allPlayed,
    runtimesOf,
    async runOf(lesson, runtime) {
      const run = runs.get(key(lesson, runtime));
      if (!run) throw new Error(`${lesson} is not played.`);
      if (!isTriedAgain()) return run.promise;
      const again = `${key(lesson, runtime)} again`;
      const later = runs.get(again) ?? Promise.withResolvers<Played>();
      if (!runs.has(again)) self.playAgain(lesson, runtime, {}).then(later.resolve, later.reject);
      runs.set(again, later);
      return later.promise;
    },
    playAgain: (lesson, runtime, more) => play(ground, specOf(lesson, runtime, more)),
    describe(define) {
      describe('lessons', { timeout: 150_000 }, () => {
        testEvery(self, all);
        define(testsOf(self));
      });
    },
  };
  return self;
}

/** Calls `step` with each of `all`, at most `atOnce` at a time. */
export async function each<T>(all: T[], atOnce: number, step: (item: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await step(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function testsOf({ ground, runOf, runtimesOf }: LessonRuns): LessonTests {
  const claimOf = (slug: string) => ground().lessons.find((lesson) => lesson.slug === slug)?.claim;
  const self: LessonTests = {
    cases(lesson, modes, point, check) {
      for (const runtime of runtimesOf(lesson))
        test.each(modes)(`${lesson}, %s on ${runtime}: ${point}`, async (mode) => {
          await check((await runOf(lesson, runtime)).pass(mode), mode);
        });
    },
    compare(lesson, point, check) {
      for (const runtime of runtimesOf(lesson))
        test(`${lesson} on ${runtime}: ${point}`, async () => check(await runOf(lesson, runtime)));
    },
    completed: (lesson, modes) =>
      self.cases(lesson, modes, 'completes, and every job is done', (pass) => {
        expect(pass.one('pass-ended')).toMatchObject({ status: 'completed', error: null });
        expect(new Set(pass.outcomes)).toEqual(new Set(['done']));
      }),
    says: (lesson, words) =>
      self.compare(lesson, `the page says ${words.source.slice(0, 40)}`, (run) =>
        expect(sentence(timelineOf(run.events), claimOf(run.spec.lesson))).toMatch(words),
      ),
  };
  return self;
}

function testEvery({ ground, runOf }: LessonRuns, all: { lesson: string; runtime: Runtime }[]): void {
  test.each(all)(
    '$lesson on $runtime: is planned to take no longer than it does',
    async ({ lesson: slug, runtime }) => {
      const run = await runOf(slug, runtime);
      const passSeconds = ground().lessons.find((lesson) => lesson.slug === slug)?.passSeconds;
      const wallMs = (mode: Mode) => run.pass(mode).one('pass-ended').wallMs;
      const planMs = (mode: Mode) =>
        expectedMs({ ...run.spec, modes: [mode] }, os.availableParallelism(), passSeconds);
      const { modes } = run.spec;
      const longest = (of: (mode: Mode) => number) => Math.max(...modes.map(of));
      // Waits take their time, or longer. The quarter is for random draws.
      if (!COMPUTE.includes(slug)) return expect(longest(planMs)).toBeLessThan(1.25 * longest(wallMs));
      // How fast a core computes changes with what else its host does: passes are planned in proportion.
      const [first = 'sequential', ...others] = modes;
      const pace = wallMs(first) / planMs(first);
      for (const mode of others) expect(pace * planMs(mode), mode).toBeLessThan(1.25 * wallMs(mode));
    },
  );

  test.each(all)(
    '$lesson on $runtime: its claim has the headline, and judges the guess',
    async ({ lesson: slug, runtime }) => {
      const run = await runOf(slug, runtime);
      const lesson = ground().lessons.find((one) => one.slug === slug);
      const timeline = timelineOf(run.events);
      expect(lesson?.claim).toBeTruthy();
      if (!lesson?.claim) return;
      const headline = lesson.claim.headline(passesToTell(timeline, lesson.claim));
      // Where a mode fails that the lesson leaves out, that comes first.
      if (timeline.status === 'completed') expect(headline).toBe(sentence(timeline, lesson.claim));
      const answer = answerOf(timeline, lesson.claim);
      expect(answer?.why).toMatch(/^\p{Lu}.*\.$/u);
      for (const right of answer?.right ?? []) expect(lesson.prediction.choices[right]).toBeDefined();
    },
  );

  test.each(all)(
    '$lesson on $runtime: main leaves no wait unless the lesson intends it',
    async ({ lesson: slug, runtime }) => {
      // The daemon lesson is about what main does not wait for. A main that cannot continue is itself cut off.
      const remarks = (await runOf(slug, runtime))
        .of('log')
        .filter(({ text }) => text.startsWith('Main has ended;'));
      for (const { stream } of remarks) expect(stream).toBe('stdout');
      if (slug !== 'daemon') expect(remarks).toEqual([]);
    },
  );
}
