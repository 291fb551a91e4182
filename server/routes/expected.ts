/**
 * How long a run or a family of runs will take, or why there can be no family: on the form, updated while one types.
 */
import { Hono } from 'hono';
import { type Expected, expectedParts, UNKNOWN } from '../../views/form/expected.ts';
import type { FormValues } from '../../views/form/values.ts';
import { type Capacity, meanTimes, plannedPasses, plannedTimes, sum } from '../figures/planned.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import { cellOf } from '../notebook/notebook.ts';
import { NEW_PROGRAMS } from '../programs/new-program.ts';
import { limitsOf } from '../spec/lanes.ts';
import type { Spec } from '../spec/spec.ts';
import { expectedRun } from '../words/expected-words.ts';
import { countSentence, exploredSentence, plannedSentence, roughly } from '../words/family-time.ts';
import { typedValues } from './form-values.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { entryOf } from './view.ts';

/** The parameter that says that the program on the page is not the lesson's: it is not sent, only its settings are. */
const EDITED = 'edited';

/** Without a typed seed, each run draws one; the estimate is the mean over these. */
const SAMPLE_SEEDS = [1, 2, 3, 4, 5];

/** Routes `GET /expected`. */
export function expectedRoutes(playground: Playground): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/expected', (c) => {
    const query = new URL(c.req.url).searchParams;
    return c.html(expectedParts(expectedOf(playground, typedValues(query), query.has(EDITED))));
  });
  return routes;
}

/**
 * Returns what to expect of the run or the family that these values describe, or what is wrong with its fields as a
 * family. Nothing if other fields are wrong: their errors are shown when Run is pressed. `isEdited`: the program is not
 * that of the values' lesson, so how long it takes is not known.
 */
export function expectedOf(playground: Playground, values: FormValues, isEdited = false): Expected {
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
  const isKnown = !isEdited && isPlanned(spec);
  if (family === null) {
    if (!isKnown) return UNKNOWN;
    const plans = samples.map((sample) => plannedPasses(sample, capacity));
    return { ...expectedRun(plans, capacity), family: '' };
  }
  if (family.kind === 'exploration') {
    const inAll = `at most ${spec.modes.length * capacity.passSeconds} s`;
    return { ...UNKNOWN, inAll, family: exploredSentence(spec.modes.length, capacity.passSeconds) };
  }
  if (!isKnown) return { ...UNKNOWN, family: countSentence(family) };
  const times = meanTimes(samples.map((sample) => plannedTimes(family, sample, capacity)));
  const inAll = `about ${roughly(sum(times.runsMs))}`;
  return { ...UNKNOWN, inAll, family: plannedSentence(family, times, capacity.passSeconds) };
}

/**
 * Reports whether the time of a spec's program can be planned: what jobs do in a program that somebody wrote is known
 * only once it has run.
 */
export function isPlanned({ code, runtime }: Pick<Spec, 'code' | 'runtime'>): boolean {
  const isNew = Object.values(NEW_PROGRAMS).some((text) => text.trimEnd() === code.trimEnd());
  return code === '' || isNew || cellOf({ code, runtime }) !== null;
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
