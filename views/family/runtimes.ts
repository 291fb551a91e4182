/**
 * The same run on every runtime: what each shows, and their timelines below each other on one time axis. Drawn by the
 * server; the page of the family requests it again until all runs have ended.
 */
import { html } from 'hono/html';
import type { Mode } from '../../server/spec/modes.ts';
import { RUNTIME_NAMES } from '../../server/spec/runtimes.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { newTimeline, passOf } from '../../server/timeline/timeline.ts';
import { capital, inMode } from '../../server/words/english.ts';
import { laneNoun } from '../../server/words/names.ts';
import { passTime } from '../../server/words/progress.ts';
import { sentence } from '../../server/words/sentence.ts';
import { passDrawing } from '../drawing/drawing.ts';
import { rowHeight, rowsOf } from '../drawing/geometry.ts';
import { legend, legendTotals } from '../drawing/legend.ts';
import { headline } from '../run/headline.ts';
import { usesOf } from '../run/uses.ts';
import type { PlannedRun } from '../run/view.ts';

/** A run of the family; `id` is empty if it has not been submitted. */
type RuntimeRun = PlannedRun & { id: string; timeline: RunTimeline };

/** Highest rows of a drawing: with numbers in the bars, and lower than on a run's own page. */
const ROW_PX = 16;

/** Renders the runs in the order of the family. `isOver`: no further runs are submitted. */
export function runtimesDrawing(runs: readonly RuntimeRun[], isOver: boolean) {
  const [first] = runs;
  if (first === undefined) return null;
  const { spec } = first;
  const all = { ...newTimeline(), passes: runs.flatMap(({ timeline }) => timeline.passes) };
  const uses = [...new Set(runs.flatMap(({ lesson }) => usesOf(lesson?.program ?? '')))];
  const hasBegun = runs.some(({ timeline }) => timeline.passes.length > 0);
  const spanMs = Math.max(1, ...runs.map((run) => (hasBegun ? spanOf(run, isOver) : run.spanMs)));
  return html`<dl class="runtimes-told">${runs.map((run) => told(run, isOver))}</dl>
<div class="runtimes">
${spec.modes.map(
  (mode) => html`<section class="pass" aria-labelledby="mode-${mode}" data-mode="${mode}">
<h2 id="mode-${mode}">${capital(inMode(mode))}</h2>
${runs.map((run) => timelineOf(run, mode, spanMs, isOver))}
</section>`,
)}
</div>
${legend(spec, all, uses, legendTotals(all))}`;
}

function told({ id, spec, lesson, timeline, base }: RuntimeRun, isOver: boolean) {
  const name = RUNTIME_NAMES[spec.runtime];
  const words = id === '' ? missing(isOver) : headline(sentence(timeline, lesson?.claim));
  return html`
<div><dt>${id === '' ? name : html`<a href="${base}/runs/${id}">${name}</a>`}</dt><dd>${words}</dd></div>`;
}

function missing(isOver: boolean): string {
  return isOver ? 'Not run.' : 'Not yet.';
}

/** Returns the time that a run needs on the axis: what it took, or is expected to take. */
function spanOf({ timeline, spanMs }: RuntimeRun, isOver: boolean): number {
  const latestMs = Math.max(0, ...timeline.passes.map((pass) => pass.latestMs));
  return isOver || timeline.state === 'ended' ? latestMs : Math.max(latestMs, spanMs);
}

function timelineOf({ spec, pools, timeline }: RuntimeRun, mode: Mode, spanMs: number, isOver: boolean) {
  const pass = passOf(timeline, spec.modes.indexOf(mode));
  const name = RUNTIME_NAMES[spec.runtime];
  const rows = rowsOf(pass, mode, spec, pools[mode]);
  const noun = laneNoun(mode, (pools[mode] ?? spec.workers) !== null);
  const high = Math.min(ROW_PX, rowHeight(Math.max(rows, pass?.rows.length ?? 0)));
  const time = pass === null && isOver ? 'not run' : passTime(pass);
  const id = `${spec.runtime}-${mode}`;
  return html`<p class="side-name"><b>${name}</b> <span class="pass-time">${time}</span></p>
<div class="chart" role="group" aria-label="${name}">${passDrawing(pass, { mode, rows, noun, spanMs, high, id })}</div>`;
}
