/** What views are handed of a run: its timeline, read from its log, and the form's values that would make it again. */
import type { FormValues } from '../../views/form.ts';
import type { RunView as View } from '../../views/run.ts';
import type { RunEvent } from '../runs/events.ts';
import { expectedMs } from '../runs/expect.ts';
import type { RunLog } from '../runs/log.ts';
import type { RunView } from '../runs/runs.ts';
import { DEFAULTS, type Spec } from '../runs/spec.ts';
import { apply, newTimeline, type RunTimeline } from '../runs/timeline.ts';

/** The timeline of all that is in the log now. */
export function timelineOf(log: RunLog): RunTimeline {
  const timeline = newTimeline();
  for (const line of log.after(0)) {
    const event: RunEvent = JSON.parse(line);
    apply(timeline, event);
  }
  return timeline;
}

/** A run as `person` sees it. */
export function viewOf({ id, spec, log, person: owner }: RunView, person: string, cores: number): View {
  return { id, spec, timeline: timelineOf(log), mine: owner === person, spanMs: expectedMs(spec, cores) };
}

/** The form's values for a spec. */
export function valuesOf(spec: Spec): FormValues {
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
  };
}

/** The form's values on a first visit. */
export function defaultValues(lesson: string = DEFAULTS.lesson): FormValues {
  const { modes, runtime, jobs, minSeconds, maxSeconds, work } = DEFAULTS;
  const numbers = { jobs: String(jobs), minSeconds: String(minSeconds), maxSeconds: String(maxSeconds) };
  return { lesson, modes: [...modes], runtime, workers: '', work, seed: '', ...numbers };
}
