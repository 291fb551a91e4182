/**
 * A run on the page: its sentence, timelines, table and console. The server renders all of it; the page's script
 * (static/run/run-view.ts) then updates the same elements.
 */
import { html, raw } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { looksLikeScript } from '../../server/spec/python.ts';
import { newTimeline, passOf } from '../../server/timeline/timeline.ts';
import { plannedUnit } from '../../server/words/pass-times.ts';
import { progress } from '../../server/words/progress.ts';
import { sentence } from '../../server/words/sentence.ts';
import { compareForm, type OwnRun } from '../compare/form.ts';
import { axisMs } from '../drawing/geometry.ts';
import { legend, legendTotals } from '../drawing/legend.ts';
import { topsOf } from '../drawing/series.ts';
import { cancelForm } from '../page/cancel-form.ts';
import { connectionLine, lateLine } from '../page/connection.ts';
import { programDetails } from '../page/program.ts';
import { sentenceTerms } from '../page/terms.ts';
import { barTables } from './bar-table.ts';
import { claimAttribute } from './claim-attribute.ts';
import { consolePart } from './console.ts';
import { headline } from './headline.ts';
import { jobsFigure } from './jobs-figure.ts';
import { judgedSection } from './judged.ts';
import { orderLine, stepsSection } from './order.ts';
import { outSection } from './out.ts';
import { passFigure } from './pass.ts';
import { player } from './player.ts';
import { ownWays } from './report.ts';
import { searchSection } from './search.ts';
import { speedUpFigure } from './speed-up.ts';
import { speedUpPanel } from './speed-up-panel.ts';
import { summaryTable } from './table.ts';
import { usesOf } from './uses.ts';
import type { PlannedRun, RunProps } from './view.ts';

/** What a run's links need: `publicUrl` as of {@link outSection}, `own` are runs to compare it with. */
export type Ways = { publicUrl: string; own: OwnRun[] };

/** Renders the part of the page that a new run replaces. */
export function runSection(p: RunProps, { publicUrl, own }: Ways) {
  if (p.spec.explore) return searchSection(p);
  const { id, spec, timeline, spanMs, lesson, base } = p;
  const address = `${base}/runs/${id}`;
  const uses = usesOf(lesson?.program ?? '');
  return html`<section id="run"${lesson === null ? html` class="untold"` : null} aria-label="Run">
<run-view data-id="${id}" data-events="${address}/events" data-span-ms="${spanMs}" data-seq="${timeline.seq}" data-state="${timeline.state}" data-lesson="${lesson?.slug ?? spec.lesson}"${claimAttribute(p)}${p.mine ? html` data-mine` : null}>
${runHead(p, publicUrl)}
<div class="passes">
${spec.modes.map((mode, i) => passFigure(passOf(timeline, i), { mode, spec, pool: p.pools[mode], index: i, spanMs: axisMs(timeline, spanMs), uses, tops: topsOf(timeline.passes) }))}
${jobsFigure(spec.modes, spec.jobs)}
${player(timeline.state === 'ended' && timeline.passes.length > 0, spec.modes.length > 1, true, plannedUnit(spec))}
${legend(spec, timeline, uses, legendTotals(timeline))}
${stepsSection(p)}
${judgedSection(lesson, timeline, p.guess)}
${guessLine(lesson)}
</div>
<div class="run-text">
${lesson && programDetails({ ...p, entry: lesson, runId: id })}
${consolePart(address, timeline)}
</div>
${figures(p, address)}
<div class="run-ways">${outSection(p, publicUrl)}${compareForm(id, own, base)}${ownWays(p)}</div>
</run-view>
</section>`;
}

/** Renders the empty containers that the first run fills, so that nothing moves. */
export function emptySection(p: PlannedRun) {
  const { spec, lesson, spanMs, pools } = p;
  if (p.isFixed) return fixedSection(p);
  const uses = usesOf(lesson?.program ?? '');
  return html`<section id="run" class="empty${lesson === null ? ' untold' : ''}" aria-label="Run">
<div class="run-head">
<h2 class="sentence">${spec.modes.length > 1 ? 'Press Run to watch the same program in each mode you chose.' : 'Press Run to watch the program.'}</h2>
<p class="run-bar quiet">Each thread or process gets a line here, drawn live.</p>
</div>
<div class="passes">
${spec.modes.map((mode, index) => passFigure(null, { mode, spec, pool: pools[mode], index, spanMs, uses }))}
${player(false, spec.modes.length > 1)}
${legend(spec, newTimeline(), uses)}
${guessLine(lesson)}
</div>
<div class="run-text">
${lesson && programDetails({ ...p, entry: lesson, runId: null })}
<div class="run-console">
<div class="console-head"><h3>Console</h3></div>
<ol class="console" aria-label="Console"></ol>
</div>
</div>
</section>`;
}

/** Renders a program that does not run on this server: there will be nothing to draw. */
function fixedSection(p: PlannedRun) {
  return html`<section id="run" class="empty" aria-label="Program">
<div class="run-head">
<h2 class="sentence">This program does not run here.</h2>
</div>
<div class="run-text">
${p.lesson && programDetails({ ...p, entry: p.lesson, runId: null })}
</div>
</section>`;
}

/** Renders all figures of the run, folded: its timelines and its sentence come first. */
function figures({ spec, lesson, timeline }: RunProps, address: string) {
  const isOrder = plannedUnit(spec) === 'step';
  return html`<details id="figures">
<summary>Figures</summary>
${
  isOrder
    ? null
    : html`${speedUpPanel(lesson?.slug ?? spec.lesson, spec.modes, timeline)}
${speedUpFigure(lesson?.slug ?? spec.lesson, timeline)}`
}
<div class="run-table">${summaryTable(spec.modes, timeline, plannedUnit(spec))}</div>
${barTables(address, spec.modes, timeline)}
</details>`;
}

/** Renders the link to the explanation. Its space is reserved from the start. */
function guessLine(lesson: CatalogueEntry | null) {
  if (lesson === null || lesson.text.happened === '') return null;
  return html`<p class="guess-line"><a class="why" href="#told">What happened, and why</a></p>`;
}

function runHead(p: RunProps, publicUrl: string) {
  const { id, spec, timeline, mine, cancelKey, lesson, member, late, base } = p;
  const isOrder = plannedUnit(spec) === 'step';
  const planned = looksLikeScript(spec) ? null : spec.jobs * spec.modes.length;
  const { value, max, text } = progress(planned, timeline);
  const words = sentence(timeline, lesson?.claim);
  return html`<div class="run-head">
<h2 class="sentence"><span id="run-sentence">${headline(words)}</span></h2>
<div class="run-bar">
<progress max="${max}" value="${value}" aria-label="Jobs ended"${planned === null && html` data-unplanned`}></progress>
<span class="progress-text">${text}</span>
${lesson && html`<span class="sentence-terms quiet">${sentenceTerms(timeline, words, base)}</span>`}
${mine && timeline.state !== 'ended' ? raw(cancelForm(`${base}/runs/${id}`, cancelKey)) : null}
${connectionLine()}
<a class="permalink" href="${base}/runs/${id}" data-address="${publicUrl}/runs/${id}">Link to this run</a>
<button class="copy" type="button">Copy link</button>
</div>
${lateLine(late)}
${orderLine(p)}
${member === null || isOrder ? null : html`<p class="of-family quiet">Run ${member.number} of <a href="${base}/families/${member.family}">a series of runs</a></p>`}
</div>`;
}
