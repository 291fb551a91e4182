/** The props of views: for a run, or for one that a lesson plans. */
import type { PlannedRun, Pools, RunProps as View } from '../../views/run/view.ts';
import { expectedMs } from '../figures/expect.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import type { RunEvent } from '../protocol/events.ts';
import type { Log } from '../runs/log.ts';
import type { RunRecord } from '../runs/runs.ts';
import type { Settings } from '../settings.ts';
import { limitsOf, memoryPool } from '../spec/lanes.ts';
import { DEFAULTS, type Spec } from '../spec/spec.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { apply, newTimeline } from '../timeline/timeline.ts';
import { baseOf } from './address.ts';
import type { Playground } from './playground.ts';

/** Returns the timeline of all events so far. */
export function timelineOf(log: Log): RunTimeline {
  const timeline = newTimeline();
  for (const line of log.after(0)) {
    const event: RunEvent = JSON.parse(line);
    apply(timeline, event);
  }
  return timeline;
}

/** Returns the view of a run for `person`. */
export function viewOf(run: RunRecord, person: string, { lessons, settings }: Playground): View {
  const { id, spec, log, person: owner, member = null } = run;
  const lesson = lessonOf(lessons, spec.lesson);
  const timeline = timelineOf(log);
  const planned = planOf(spec, lesson, settings);
  // What a pass had is in the log; the settings may have been others.
  for (const { mode, pool } of timeline.passes) planned.pools[mode] = pool ?? undefined;
  return { ...planned, id, timeline, mine: owner === person, member };
}

/** Returns the run that a lesson plans. Its seed is not drawn yet, so its times are an estimate. */
export function plannedOf({ lessons, settings }: Playground, slug: string): PlannedRun {
  const lesson = lessonOf(lessons, slug);
  const spec = { ...DEFAULTS, modes: [...DEFAULTS.modes], seed: 1, ...lesson?.settings, lesson: slug };
  return planOf(spec, lesson, settings);
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

function planOf(spec: Spec, lesson: CatalogueEntry | null, settings: Settings): PlannedRun {
  const pools = poolsOf(spec, settings);
  const passesMs = spec.modes.map((mode) => {
    const workers = pools[mode]?.lanes ?? spec.workers;
    return expectedMs({ ...spec, modes: [mode], workers }, settings.CORES, lesson?.passSeconds);
  });
  return { spec, lesson, spanMs: Math.max(...passesMs), pools, base: baseOf(settings) };
}

/** Returns the lesson named `slug`, or null if there is none. */
export function lessonOf(lessons: CatalogueEntry[], slug: string): CatalogueEntry | null {
  return lessons.find((lesson) => lesson.slug === slug) ?? null;
}
