/** The tables of a comparison: the settings that differ, and the figures of each mode that both runs have. */
import { html } from 'hono/html';
import {
  type Comparison,
  FIGURES,
  type FigureName,
  type FigurePair,
  type ModePair,
} from '../../server/figures/comparison.ts';
import type { PassSummary } from '../../server/figures/summary.ts';
import { capital, inMode, inSeconds, listed } from '../../server/words/english.ts';
import { incomparableWords } from '../../server/words/incomparable.ts';
import { STATUS_WORDS } from '../../server/words/names.ts';
import { pauseWords } from '../../server/words/pause-words.ts';
import type { SettingWords } from '../../server/words/setting-words.ts';
import { bytes, duration, times } from '../../server/words/units.ts';

/** A figure's name, and the word for the run that is better in it. */
const NAMES: Record<FigureName, [name: string, better: string]> = {
  wall: ['Wall time', 'shorter'],
  sum: ['Job times added up', 'less'],
  speedUp: ['Speed-up', 'more'],
  startUp: ['Start-up per lane', 'shorter'],
  processor: ['CPU time', 'less'],
  memory: ['Memory', 'less'],
  done: ['Jobs done', 'more'],
  failed: ['Jobs failed', 'fewer'],
  cutOff: ['Jobs cut off', 'fewer'],
  neverBegan: ['Jobs that never began', 'fewer'],
};

/** Renders the settings that differ, or that none differs. */
export function settingsTable(settings: SettingWords[]) {
  if (settings.length === 0) return html`<p class="same-settings">Both have the same settings.</p>`;
  return html`<table class="compare-table settings">
<caption>Settings that differ</caption>
<thead><tr><td></td><th scope="col">A</th><th scope="col">B</th></tr></thead>
<tbody>${settings.map(
    ({ name, a, b }) => html`
<tr><th scope="row">${name}</th><td><bdi>${a}</bdi></td><td><bdi>${b}</bdi></td></tr>`,
  )}</tbody>
</table>`;
}

/** Renders the figures of each mode, and a line about the modes that only one run has. */
export function figuresTable({ modes, onlyA, onlyB }: Comparison) {
  return html`${
    modes.length === 0
      ? null
      : html`<table class="compare-table figures">
<caption>Figures of the modes that both have</caption>
<thead><tr><td></td><th scope="col">A</th><th scope="col">B</th><th scope="col">B vs A</th>${modes.some(({ terms }) => terms.isSameWork) ? html`<th scope="col">Better</th>` : null}</tr></thead>
${modes.map(
  (pair) => html`
<tbody data-mode="${pair.mode}" data-terms="${JSON.stringify(pair.terms)}">${modeRows(pair)}</tbody>`,
)}
</table>`
  }
${onlyOne('A', onlyA)}${onlyOne('B', onlyB)}`;
}

function onlyOne(name: 'A' | 'B', modes: Comparison['onlyA']) {
  return modes.length === 0
    ? null
    : html`<p class="quiet">Only ${name} ran ${listed(modes.map(inMode))}.</p>`;
}

/** Renders the rows of a mode: its name, with what prevents a comparison of its passes, and its figures. */
export function modeRows(pair: ModePair) {
  const { mode, terms } = pair;
  const notes = [stateWords('a', pair), stateWords('b', pair)].filter((words) => words !== null);
  const figures = pair.figures.filter((figure) => isShown(figure, pair));
  const whys = figures.map((figure) => whyNot(figure, pair));
  return html`
<tr class="mode"><th scope="rowgroup" colspan="${terms.isSameWork ? 5 : 4}">${capital(inMode(mode))} ${notes.length === 0 ? null : html`<small>${notes.join('; ')}</small>`}</th></tr>${figures.map((figure, i) => figureRow(figure, pair, comparedCells(figure, pair, whys, i)))}
`;
}

/** Returns why a figure is not compared; null if it is. Runs that did different work have no better one. */
function whyNot(figure: FigurePair, pair: ModePair): string | null {
  if (figure.verdict === 'unknown') return incomparableWords(figure, pair);
  return figure.verdict === 'unlike' && FIGURES[figure.name].unit === 'jobs' ? 'different work' : null;
}

/** Renders what follows a figure's values. A reason that several rows share stands once, beside all of them. */
function comparedCells(figure: FigurePair, { terms }: ModePair, whys: (string | null)[], i: number) {
  const why = whys[i] ?? null;
  if (why === null)
    return html`<td>${changeWords(figure)}</td>${terms.isSameWork ? html`<td>${betterWords(figure)}</td>` : null}`;
  if (whys[i - 1] === why) return null;
  const end = whys.findIndex((other, at) => at > i && other !== why);
  return html`<td class="why-not" colspan="${terms.isSameWork ? 2 : 1}" rowspan="${(end < 0 ? whys.length : end) - i}">${why}</td>`;
}

/** Returns what prevents a comparison of a pass; null if nothing does. */
function stateWords(run: 'a' | 'b', pair: ModePair): string | null {
  const [name, summary] = [run.toUpperCase(), pair[run]];
  if (summary === null) return pair.terms.isOver[run] ? `${name} never began` : `${name} has not begun`;
  if (summary.status === null) return `${name} is still running`;
  const { status, cutMs, paused } = summary;
  const notes = [
    ...(status === 'completed' ? [] : [`${name}: ${STATUS_WORDS[status]}`]),
    ...(cutMs === null
      ? []
      : [`the log of ${name} was cut ${cutMs === 0 ? 'before this mode' : `at ${inSeconds(cutMs)}`}`]),
    ...(paused ? [`during ${name}, ${pauseWords(paused)}`] : []),
  ];
  return notes.length === 0 ? null : notes.join('; ');
}

/** Omits the figures that neither run has, and those for failures if there are none. */
function isShown(figure: FigurePair, pair: ModePair): boolean {
  const { name, a, b } = figure;
  if (valueWords(figure, pair, 'a') === NONE && valueWords(figure, pair, 'b') === NONE) return false;
  return !['failed', 'cutOff', 'neverBegan'].includes(name) || (a ?? 0) > 0 || (b ?? 0) > 0;
}

function figureRow(figure: FigurePair, pair: ModePair, compared: ReturnType<typeof comparedCells>) {
  const { name } = figure;
  return html`
<tr data-figure="${name}"><th scope="row">${NAMES[name][0]}</th><td>${valueWords(figure, pair, 'a')}</td><td>${valueWords(figure, pair, 'b')}</td>${compared}</tr>`;
}

/** What stands for a value that a run does not have. */
const NONE = '–';
/** What is said of jobs: nothing, where the log was cut before the first. */
const JOBS_FIGURES: FigureName[] = ['sum', 'done'];

function valueWords(figure: FigurePair, pair: ModePair, run: 'a' | 'b') {
  const { name, [run]: value } = figure;
  const { [run]: summary, terms } = pair;
  if (value === null || summary === null) return NONE;
  const isCut = summary.cutMs !== null;
  if (isCut && JOBS_FIGURES.includes(name) && summary.jobMs === 0) return NONE;
  if (name === 'done') return `${isCut ? 'at least ' : ''}${value} of ${jobsOf(summary, terms.jobs[run])}`;
  if (name !== 'speedUp') return sizeWords(name, value);
  return html`${times(value)} <small>vs ${summary.speedUp?.against === 'sum' ? 'one after another' : 'one by one'}</small>`;
}

/**
 * Returns how many jobs a pass has. A program may start a different number than the spec's, which is known once it has
 * completed, if its log is whole.
 */
function jobsOf(
  { status, cutMs, done, failed, cutOff, unknown, neverBegan }: PassSummary,
  asked: number,
): number {
  const known = done + failed + cutOff + unknown + neverBegan;
  return status === 'completed' && cutMs === null ? known : Math.max(known, asked);
}

function sizeWords(name: FigureName, value: number): string {
  switch (FIGURES[name].unit) {
    case 'ms':
      return duration(value);
    case 'bytes':
      return bytes(value);
    case 'times':
      return times(value);
    case 'jobs':
      return String(value);
  }
}

/** Renders the difference from A to B, and their ratio. */
function changeWords({ name, a, b, verdict }: FigurePair) {
  if (a === null || b === null || verdict === 'unknown') return '';
  const sign = b > a ? '+' : b < a ? '−' : '±';
  const { unit } = FIGURES[name];
  const ratio = (unit === 'ms' || unit === 'bytes') && a > 0 && verdict !== 'same' ? ratioWords(b / a) : null;
  return html`${sign}${sizeWords(name, Math.abs(b - a))}${ratio === null ? null : html` <small>${ratio}</small>`}`;
}

/** Below one, a single decimal is too coarse: `0.25×`. */
function ratioWords(ratio: number): string {
  return ratio < 0.95 ? `${Number(ratio.toPrecision(2))}×` : times(ratio);
}

function betterWords({ name, verdict }: FigurePair): string {
  if (verdict === 'unknown' || verdict === 'unlike') return '';
  if (verdict === 'same') return FIGURES[name].unit === 'jobs' ? 'the same' : 'about the same';
  return `${verdict.toUpperCase()}: ${NAMES[name][1]}`;
}
