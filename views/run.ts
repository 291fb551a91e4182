/**
 * A run on the page: its sentence, timelines, table and console. The server sets all of it from what it knows; the
 * page's script (static/run-view.ts) then keeps the same elements live.
 */
import { html } from 'hono/html';
import { DEFAULTS, type Spec } from '../server/runs/spec.ts';
import { sentence } from '../server/runs/summary.ts';
import { newTimeline, type RunTimeline } from '../server/runs/timeline.ts';
import { consoleItems } from './console.ts';
import { legend } from './legend.ts';
import { passFigure } from './pass.ts';
import { problemItems } from './problems.ts';
import { progress } from './progress.ts';
import { summaryTable } from './table.ts';

/** `mine`: the run was asked for by this browser, which may cancel it. `spanMs`: time the drawings' width stands for. */
export type RunView = { id: string; spec: Spec; timeline: RunTimeline; mine: boolean; spanMs: number };

/** The part of the page that a new run takes the place of; null before any run. */
export function runSection(p: RunView | null) {
  if (p === null) return emptySection();
  const { id, spec, timeline, spanMs } = p;
  return html`<section id="run" aria-label="Run">
<run-view data-id="${id}" data-events="/runs/${id}/events" data-span-ms="${spanMs}" data-seq="${timeline.seq}" data-state="${timeline.state}">
${runHead(p)}
<div class="run-table">${summaryTable(spec.modes, timeline)}</div>
<div class="passes">
${spec.modes.map((mode, i) => passFigure(timeline.passes.find(({ pass }) => pass === i) ?? null, { mode, spec, index: i, spanMs: axisMs(timeline, spanMs) }))}
${legend(spec, timeline)}
<p class="hint quiet">${HINT}</p>
</div>
<div class="run-console">
<h3>Console</h3>
<ol class="console" tabindex="0" aria-label="Console">${consoleItems(timeline, 0)}</ol>
<ul class="problems">${problemItems(timeline)}</ul>
</div>
</run-view>
</section>`;
}

/** What a first run will fill, so that nothing has to move for it: the staves without the notes. */
const FIRST_RUN = { ...DEFAULTS, modes: [...DEFAULTS.modes], workers: null };
const FIRST_SPAN_MS = 25_000;
const HINT = 'Point at a bar for its figures. Drag across to look closer; double-click to see all again.';

function emptySection() {
  const { modes } = FIRST_RUN;
  return html`<section id="run" class="empty" aria-label="Run">
<div class="run-head">
<h2 class="sentence">Press Run, and watch the same jobs done in each way you chose.</h2>
<p class="run-bar quiet">What happens is drawn here as it happens: a line for everything that executes.</p>
</div>
<div class="run-table">${summaryTable(modes, newTimeline())}</div>
<div class="passes">
${modes.map((mode, index) => passFigure(null, { mode, spec: FIRST_RUN, index, spanMs: FIRST_SPAN_MS }))}
${legend(FIRST_RUN, newTimeline())}
<p class="hint quiet">${HINT}</p>
</div>
</section>`;
}

/** Time that the width of every drawing of a run stands for: as planned, or longer where a pass took longer. */
export function axisMs(timeline: RunTimeline, spanMs: number): number {
  return Math.max(spanMs, 1, ...timeline.passes.map((pass) => pass.latestMs));
}

function runHead({ id, spec, timeline, mine }: RunView) {
  const max = spec.jobs * spec.modes.length;
  const { value, text } = progress(max, timeline);
  return html`<div class="run-head">
<h2 class="sentence"><span id="run-sentence" aria-live="polite" aria-atomic="true">${sentence(timeline)}</span></h2>
<div class="run-bar">
<progress max="${max}" value="${value}" aria-label="Jobs ended"></progress>
<span class="progress-text">${text}</span>
${mine && timeline.state !== 'ended' ? cancelForm(id) : null}
<span class="lost" role="status" hidden>Connection lost, coming back…</span>
<a class="permalink" href="/runs/${id}">Link to this run</a>
<button class="copy" type="button">Copy link</button>
</div>
</div>`;
}

function cancelForm(id: string) {
  return html`<form class="cancel" method="post" action="/runs/${id}/cancel" hx-post="/runs/${id}/cancel" hx-swap="none" hx-disable="find button"><button id="cancel-button" type="submit">Cancel</button></form>`;
}
