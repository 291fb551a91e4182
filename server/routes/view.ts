/** The props of views: for a run, or for one that a lesson plans. */
import type { FormValues } from '../../views/form/values.ts';
import { titleOf } from '../../views/notebook/intro.ts';
import type { PlannedRun, Pools, RunProps as View } from '../../views/run/view.ts';
import { type LoggedRun, withTimeline } from '../exports/draw.ts';
import { expectedMs } from '../figures/expect.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import { ownProgram } from '../lessons/own-program.ts';
import { type Cell, nameOfCell } from '../notebook/cell.ts';
import { cellOf } from '../notebook/notebook.ts';
import { MAX_STEPS } from '../protocol/search.ts';
import type { RunRecord } from '../runs/execution.ts';
import type { Log } from '../runs/log/log.ts';
import { readTimeline } from '../runs/read-timeline.ts';
import type { Settings } from '../settings.ts';
import { codeOf } from '../spec/code.ts';
import { limitsOf, memoryPool } from '../spec/lanes.ts';
import { isPython, RUNTIMES, type Runtime } from '../spec/runtimes.ts';
import { parseSchedule } from '../spec/schedule.ts';
import { DEFAULTS, type Spec } from '../spec/spec.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { setPlace } from '../timeline/timeline.ts';
import { baseOf } from './address.ts';
import { lateEvents } from './late-events.ts';
import type { Playground } from './playground.ts';
import { whyFixed } from './why-fixed.ts';

/** Resolves with the timeline of all events so far, with the place in the queue. */
export async function timelineOf(log: Log): Promise<RunTimeline> {
  const { place } = log;
  const timeline = await readTimeline(log.after(0));
  setPlace(timeline, place);
  return timeline;
}

/** Returns a run with its events so far, as it can be passed to a thread. */
export function loggedOf(
  { id, spec, log }: Pick<RunRecord, 'id' | 'spec'> & { log: Pick<Log, 'after' | 'place'> },
  playground: Playground,
): LoggedRun {
  const { lesson, ...planned } = planOf(spec, entryOf(playground.lessons, spec), playground);
  return {
    ...planned,
    lesson: lesson && withoutFunctions(lesson),
    id,
    lines: log.after(0),
    place: log.place,
  };
}

/** Resolves with the view of a run for `person`. */
export async function viewOf(run: RunRecord, person: string, playground: Playground): Promise<View> {
  const { person: owner, member = null } = run;
  const lesson = entryOf(playground.lessons, run.spec);
  const late = lateEvents(run.log, playground);
  return {
    ...(await withTimeline(loggedOf(run, playground))),
    ...{ lesson, mine: owner === person, member, guess: null, late },
  };
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
  const typed = playground.parseSpec({ ...values, seed: values.seed || '1' });
  const lesson = lessonOf(playground.lessons, values.lesson);
  const { repeat: _, ...settings } = lesson?.settings ?? {};
  // Tells the language of the program.
  const runtime = RUNTIMES.find((one) => one === values.runtime);
  const own = {
    ...DEFAULTS,
    modes: [...DEFAULTS.modes],
    seed: 1,
    ...settings,
    lesson: values.lesson,
    code: codeIn(playground, values),
    ...(runtime && { runtime }),
    challenge: values.challenge,
  };
  const spec = typed.ok ? typed.spec : own;
  // Before a run, the page shows both programs of a lesson: see views/page/program.ts.
  const shown = spec.code === '' ? { ...spec, runtime: DEFAULTS.runtime } : spec;
  return planOf(spec, entryOf(playground.lessons, shown), playground);
}

/** Returns the program that somebody wrote, as the form's values have it; empty if it is the lesson's. */
export function codeIn({ lessons }: Playground, { lesson, code }: FormValues): string {
  const own = lessonOf(lessons, lesson);
  return codeOf(code, lesson, { programs: new Map(own && [[lesson, textsOf(own)]]) });
}

/** Returns the cell of the notebook that the form's values have as their program; null if it is none. */
export function cellIn({ code, runtime: typed }: Pick<FormValues, 'code' | 'runtime'>): Cell | null {
  const runtime = RUNTIMES.find((one) => one === typed);
  return runtime === undefined ? null : cellOf({ code, runtime });
}

/** The shortest axis of timelines that are still to be drawn: even jobs that take no time have to be started. */
const LEAST_SPAN_MS = 500;

/** Returns the pools that the passes of a run will have because memory is short. */
export function poolsOf(spec: Spec, settings: Settings): Pools {
  const pools: Pools = {};
  for (const mode of spec.modes) {
    const pool = memoryPool(mode, spec, limitsOf(settings));
    if (pool) pools[mode] = pool;
  }
  return pools;
}

function planOf(
  spec: Spec,
  lesson: CatalogueEntry | null,
  { settings, built, sandbox }: Playground,
): PlannedRun {
  const pools = poolsOf(spec, settings);
  const passesMs = spec.modes.map((mode) => {
    const workers = pools[mode]?.lanes ?? spec.workers;
    return expectedMs({ ...spec, modes: [mode], workers }, settings.CORES, lesson?.passSeconds);
  });
  const base = baseOf(settings);
  const cell = cellOf(spec);
  const claim = lesson?.claimFile ? built.claims.get(cell ? nameOfCell(cell) : lesson.slug) : undefined;
  const claimAddress = claim === undefined ? null : `${base}${claim}`;
  const isFixed = spec.code !== '' && cell === null && sandbox.runtimes.length === 0;
  const steps = parseSchedule(spec.schedule ?? '', MAX_STEPS)?.length;
  const spanMs = steps ?? Math.max(LEAST_SPAN_MS, ...passesMs);
  return { spec, lesson, claimAddress, spanMs, pools, whyFixed: whyFixed(sandbox), isFixed, base };
}

/**
 * Returns the entry of a run's program: that of its lesson, or one without texts for a program that somebody wrote. Null
 * if there is no such lesson.
 */
export function entryOf(
  lessons: CatalogueEntry[],
  { lesson, code, runtime, schedule = '', explore = null }: RunProgram,
): CatalogueEntry | null {
  const found = lessonOf(lessons, lesson);
  const cell = cellOf({ code, runtime });
  const own = () => (cell ? cellEntry(cell, runtime) : ownProgram({ code, runtime }, found));
  const entry = code === '' ? found && onRuntime(found, runtime) : own();
  return entry !== null && (schedule !== '' || explore !== null) ? withoutQuestion(entry) : entry;
}

/** Returns the entry of a cell of the notebook: like that of a program that somebody wrote, with what it shows. */
function cellEntry(cell: Cell, runtime: Runtime): CatalogueEntry {
  const { program, seen, passSeconds, claim, claimFile } = cell;
  const { text, ...entry } = ownProgram({ code: program, runtime }, null);
  return {
    ...entry,
    title: titleOf(cell),
    text: { ...text, happened: seen },
    claim,
    claimFile,
    ...(passSeconds && { passSeconds }),
  };
}

/** What of a spec says which program a run executes. */
type RunProgram = Pick<Spec, 'lesson' | 'code' | 'runtime' | 'schedule' | 'explore'>;

/** Returns an entry with the program that runs on a runtime. */
function onRuntime(entry: CatalogueEntry, runtime: Runtime): CatalogueEntry {
  return isPython(runtime) && entry.python !== null ? { ...entry, program: entry.python } : entry;
}

/** Returns an entry without its claim and its question: they are about how the system schedules. */
function withoutQuestion(entry: CatalogueEntry): CatalogueEntry {
  return { ...entry, claim: null, claimFile: null, prediction: { ...entry.prediction, choices: [] } };
}

/** Returns the texts of a lesson's own programs. */
function textsOf({ program, python }: Pick<CatalogueEntry, 'program' | 'python'>): string[] {
  return python === null ? [program] : [program, python];
}

/** Returns the lesson named `slug`, or null if there is none. */
export function lessonOf(lessons: CatalogueEntry[], slug: string): CatalogueEntry | null {
  return lessons.find((lesson) => lesson.slug === slug) ?? null;
}
