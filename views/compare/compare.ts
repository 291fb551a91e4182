/**
 * Two runs side by side: their sentences, tables of the differences, and the passes of both on one time axis. The
 * server renders all of it; the page's script (static/compare/compare-view.ts) then replaces the drawings with live
 * charts.
 */
import { html } from 'hono/html';
import type { Comparison, Side } from '../../server/figures/comparison.ts';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { looksLikeScript } from '../../server/spec/python.ts';
import { newTimeline, passOf } from '../../server/timeline/timeline.ts';
import { comparisonSentence } from '../../server/words/comparison-sentence.ts';
import { capital, inMode } from '../../server/words/english.ts';
import { braceWords, laneNoun } from '../../server/words/names.ts';
import { plannedUnit } from '../../server/words/pass-times.ts';
import { poolWords } from '../../server/words/pool-words.ts';
import { passTimeOf } from '../../server/words/progress.ts';
import { sentence } from '../../server/words/sentence.ts';
import { settingWords } from '../../server/words/setting-words.ts';
import { passDrawing } from '../drawing/drawing.ts';
import { axisMs, rowsOf } from '../drawing/geometry.ts';
import { legend, legendTotals } from '../drawing/legend.ts';
import { connectionLine } from '../page/connection.ts';
import { poll } from '../page/poll.ts';
import { headline } from '../run/headline.ts';
import { player } from '../run/player.ts';
import { usesOf } from '../run/uses.ts';
import type { Pools } from '../run/view.ts';
import { whenWords } from './form.ts';
import { differingStep, stepsTable } from './steps.ts';
import { figuresTable, settingsTable } from './table.ts';

/** A run on this page. `spanMs` is how long its passes are expected to take. */
type ComparedRun = Side & {
  createdAt: number;
  lesson: CatalogueEntry | null;
  spanMs: number;
  pools: Pools;
};

/** `address` is the path of this page. `base`: see `Site`. */
type CompareProps = {
  a: ComparedRun;
  b: ComparedRun;
  difference: Comparison;
  address: string;
  base: string;
};

/** Renders the whole comparison. */
export function comparePage(p: CompareProps) {
  const { a, b, base } = p;
  return html`<section class="compare" aria-label="Two runs compared">
${told(p)}
${comparePasses(p)}
${figures(p, false)}
<p class="ways"><a href="${base}/compare?a=${b.id}&amp;b=${a.id}">Swap A and B</a> <a href="${base}/compare?a=${a.id}">Compare A with another run</a></p>
</section>`;
}

/**
 * Renders the text of the comparison, above and below its timelines. The page requests it again until both runs have
 * ended; without script the whole page reloads.
 */
export function compareWords(p: CompareProps) {
  return html`${told(p)}
${figures(p, true)}`;
}

function told({ a, b, difference, address, base }: CompareProps) {
  const unfinished = [a, b].filter((run) => !isEnded(run));
  const live = unfinished.length === 0 ? null : poll(address, '2s');
  return html`<div id="compare-told"${live}>
<h1 class="sentence">${headline(comparisonSentence(difference))}</h1>
${unfinished.length === 0 ? null : html`<p class="still">${stillWords(a, b)}</p>`}
<dl class="compared">
${runItem('A', a, base)}${runItem('B', b, base)}
</dl>
</div>`;
}

/** `isLater`: the page has the tables already, and these replace them. */
function figures({ a, b, difference }: CompareProps, isLater: boolean) {
  return html`<div id="compare-figures"${isLater ? html` hx-swap-oob="outerMorph"` : null}>
${settingsTable(difference.settings.map((one) => settingWords(one, a, b)))}
${isInSteps(a, b) ? stepsTable(difference) : figuresTable(difference)}
</div>`;
}

/** Whether both runs are one order each, whose times count steps. */
function isInSteps(a: Side, b: Side): boolean {
  return [a, b].every(({ spec }) => plannedUnit(spec) === 'step');
}

function stillWords(a: Side, b: Side): string {
  const words = (name: string, { timeline }: Side) =>
    timeline.state === 'ended'
      ? []
      : [`${name} ${timeline.state === 'queued' ? 'is waiting to start' : 'is still running'}`];
  const going = [...words('A', a), ...words('B', b)];
  return `${going.join(', and ')}: these are the figures so far.`;
}

function runItem(
  name: 'A' | 'B',
  { id, title, createdAt, spec, timeline, lesson }: ComparedRun,
  base: string,
) {
  return html`<div><dt>${name}</dt><dd><a href="${base}/runs/${id}"><bdi>${title}</bdi>, ${whenWords(createdAt)}</a> <span class="run-told" data-run="${name.toLowerCase()}" data-jobs="${looksLikeScript(spec) ? '' : spec.jobs * spec.modes.length}">${headline(sentence(timeline, lesson?.claim))}</span></dd></div>`;
}

function comparePasses({ a, b, difference, base }: CompareProps) {
  const differs = differingStep(difference);
  const schedule = isInSteps(a, b) ? (a.spec.schedule ?? '') : '';
  const modes = MODES.filter((mode) => a.spec.modes.includes(mode) || b.spec.modes.includes(mode));
  const begun = [a, b].filter(({ timeline }) => !isEnded({ timeline }) || timeline.passes.length > 0);
  // A run that never began takes no room from the other.
  const shown = begun.length > 0 ? begun : [a, b];
  const spanMs = Math.max(...shown.map((run) => axisMs(run.timeline, run.spanMs)));
  const canReplay = isEnded(a) && isEnded(b) && begun.length > 0;
  const uses = [...new Set([a, b].flatMap(({ lesson }) => usesOf(lesson?.program ?? '')))];
  const both = { ...newTimeline(), passes: [...a.timeline.passes, ...b.timeline.passes] };
  const work = a.spec.work === b.spec.work ? a.spec.work : 'mixed';
  return html`<compare-view data-span-ms="${spanMs}"${differs === null ? null : html` data-differs="${differs}"`} data-a="${base}/runs/${a.id}/events" data-b="${base}/runs/${b.id}/events" data-a-seq="${a.timeline.seq}" data-b-seq="${b.timeline.seq}">
<div class="passes">
${modes.map((mode) => pairFigure(mode, a, b, spanMs))}
${player(canReplay, false, false, isInSteps(a, b) ? 'step' : 'ms')}
${legend({ modes, work, schedule }, both, uses, legendTotals(both))}
<p class="legend-of">${isInSteps(a, b) ? 'Steps' : 'Times'} are totals of A and B, within the visible range.</p>
${connectionLine()}
</div>
</compare-view>`;
}

function isEnded({ timeline }: Pick<Side, 'timeline'>): boolean {
  return timeline.state === 'ended';
}

function pairFigure(mode: Mode, a: ComparedRun, b: ComparedRun, spanMs: number) {
  return html`<figure class="pass two" data-mode="${mode}">
<figcaption><b>${capital(inMode(mode))}</b></figcaption>
${oneOf('a', mode, a, spanMs)}${oneOf('b', mode, b, spanMs)}
</figure>`;
}

function oneOf(name: 'a' | 'b', mode: Mode, { spec, pools, timeline }: ComparedRun, spanMs: number) {
  const index = spec.modes.indexOf(mode);
  const label = name.toUpperCase();
  if (index < 0)
    return html`<p class="side-name"><b>${label}</b> <span class="quiet">did not run ${inMode(mode)}</span></p>`;
  const pass = passOf(timeline, index);
  const rows = rowsOf(pass, mode, spec, pools[mode]);
  const pool = pools[mode];
  const noun = laneNoun(mode, (pool ?? spec.workers) !== null);
  const unit = plannedUnit(spec);
  return html`<p class="side-name"><b>${label}</b> <span class="pass-time">${passTimeOf(timeline, pass, index)}</span>${pool && html` <span class="quiet">${poolWords(pool)}</span>`}</p>
<div class="chart" role="group" aria-label="${label}" data-label="Run ${label} ${inMode(mode)}" data-run="${name}" data-pass="${index}" data-rows="${rows}" data-noun="${noun}" data-brace="${braceWords(mode) ?? ''}"${unit === 'step' ? html` data-unit="step"` : null}>${passDrawing(pass, { mode, rows, noun, spanMs, unit, id: `${name}-${index}` })}</div>`;
}
