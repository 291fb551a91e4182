/** The table of a run: one row per mode, filled in as its pass ends. */
import { html } from 'hono/html';
import { type PassSummary, summarize } from '../../server/figures/summary.ts';
import type { Mode } from '../../server/spec/modes.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { capital, inSeconds, modeName } from '../../server/words/english.ts';
import type { TimeUnit } from '../../server/words/pass-times.ts';
import { pauseWords } from '../../server/words/pause-words.ts';
import { bytes, duration, times } from '../../server/words/units.ts';

const COLUMNS = [
  'Wall time',
  'Job times added up',
  'Speed-up',
  'Start-up per lane',
  'CPU time',
  'Memory',
  'Jobs',
] as const;

/** The columns for one order: its times are steps. */
const ORDER_COLUMNS = ['Steps', 'Preemptions', 'Jobs'] as const;

const columnsOf = (unit: TimeUnit) => (unit === 'step' ? ORDER_COLUMNS : COLUMNS);

/** Renders the table. */
export function summaryTable(modes: Mode[], timeline: RunTimeline, unit: TimeUnit = 'ms') {
  const columns = columnsOf(unit);
  return html`<table>
<caption class="unseen">Figures of each mode</caption>
<thead><tr><td></td>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${summaryRows(modes, timeline, unit)}</tbody>
</table>`;
}

/** Renders the rows, which the page's script replaces when they change. */
export function summaryRows(modes: Mode[], timeline: RunTimeline, unit: TimeUnit = 'ms') {
  const summaries = summarize(timeline);
  return html`${modes.map((mode, i) =>
    summaryRow(
      mode,
      i,
      summaries.find((one) => one.mode === mode),
      unit,
    ),
  )}`;
}

function summaryRow(mode: Mode, index: number, s: PassSummary | undefined, unit: TimeUnit) {
  const columns = columnsOf(unit);
  const cells = unit === 'step' ? orderFigures(s) : figures(s);
  return html`
<tr data-pass="${index}"><th scope="row">${capital(modeName(mode))}</th>${cells.map((text, i) => html`<td data-label="${columns[i]}">${text}</td>`)}</tr>`;
}

/** Renders the figures in the order of `COLUMNS`; empty until the pass has ended. */
function figures(s: PassSummary | undefined) {
  if (s === undefined || s.status === null) return COLUMNS.map(() => '');
  return [
    wallTime(s),
    sumOfJobs(s),
    s.speedUp === null
      ? '–'
      : html`${times(s.speedUp.factor)} <small>vs ${s.speedUp.against === 'sum' ? 'one after another' : 'one by one'}</small>`,
    s.lanes === 0 ? '–' : duration(s.startupMs / s.lanes),
    s.cpuMs === null ? '–' : duration(s.cpuMs),
    s.peakRssBytes === null ? '–' : bytes(s.peakRssBytes),
    jobs(s),
  ];
}

/** Renders the figures of one order, in the order of `ORDER_COLUMNS`. */
function orderFigures(s: PassSummary | undefined) {
  if (s === undefined || s.status === null) return ORDER_COLUMNS.map(() => '');
  return [s.order?.steps ?? '–', s.order?.switches ?? '–', jobs(s)];
}

/** Renders the wall time, and whether something held up the pass. There is no room for what: the drawing says that. */
function wallTime({ wallMs, paused }: PassSummary) {
  if (wallMs === null) return '–';
  return paused
    ? html`${duration(wallMs)} <small title="${capital(pauseWords(paused))}">${paused.sharedWith === undefined ? 'held up' : 'shared cores'}</small>`
    : duration(wallMs);
}

/** Renders the sum of the jobs' times, as far as it is known. */
function sumOfJobs({ jobMs, cutMs }: PassSummary) {
  if (cutMs === null) return duration(jobMs);
  return jobMs === 0 ? '–' : html`${duration(jobMs)} <small>up to ${inSeconds(cutMs)}</small>`;
}

function jobs(s: PassSummary): string {
  if (s.cutMs !== null && s.jobMs === 0) return 'unknown';
  const parts = [`${s.done} done`];
  if (s.failed > 0) parts.push(`${s.failed} failed`);
  if (s.cutOff > 0) parts.push(`${s.cutOff} cut off`);
  if (s.neverBegan > 0) parts.push(`${s.neverBegan} never began`);
  if (s.cutMs !== null) parts.push(s.unknown > 0 ? `${s.unknown} unknown` : 'the rest unknown');
  return parts.join(', ');
}
