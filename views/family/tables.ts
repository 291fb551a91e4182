/**
 * The tables of a family: its runs, the orders in which jobs ended, and a sweep's figures. Nothing moves as they fill.
 */
import { html } from 'hono/html';
import { type Family, type FamilyRun, type ModeFigures, mostUseful } from '../../server/figures/family.ts';
import type { PassResult } from '../../server/figures/result.ts';
import { amdahl } from '../../server/figures/speed-up.ts';
import { MODE_TRAITS } from '../../server/spec/modes.ts';
import { capital, modeName } from '../../server/words/english.ts';
import { wordsFor, wordsOf } from '../../server/words/family-sentence.ts';
import { STATUS_WORDS } from '../../server/words/names.ts';
import { runtimeName } from '../../server/words/runtimes-sentence.ts';
import { count, duration, times, wholePercent } from '../../server/words/units.ts';

/** Largest number of orders that are listed, or one more, where that is all of them. */
const MOST_ORDERS = 5;

/**
 * Renders the most frequent orders in which jobs ended; nothing if there is only one job. If it `grows`, it has its
 * rows from the start; run one by one, jobs can end in only one order.
 */
export function ordersTable({ spec, count: planned }: Family, { mode, orders }: ModeFigures, grows: boolean) {
  if (spec.jobs === 1) return null;
  const room = grows && MODE_TRAITS[mode].overlaps ? Math.min(MOST_ORDERS, planned) : 1;
  const most = orders.length === MOST_ORDERS + 1 ? orders.length : MOST_ORDERS;
  const length = Math.max(room, Math.min(most, orders.length));
  const rows = Array.from({ length }, (_, i) => orders[i]);
  const more = orders.length - length;
  return html`<div class="family-table">
<table class="orders">
<caption>Orders in which jobs ended: ${orders.length}</caption>
<thead><tr><th scope="col">Order</th><th scope="col">Runs</th></tr></thead>
<tbody>${rows.map((row) => html`<tr><td>${row ? row.order.join(' ') : ''}</td><td>${row?.count ?? ''}</td></tr>`)}</tbody>
</table>
</div>
<p class="quiet">${more > 0 ? `${count(more, 'other order')} are not listed.` : ''}</p>`;
}

/** Renders the measurements for each number of workers, beside the values of the fitted law. `base`: see `Site`. */
export function sweepTable(family: Family, figures: ModeFigures, base: string) {
  const { spec, count: planned, status } = family;
  const { mode, points, serial } = figures;
  // While runs are to come, there is room for the law, which may fit yet.
  const hasLaw = serial !== null || status === null;
  const useful = mostUseful(spec.jobs, figures);
  const row = (workers: number) => {
    const point = points.find((one) => one.workers === workers);
    const law = serial === null ? '' : times(amdahl(serial, Math.min(workers, useful)));
    return html`<tr><th scope="row">${runLink(family, workers, String(workers), base)}</th>
<td>${point ? duration(point.wallMs) : statusAt(family, workers)}</td>
<td>${point?.factor ? times(point.factor) : ''}</td>
<td>${point?.efficiency ? wholePercent(point.efficiency) : ''}</td>
${hasLaw ? html`<td>${law}</td>` : null}</tr>`;
  };
  return html`<div class="family-table">
<table>
<caption class="unseen">Measurements in ${modeName(mode)} for each number of workers</caption>
<thead><tr><th scope="col">Workers</th><th scope="col">Time</th><th scope="col">Speed-up</th><th scope="col">Efficiency</th>${hasLaw ? html`<th scope="col">Amdahl</th>` : null}</tr></thead>
<tbody>${numbers(planned).map(row)}</tbody>
</table>
</div>
<p class="quiet">Efficiency: the speed-up per worker.${planned > spec.jobs ? ` With ${count(spec.jobs, 'job')}, any further workers have nothing to do.` : ''}</p>`;
}

/** Renders all runs of a repeat, or on every runtime, with their times in each mode. `base`: see `Site`. */
export function runsTable(family: Family, figures: ModeFigures[], base: string) {
  const { kind, spec, count: planned } = family;
  const isOnEvery = kind === 'runtimes';
  const row = (number: number) => {
    const run = runAt(family, number);
    const time = ({ mode, wall }: ModeFigures) => {
      const pass = run?.result.passes.find((one) => one.mode === mode);
      return pass ? passTime(pass, wall) : '';
    };
    return html`<tr><th scope="row">${runLink(family, number, isOnEvery ? runtimeName(family, number) : `Run ${number}`, base)}</th><td>${statusAt(family, number)}</td>${figures.map((one) => html`<td>${time(one)}</td>`)}</tr>`;
  };
  return html`<div class="family-runs family-table">
<h2>Runs</h2>
<table>
<caption class="unseen">Each run, how it ended, and its time in each mode</caption>
<thead><tr><th scope="col">${isOnEvery ? 'Runtime' : 'Run'}</th><th scope="col">Status</th>${spec.modes.map((mode) => html`<th scope="col">${capital(modeName(mode))}</th>`)}</tr></thead>
<tbody>${numbers(planned).map(row)}</tbody>
</table>
</div>`;
}

/**
 * Returns the time of a pass with the precision of `wall`; marked if the pass did not complete, because it is then not
 * the time of a whole pass.
 */
function passTime({ status, wallMs }: PassResult, wall: ModeFigures['wall']): string {
  const isWhole = status === 'completed' || status === 'failed' || status === null;
  if (wallMs === null) return isWhole ? '' : 'cut off';
  const { text, unit } = wall === null ? wordsFor(wallMs, wallMs) : wordsOf(wall);
  const time = `${text(wallMs)} ${unit}`;
  if (!isWhole) return `cut off at ${time}`;
  return status === 'failed' ? `${time}, failed` : time;
}

function numbers(planned: number): number[] {
  return Array.from({ length: planned }, (_, i) => i + 1);
}

function runAt({ runs }: Family, number: number): FamilyRun | undefined {
  return runs.find((run) => run.number === number);
}

function runLink(family: Family, number: number, text: string, base: string) {
  const run = runAt(family, number);
  return run === undefined ? text : html`<a href="${base}/runs/${run.id}">${text}</a>`;
}

function statusAt(family: Family, number: number): string {
  const run = runAt(family, number);
  if (run === undefined) return family.status === null ? 'not yet' : 'not run';
  return run.result.status === null ? 'under way' : STATUS_WORDS[run.result.status];
}
