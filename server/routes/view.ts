/** The props of views: for a run, or for one that a lesson plans. */
import type { FormValues } from '../../views/form/values.ts';
import type { PlannedRun, Pools, RunProps as View } from '../../views/run/view.ts';
import { type LoggedRun, withTimeline } from '../exports/draw.ts';
import { expectedMs } from '../figures/expect.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import type { Log } from '../runs/log.ts';
import type { RunRecord } from '../runs/runs.ts';
import type { Settings } from '../settings.ts';
import { limitsOf, memoryPool } from '../spec/lanes.ts';
import { DEFAULTS, type Spec } from '../spec/spec.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { timelineOfLines } from '../timeline/timeline.ts';
import { baseOf } from './address.ts';
import type { Playground } from './playground.ts';

/** Returns the timeline of all events so far. */
export function timelineOf(log: Log): RunTimeline {
  return timelineOfLines(log.after(0));
}

/** Returns a run with its events so far, as it can be passed to a thread. */
export function loggedOf({ id, spec, log }: RunRecord, playground: Playground): LoggedRun {
  const { lesson, ...planned } = planOf(spec, lessonOf(playground.lessons, spec.lesson), playground);
  return { ...planned, lesson: lesson && withoutFunctions(lesson), id, lines: log.after(0) };
}

/** Returns the view of a run for `person`. */
export function viewOf(run: RunRecord, person: string, playground: Playground): View {
  const { person: owner, member = null } = run;
  const lesson = lessonOf(playground.lessons, run.spec.lesson);
  return { ...withTimeline(loggedOf(run, playground)), lesson, mine: owner === person, member, guess: null };
}

/** Returns a lesson without its functions, which no thread can be passed. */
function withoutFunctions({ passSeconds: _, ...lesson }: CatalogueEntry): CatalogueEntry {
  return { ...lesson, claim: null };
}

/**
 * Returns the run that the form's values describe, or the lesson's own if some cannot be used. If its seed is not drawn
 * yet, its times are an estimate.
 */
export function plannedOf(playground: Playground, values: FormValues): PlannedRun {
  const lesson = lessonOf(playground.lessons, values.lesson);
  const typed = playground.parseSpec({ ...values, seed: values.seed || '1' });
  const { repeat: _, ...settings } = lesson?.settings ?? {};
  const own = {
    ...DEFAULTS,
    modes: [...DEFAULTS.modes],
    seed: 1,
    ...settings,
    lesson: values.lesson,
  };
  return planOf(typed.ok ? typed.spec : own, lesson, playground);
}

/** Returns the pools that the passes of a run will have because memory is short. */
export function poolsOf(spec: Spec, settings: Settings): Pools {
  const pools: Pools = {};
  for (const mode of spec.modes) {
    const pool = memoryPool(mode, spec, limitsOf(settings));
    if (pool) pools[mode] = pool;
  }
  return pools;
}

function planOf(spec: Spec, lesson: CatalogueEntry | null, { settings, built }: Playground): PlannedRun {
  const pools = poolsOf(spec, settings);
  const passesMs = spec.modes.map((mode) => {
    const workers = pools[mode]?.lanes ?? spec.workers;
    return expectedMs({ ...spec, modes: [mode], workers }, settings.CORES, lesson?.passSeconds);
  });
  const base = baseOf(settings);
  const claim = built.claims.get(spec.lesson);
  const claimAddress = claim === undefined ? null : `${base}${claim}`;
  return { spec, lesson, claimAddress, spanMs: Math.max(...passesMs), pools, base };
}

/** Returns the lesson named `slug`, or null if there is none. */
export function lessonOf(lessons: CatalogueEntry[], slug: string): CatalogueEntry | null {
  return lessons.find((lesson) => lesson.slug === slug) ?? null;
}
