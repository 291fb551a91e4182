/** What a family of runs will take, or why it cannot be had: told on the form before it is asked for, anew as somebody types. */
import { Hono } from 'hono';
import type { FormValues } from '../../views/form/values.ts';
import { type Capacity, meanTimes, plannedTimes } from '../figures/planned.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import { plannedSentence } from '../words/family-time.ts';
import { typedValues } from './form-values.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { lessonOf } from './view.ts';

/** Where no seed is typed one will be drawn: these stand for all of them. */
const ANY_SEEDS = [1, 2, 3, 4, 5];

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
 * What to expect of the family that these values ask for, or what is wrong with how they ask for it; empty where they
 * ask for one run, and where something else is wrong, which is told once Run is pressed.
 */
export function expectedOf(playground: Playground, values: FormValues): string {
  const parsed = playground.parseSpec(values);
  if (!parsed.ok) return [parsed.errors.repeat, parsed.errors.sweep].filter(Boolean).join(' ');
  if (parsed.family === null) return '';
  const { spec, family } = parsed;
  const ground = groundOf(playground, lessonOf(playground.lessons, spec.lesson));
  const seeds = values.seed.trim() === '' ? ANY_SEEDS : [spec.seed];
  const times = meanTimes(seeds.map((seed) => plannedTimes(family, { ...spec, seed }, ground)));
  return plannedSentence(family, times, ground.passSeconds);
}

/** What a family of a lesson runs on, as far as its times depend on it. */
export function groundOf({ settings }: Playground, lesson: CatalogueEntry | null): Capacity {
  const { CORES, MAX_PROCESSES, PASS_SECONDS, RUN_SECONDS } = settings;
  return {
    cores: CORES,
    maxProcesses: MAX_PROCESSES,
    passSeconds: PASS_SECONDS,
    runSeconds: RUN_SECONDS,
    planOf: lesson?.passSeconds,
  };
}
