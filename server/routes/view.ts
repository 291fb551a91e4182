/** What views are handed of a run: its timeline, read from its log, and the form's values that would make it again. */
import type { FormValues } from '../../views/form/values.ts';
import type { PlannedRun, RunProps as View } from '../../views/run/view.ts';
import { expectedMs } from '../figures/expect.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import type { RunEvent } from '../protocol/events.ts';
import type { Log } from '../runs/log.ts';
import type { RunView } from '../runs/runs.ts';
import { DEFAULTS, type FamilyPlan, type Spec } from '../spec/spec.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { apply, newTimeline } from '../timeline/timeline.ts';
import type { Playground } from './playground.ts';

/** The timeline of all that is in the log now. */
export function timelineOf(log: Log): RunTimeline {
  const timeline = newTimeline();
  for (const line of log.after(0)) {
    const event: RunEvent = JSON.parse(line);
    apply(timeline, event);
  }
  return timeline;
}

/** A run as `person` sees it. */
export function viewOf(run: RunView, person: string, { lessons, settings }: Playground): View {
  const { id, spec, log, person: owner, member = null } = run;
  const lesson = lessonOf(lessons, spec.lesson);
  const planned = { spec, lesson, spanMs: expectedMs(spec, settings.CORES, lesson?.passSeconds) };
  return { ...planned, id, timeline: timelineOf(log), mine: owner === person, member };
}

/** The run that a lesson asks for, before there is one. Its seed is not drawn yet, so its times are a guess. */
export function plannedOf({ lessons, settings }: Playground, slug: string): PlannedRun {
  const lesson = lessonOf(lessons, slug);
  const { modes, ...rest } = DEFAULTS;
  const spec = { ...rest, modes: [...modes], workers: null, seed: 1, ...lesson?.settings, lesson: slug };
  return { spec, lesson, spanMs: expectedMs(spec, settings.CORES, lesson?.passSeconds) };
}

/** A lesson by its name; null where there is none. */
export function lessonOf(lessons: CatalogueEntry[], slug: string): CatalogueEntry | null {
  return lessons.find((one) => one.slug === slug) ?? null;
}

/** The form's values for a spec, and for a family of runs where one is asked for. */
export function valuesOf(spec: Spec, family: FamilyPlan | null = null): FormValues {
  return {
    lesson: spec.lesson,
    modes: spec.modes,
    runtime: spec.runtime,
    jobs: String(spec.jobs),
    workers: spec.workers === null ? '' : String(spec.workers),
    minSeconds: String(spec.minSeconds),
    maxSeconds: String(spec.maxSeconds),
    work: spec.work,
    seed: String(spec.seed),
    repeat: family?.kind === 'repeat' ? String(family.count) : '',
    sweep: family?.kind === 'sweep' ? String(family.count) : '',
  };
}

/** The form's values for a lesson; each run draws a seed, unless the lesson has one of its own. */
export function lessonValues(lesson: CatalogueEntry): FormValues {
  const { modes, ...rest } = { ...DEFAULTS, workers: null, seed: null, ...lesson.settings };
  const values = valuesOf({ ...rest, modes: [...modes], lesson: lesson.slug, seed: 0 });
  return { ...values, seed: rest.seed === null ? '' : String(rest.seed) };
}

/** The form's values as they were typed. */
export function typedValues(form: FormData | URLSearchParams): FormValues {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    lesson: text('lesson'),
    runtime: text('runtime'),
    jobs: text('jobs'),
    workers: text('workers'),
    minSeconds: text('minSeconds'),
    maxSeconds: text('maxSeconds'),
    work: text('work'),
    seed: text('seed'),
    repeat: text('repeat'),
    sweep: text('sweep'),
    modes: form.getAll('modes').map(String),
  };
}
