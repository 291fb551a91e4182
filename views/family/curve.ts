/** The speed-up of a program by number of workers: measured, ideal, and by Amdahl's law. */
import { html } from 'hono/html';
import { type Family, type ModeFigures, mostUseful, type SweepPoint } from '../../server/figures/family.ts';
import { amdahl } from '../../server/figures/speed-up.ts';
import { percent } from '../../server/words/family-sentence.ts';
import { count, times } from '../../server/words/units.ts';

const SIZE = { width: 340, height: 252 };
const PLOT = { left: 34, top: 12, width: 294, height: 190 };

/** Renders the drawing with its key. Its size and its axis of workers are fixed before anything is measured. */
export function speedUpCurve({ count: planned, spec, status }: Family, figures: ModeFigures) {
  const { points, serial } = figures;
  const useful = mostUseful(spec.jobs, figures);
  const measured = points.flatMap(({ workers, factor }) => (factor === null ? [] : [{ workers, factor }]));
  const top = topOf(planned, measured);
  const x = (workers: number) => PLOT.left + ((workers - 1) / (planned - 1)) * PLOT.width;
  const y = (factor: number) => PLOT.top + PLOT.height * (1 - factor / top);
  const law = (workers: number) => amdahl(serial ?? 0, Math.min(workers, useful));
  const path = (factor: (workers: number) => number) =>
    stepsTo(planned)
      .filter((workers) => factor(workers) <= top)
      .map((workers, i) => `${i === 0 ? 'M' : 'L'}${x(workers).toFixed(1)} ${y(factor(workers)).toFixed(1)}`)
      .join('');
  return html`<svg class="curve" viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}" role="img" aria-label="${spoken(points, serial)}">
${ticksTo(top).map((n) => html`<line class="grid" x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${y(n).toFixed(1)}" y2="${y(n).toFixed(1)}"/><text class="tick" x="${PLOT.left - 8}" y="${(y(n) + 4).toFixed(1)}" text-anchor="end">${n}×</text>`)}
<line class="axis" x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${y(0)}" y2="${y(0)}"/>
${ticksTo(planned).map((n) => html`<text class="tick" x="${x(n).toFixed(1)}" y="${y(0) + 18}" text-anchor="middle">${n}</text>`)}
<text class="tick" x="${PLOT.left + PLOT.width / 2}" y="${y(0) + 38}" text-anchor="middle">workers</text>
<path class="ideal" d="${path((workers) => workers)}"/>
${serial === null ? null : html`<path class="amdahl" d="${path(law)}"/>`}
${measured.map(({ workers, factor }) => html`<circle class="measured" cx="${x(workers).toFixed(1)}" cy="${y(factor).toFixed(1)}" r="4.5"/>`)}
</svg>
<ul class="curve-key">
<li>${sample(html`<circle class="measured" cx="12" cy="7" r="4.5"/>`)}measured</li>
<li>${sample(html`<path class="ideal" d="M1 7L23 7"/>`)}ideal: n workers, n times as fast</li>
${serial === null && status !== null ? null : html`<li>${sample(html`<path class="amdahl" d="M1 7L23 7"/>`)}Amdahl’s law${serial === null ? '' : `, ${percent(serial)} serial`}</li>`}
</ul>`;
}

function sample(mark: ReturnType<typeof html>) {
  return html`<svg viewBox="0 0 24 14" width="24" height="14" aria-hidden="true">${mark}</svg>`;
}

/**
 * Returns the end of the axis: a margin above the measurements, without the empty space up to the ideal of many
 * workers.
 */
function topOf(planned: number, measured: { factor: number }[]): number {
  const most = Math.max(1, ...measured.map(({ factor }) => factor));
  return Math.max(Math.min(planned, Math.max(2, 1.5 * most)), most);
}

/** Ten steps per worker at first, where the curves bend most. */
function stepsTo(planned: number): number[] {
  return Array.from({ length: 10 * (planned - 1) + 1 }, (_, i) => 1 + i / 10);
}

/** Returns whole numbers from 1 to `most`, at most nine. */
function ticksTo(most: number): number[] {
  const step = Math.ceil(most / 9);
  const ticks = [1];
  for (let n = step; n <= most; n += step) if (n > 1) ticks.push(n);
  return ticks;
}

function spoken(points: SweepPoint[], serial: number | null): string {
  const each = points.flatMap(({ workers, factor }) =>
    factor === null ? [] : [`${count(workers, 'worker')}: ${times(factor)}`],
  );
  const fit = serial === null ? '' : ` Amdahl’s law with a serial share of ${percent(serial)} fits best.`;
  return `Speed-up over one worker. ${each.length > 0 ? each.join('; ') : 'Nothing measured yet'}.${fit}`;
}
