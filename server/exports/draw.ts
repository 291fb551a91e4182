/**
 * Drawings of whole runs, from their logs: what takes so long for a large run that it is done in a thread of its own.
 */
import { pathToFileURL } from 'node:url';
import type { PlannedRun } from '../../views/run/view.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import type { Place } from '../protocol/place.ts';
import { readTimeline } from '../runs/read-timeline.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { setPlace } from '../timeline/timeline.ts';
import type { Claim } from '../words/claim.ts';

/** A run as it can be passed to a thread: `lines` are its events as JSON; `place` is its place in the queue. */
export type LoggedRun = PlannedRun & { id: string; lines: readonly string[]; place?: Place | null };

/** A side of a comparison. */
export type LoggedSide = LoggedRun & { title: string; createdAt: number };

/** What to draw. `style` is embedded in a picture. */
export type DrawTask =
  | { kind: 'picture'; run: LoggedRun; style: string }
  /** The link card as a PNG. */
  | { kind: 'card'; run: LoggedRun; style: string }
  /** The comparison of two runs as HTML: all of it, or only its text. */
  | { kind: 'comparison'; a: LoggedSide; b: LoggedSide; base: string; address: string; isWhole: boolean }
  /** The timelines of the same run on several runtimes as HTML. */
  | { kind: 'runtimes'; runs: readonly LoggedRun[]; isOver: boolean };

/** Returns the runs that a task draws. */
export function runsOf(task: DrawTask): readonly LoggedRun[] {
  if (task.kind === 'comparison') return [task.a, task.b];
  return task.kind === 'runtimes' ? task.runs : [task.run];
}

/** Returns the task with each of its runs, in the order of `runsOf`, as `change` returns it. */
export function mapRuns(task: DrawTask, change: <Run extends LoggedRun>(run: Run) => Run): DrawTask {
  if (task.kind === 'comparison') return { ...task, a: change(task.a), b: change(task.b) };
  if (task.kind === 'runtimes') return { ...task, runs: task.runs.map(change) };
  return { ...task, run: change(task.run) };
}

/** Resolves with a run and its timeline. */
export async function withTimeline<Run extends LoggedRun>({
  lines,
  place = null,
  ...run
}: Run): Promise<Omit<Run, 'lines' | 'place'> & { timeline: RunTimeline }> {
  const timeline = await readTimeline(lines);
  setPlace(timeline, place);
  const pools = { ...run.pools };
  // What a pass had is in the log; the settings may have been others.
  for (const { mode, pool } of timeline.passes) pools[mode] = pool ?? undefined;
  return { ...run, pools, timeline };
}

/** Returns a run with the timeline of its events, and with its lesson's claim, which a thread has to load. */
async function loaded<Run extends LoggedRun>(run: Run) {
  return { ...(await withTimeline(run)), lesson: await withClaim(run.lesson) };
}

async function withClaim(lesson: CatalogueEntry | null): Promise<CatalogueEntry | null> {
  if (lesson === null || lesson.claimFile === null) return lesson;
  const { default: claim }: { default: Claim } = await import(pathToFileURL(lesson.claimFile).href);
  return { ...lesson, claim };
}

/** Draws. Modules are imported when they are needed: a thread draws once. */
export async function draw(task: DrawTask): Promise<string | Uint8Array> {
  if (task.kind === 'comparison') {
    const { comparePage, compareWords } = await import('../../views/compare/compare.ts');
    const { compareRuns } = await import('../figures/comparison.ts');
    const [a, b] = await Promise.all([loaded(task.a), loaded(task.b)]);
    const content = { a, b, difference: compareRuns(a, b), base: task.base, address: task.address };
    return String(await (task.isWhole ? comparePage : compareWords)(content));
  }
  if (task.kind === 'runtimes') {
    const { runtimesDrawing } = await import('../../views/family/runtimes.ts');
    return String(await runtimesDrawing(await Promise.all(task.runs.map(loaded)), task.isOver));
  }
  const { card, picture } = await import('./picture.ts');
  const { spec, lesson, ...run } = await loaded(task.run);
  const title = lesson?.title ?? spec.lesson;
  const props = { ...run, spec, title, claim: lesson?.claim ?? null, style: task.style };
  if (task.kind === 'picture') return picture(props);
  const [{ drawable, rasterise }, { CARD }] = await Promise.all([
    import('./rasterise.ts'),
    import('../../views/page/card.ts'),
  ]);
  return rasterise(await card({ ...props, drawable }), CARD.width);
}
