/**
 * Amdahl's law beside the measured speed-ups: a small figure that the server renders, and the page's script renders
 * again as groups of jobs end.
 */
import { html } from 'hono/html';
import { amdahl, type SpeedUps, speedUpsOf } from '../../server/figures/speed-up.ts';
import { hasWorkers } from '../../server/spec/modes.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { asNoun } from '../../server/words/english.ts';
import { count, times, wholePercent } from '../../server/words/units.ts';

/** The lesson with this figure. */
export const SPEED_UP_LESSON = 'computing';
const MOST = 8;
const PLOT = { left: 44, top: 12, width: 300, height: 210 };
const SIZE = { width: 560, height: 268 };

const x = (workers: number) => PLOT.left + ((workers - 1) / (MOST - 1)) * PLOT.width;
const y = (factor: number) => PLOT.top + PLOT.height - (factor / MOST) * PLOT.height;

/** Renders the figure; null in other lessons. */
export function speedUpFigure(lesson: string, timeline: RunTimeline) {
  if (lesson !== SPEED_UP_LESSON) return null;
  return html`<figure class="speed-up">
<figcaption><b>Speed-up over one job</b></figcaption>
<div class="speed-up-drawing">${speedUpDrawing(timeline)}</div>
</figure>`;
}

/** Renders the drawing from the measurements so far. */
export function speedUpDrawing(timeline: RunTimeline) {
  const all = timeline.passes.map(speedUpsOf);
  const parallel = all.find(({ mode }) => hasWorkers(mode)) ?? all.at(-1);
  const serial = parallel?.serial ?? all[0]?.serial ?? null;
  const cores = parallel?.cores ?? null;
  return html`<svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" role="img" aria-label="${spoken(all, serial)}">
${axes()}
<path class="ideal" d="${curve((n) => n)}"/>
<text x="${x(MOST) + 10}" y="${y(MOST) + 4}">ideal: 8 times with 8 jobs</text>
${serial === null ? null : law(serial, cores)}
${all.map(measured)}
</svg>`;
}

function axes() {
  const ticks = [1, 2, 4, 8];
  return html`${ticks.map((n) => html`<line class="grid" x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${y(n)}" y2="${y(n)}"/><text class="tick" x="${PLOT.left - 8}" y="${y(n) + 4}" text-anchor="end">${n}×</text><text class="tick" x="${x(n)}" y="${y(0) + 18}" text-anchor="middle">${n}</text>`)}
<line class="axis" x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${y(0)}" y2="${y(0)}"/>
<text class="tick" x="${PLOT.left + PLOT.width / 2}" y="${y(0) + 38}" text-anchor="middle">jobs that share the work</text>`;
}

/** Renders the curve of Amdahl's law, unlimited and limited by the number of cores. */
function law(serial: number, cores: number | null) {
  const top = amdahl(serial, MOST);
  const isShort = cores !== null && cores < MOST;
  const low = isShort ? amdahl(serial, cores) : top;
  // The two names must be at least a line apart.
  const lowY = Math.max(y(low), y(top) + 34);
  return html`<path class="amdahl" d="${curve((n) => amdahl(serial, n))}"/>
<text x="${x(MOST) + 10}" y="${y(top)}">Amdahl’s law: ${wholePercent(serial)} of<tspan x="${x(MOST) + 10}" dy="15">one job’s time is not shared</tspan></text>
${isShort ? html`<path class="on-cores" d="${curve((n) => amdahl(serial, Math.min(n, cores)))}"/><text x="${x(MOST) + 10}" y="${lowY + 4}">the same on ${count(cores, 'core')}</text>` : null}`;
}

function curve(factor: (workers: number) => number): string {
  const steps = Array.from({ length: 57 }, (_, i) => 1 + i / 8);
  return steps.map((n, i) => `${i === 0 ? 'M' : 'L'}${x(n).toFixed(1)} ${y(factor(n)).toFixed(1)}`).join('');
}

/** Renders dots for parallel modes, and squares for the event loop; `i` is the index in the key. */
function measured({ mode, points }: SpeedUps, i: number) {
  const isLoop = !hasWorkers(mode);
  const last = points.at(-1);
  if (last === undefined) return null;
  const key = { x: PLOT.left + 14, y: PLOT.top + 12 + 22 * i };
  return html`${points.map(({ workers, factor }) => mark(x(workers), y(Math.min(factor, MOST)), isLoop))}
${mark(key.x, key.y, isLoop)}<text class="measured-name" x="${key.x + 12}" y="${key.y + 4}">${asNoun(mode)}: ${times(last.factor)} with ${last.workers}</text>`;
}

function mark(atX: number, atY: number, isLoop: boolean) {
  return isLoop
    ? html`<rect class="measured loop" x="${atX - 4.5}" y="${atY - 4.5}" width="9" height="9"/>`
    : html`<circle class="measured" cx="${atX}" cy="${atY}" r="5.5"/>`;
}

function spoken(all: SpeedUps[], serial: number | null): string {
  const each = all.flatMap(({ mode, points }) =>
    points.map(({ workers, factor }) => `${asNoun(mode)}, ${count(workers, 'job')}: ${times(factor)}`),
  );
  const limit = serial === null ? '' : ` Amdahl’s law with 8: ${times(amdahl(serial, MOST))}.`;
  return `Speed-up over one job. ${each.length > 0 ? each.join('; ') : 'Nothing measured yet'}.${limit}`;
}
