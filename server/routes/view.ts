/** The props of views: for a run, or for one that a lesson plans. */
import type { PlannedRun, RunProps as View } from '../../views/run/view.ts';
import { expectedMs } from '../figures/expect.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import type { RunEvent } from '../protocol/events.ts';
import type { Log } from '../runs/log.ts';
import type { RunRecord } from '../runs/runs.ts';
import { DEFAULTS } from '../spec/spec.ts';
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
  const planned = {
    spec,
    lesson,
    spanMs: expectedMs(spec, settings.CORES, lesson?.passSeconds),
    base: baseOf(settings),
  };
  return { ...planned, id, timeline: timelineOf(log), mine: owner === person, member };
}

/** Returns the run that a lesson plans. Its seed is not drawn yet, so its times are an estimate. */
export function plannedOf({ lessons, settings }: Playground, slug: string): PlannedRun {
  const lesson = lessonOf(lessons, slug);
  const spec = { ...DEFAULTS, modes: [...DEFAULTS.modes], seed: 1, ...lesson?.settings, lesson: slug };
  return {
    spec,
    lesson,
    spanMs: expectedMs(spec, settings.CORES, lesson?.passSeconds),
    base: baseOf(settings),
  };
}

/** Returns the lesson named `slug`, or null if there is none. */
export function lessonOf(lessons: CatalogueEntry[], slug: string): CatalogueEntry | null {
  return lessons.find((lesson) => lesson.slug === slug) ?? null;
}
