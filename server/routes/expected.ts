/**
 * How long a run or a family of runs will take, or why there can be no family: on the form, updated while one types.
 */
import { Hono } from 'hono';
import { type Expected, expectedParts, UNKNOWN } from '../../views/form/expected.ts';
import type { FormValues } from '../../views/form/values.ts';
import { type Capacity, meanTimes, plannedPasses, plannedTimes, sum } from '../figures/planned.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import { limitsOf } from '../spec/lanes.ts';
import { expectedRun } from '../words/expected-words.ts';
import { exploredSentence, plannedSentence, roughly } from '../words/family-time.ts';
import { typedValues } from './form-values.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { entryOf } from './view.ts';

/** Without a typed seed, each run draws one; the estimate is the mean over these. */
const SAMPLE_SEEDS = [1, 2, 3, 4, 5];

/** Routes `GET /expected`. */
export function expectedRoutes(playground: Playground): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/expected', (c) => {
    const values = typedValues(new URL(c.req.url).searchParams);
    return c.html(expectedParts(expectedOf(playground, values)));
  });
  return routes;
}

/**
 * Returns what to expect of the run or the family that these values describe, or what is wrong with its fields as a
 * family. Nothing if other fields are wrong: their errors are shown when Run is pressed.
 */
export function expectedOf(playground: Playground, values: FormValues): Expected {
  const parsed = playground.parseSpec(values);
  if (!parsed.ok) {
    const { repeat, sweep, everyRuntime, explore, preemptions, schedules, modes } = parsed.errors;
    // Which modes can be tried in every order, and on what, concerns the family only where it is asked for.
    const ofSearch = values.explore === '' ? [] : [preemptions, schedules, values.modes.length > 0 && modes];
    return {
      ...UNKNOWN,
      family: [repeat, sweep, everyRuntime, explore, ...ofSearch].filter(Boolean).join(' '),
    };
  }
  const { spec, family } = parsed;
  const capacity = capacityFor(playground, entryOf(playground.lessons, spec));
  const seeds = values.seed.trim() === '' ? SAMPLE_SEEDS : [spec.seed];
  const samples = seeds.map((seed) => ({ ...spec, seed }));
  if (family === null) {
    const plans = samples.map((sample) => plannedPasses(sample, capacity));
    return { ...expectedRun(plans, capacity), family: '' };
  }
  if (family.kind === 'exploration') {
    const inAll = `at most ${spec.modes.length * capacity.passSeconds} s`;
    return { ...UNKNOWN, inAll, family: exploredSentence(spec.modes.length, capacity.passSeconds) };
  }
  const times = meanTimes(samples.map((sample) => plannedTimes(family, sample, capacity)));
  const inAll = `about ${roughly(sum(times.runsMs))}`;
  return { ...UNKNOWN, inAll, family: plannedSentence(family, times, capacity.passSeconds) };
}

/** Returns the capacity and limits that the times of a lesson's runs depend on. */
export function capacityFor({ settings }: Playground, lesson: CatalogueEntry | null): Capacity {
  const { CORES, PASS_SECONDS, RUN_SECONDS } = settings;
  return {
    ...limitsOf(settings),
    cores: CORES,
    passSeconds: PASS_SECONDS,
    runSeconds: RUN_SECONDS,
    planOf: lesson?.passSeconds,
  };
}
