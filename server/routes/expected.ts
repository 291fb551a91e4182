/** How long a family of runs will take, or why it cannot run: shown on the form, and updated while a person types. */
import { Hono } from 'hono';
import type { FormValues } from '../../views/form/values.ts';
import { type Capacity, meanTimes, plannedTimes } from '../figures/planned.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import { limitsOf } from '../spec/lanes.ts';
import { plannedSentence } from '../words/family-time.ts';
import { typedValues } from './form-values.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { lessonOf } from './view.ts';

/** Without a typed seed, each run draws one; the estimate is the mean over these. */
const SAMPLE_SEEDS = [1, 2, 3, 4, 5];

/** Routes `GET /expected`. */
export function expectedRoutes(playground: Playground): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/expected', (c) => {
    const values = typedValues(new URL(c.req.url).searchParams);
    c.header('Cache-Control', 'no-store');
    return c.html(expectedOf(playground, values));
  });
  return routes;
}

/**
 * Returns what to expect of the family that these values describe, or what is wrong with its fields. Returns an empty
 * string for a single run, and if other fields are wrong: their errors are shown when Run is pressed.
 */
export function expectedOf(playground: Playground, values: FormValues): string {
  const parsed = playground.parseSpec(values);
  if (!parsed.ok) return [parsed.errors.repeat, parsed.errors.sweep].filter(Boolean).join(' ');
  if (parsed.family === null) return '';
  const { spec, family } = parsed;
  const capacity = capacityFor(playground, lessonOf(playground.lessons, spec.lesson));
  const seeds = values.seed.trim() === '' ? SAMPLE_SEEDS : [spec.seed];
  const times = meanTimes(seeds.map((seed) => plannedTimes(family, { ...spec, seed }, capacity)));
  return plannedSentence(family, times, capacity.passSeconds);
}

/** Returns the capacity and limits that the times of a lesson's family depend on. */
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
