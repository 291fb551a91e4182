/**
 * The strip under a pass's timeline: names, the series as SVG, and their values in words. The page's script replaces
 * the drawing with a chart of the same size (static/chart/series.ts).
 */
import { html } from 'hono/html';
import type { PassTimeline } from '../../server/timeline/model.ts';
import {
  type Points,
  SERIES,
  SERIES_NAMES,
  type SeriesName,
  seriesOf,
  seriesWords,
  type Tops,
  thinned,
  topsOf,
} from './series.ts';

/** Height of the drawing, in CSS pixels. */
export const SERIES_HEIGHT = 30;
/** Space above the highest value, as a share of it: the line must not be clipped. */
export const HEADROOM = 0.08;

/** Width of the drawing in its own units; the page scales it. */
const ACROSS = 1000;

/** Renders the strip; `tops` are those of all passes of the run. */
export function seriesStrip(pass: PassTimeline | null, spanMs: number, tops: Tops = topsOf([pass])) {
  const series = seriesOf(pass);
  const endMs = Math.max(spanMs, pass?.latestMs ?? 0, 1);
  const lines = SERIES_NAMES.map((name) => {
    const points = thinned(series[name], 0, endMs, ACROSS / 3);
    const place: Scales = {
      x: (ms) => Number(((ms / endMs) * ACROSS).toFixed(2)),
      y: (value) => Number((SERIES_HEIGHT * (1 - value / (tops[name] * (1 + HEADROOM)))).toFixed(2)),
    };
    return points.atMs.length === 0 ? null : line(name, points, place);
  });
  return html`<div class="series" role="group" aria-label="Jobs running, memory and busy cores">
<ul class="series-names" aria-hidden="true">${SERIES_NAMES.map((name) => html`<li>${SERIES[name]}${sign(name)}</li>`)}</ul>
<div class="series-plot"><svg width="100%" height="${SERIES_HEIGHT}" viewBox="0 0 ${ACROSS} ${SERIES_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${lines}</svg></div>
<p class="series-words">${seriesWords(pass, series)}</p>
</div>`;
}

type Scales = { x(ms: number): number; y(value: number): number };

function line(name: SeriesName, points: Points, place: Scales) {
  const d = name === 'jobs' ? steps(points, place) : joined(points, place);
  return html`<path class="series-${name}" d="${d}" vector-effect="non-scaling-stroke"/>`;
}

function joined({ atMs, values }: Points, { x, y }: Scales): string {
  return atMs.map((ms, i) => `${i === 0 ? 'M' : 'L'}${x(ms)} ${y(values[i] ?? 0)}`).join('');
}

function steps({ atMs, values }: Points, { x, y }: Scales): string {
  const parts = atMs.map((ms, i) =>
    i === 0 ? `M${x(ms)} ${y(values[0] ?? 0)}` : `H${x(ms)}V${y(values[i] ?? 0)}`,
  );
  return `${parts.join('')}V${y(0)}H${x(atMs[0] ?? 0)}Z`;
}

/** Renders a sample of a series' line. */
function sign(name: SeriesName) {
  const d = name === 'jobs' ? 'M0 9V5H5V1H14V9Z' : 'M0 5H14';
  return html`<svg width="14" height="10" aria-hidden="true"><path class="series-${name}" d="${d}"/></svg>`;
}
