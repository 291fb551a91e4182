/** The wall times of repeated runs: a dot each along a time axis, with the quartiles as a box behind them. */
import { html } from 'hono/html';
import type { ModeFigures } from '../../server/figures/family.ts';
import type { Spread } from '../../server/figures/spread.ts';
import { count, duration } from '../../server/words/units.ts';

const SIZE = { width: 340, height: 132 };
/** At its ends there is room for half of a time's text. */
const PLOT = { left: 26, right: 314, middle: 52, bottom: 100 };
const RADIUS = 4;
/** How far overlapping dots are moved apart, and how many times at most: after that they overlap. */
const STEP = 8;
const MOST_STEPS = 4;

/** Renders the drawing and its description; empty but of the same size if nothing has been measured. */
export function spreadDrawing({ times, wall }: Pick<ModeFigures, 'times' | 'wall'>) {
  const words = wall === null ? 'Nothing measured yet.' : spoken(times.length, wall);
  return html`<svg class="spread" viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}" overflow="visible" role="img" aria-label="${words}">${wall === null ? null : drawn(times, wall)}</svg>
<p class="quiet">Each dot is a run. The box holds the middle half of the times, and its line is the median. The axis does not start at 0.</p>`;
}

function drawn(times: ModeFigures['times'], wall: Spread) {
  const axis = axisOf(wall.min, wall.max);
  const x = (ms: number) => PLOT.left + ((ms - axis.min) / (axis.max - axis.min)) * (PLOT.right - PLOT.left);
  const [top, bottom] = [PLOT.middle - 40, PLOT.middle + 40];
  const dots = placed(times.map(({ wallMs }) => x(wallMs)));
  const box = html`<rect class="quartiles" x="${round(x(wall.lower))}" y="${top}" width="${round(Math.max(2, x(wall.upper) - x(wall.lower)))}" height="${bottom - top}"/>
<line class="median" x1="${round(x(wall.median))}" x2="${round(x(wall.median))}" y1="${top}" y2="${bottom}"/>
`;
  return html`
${times.length > 1 ? box : null}${dots.map(({ atX, level }) => html`<circle class="measured" cx="${round(atX)}" cy="${PLOT.middle + STEP * level}" r="${RADIUS}"/>`)}
<line class="axis" x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}"/>
${axis.ticks.map(({ ms, text }) => html`<line class="axis" x1="${round(x(ms))}" x2="${round(x(ms))}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 4}"/><text class="tick" x="${round(x(ms))}" y="${PLOT.bottom + 18}" text-anchor="middle">${text}</text>`)}
`;
}

function spoken(runs: number, { min, lower, median, upper, max }: Spread): string {
  if (runs === 1) return `One time, ${duration(min)}.`;
  return `${count(runs, 'time')}, from ${duration(min)} to ${duration(max)}; a quarter below ${duration(lower)}, half below ${duration(median)}, a quarter above ${duration(upper)}.`;
}

/** Places dots that would overlap above and below the line in turn; level 0 is on the line. */
export function placed(xs: readonly number[]): { atX: number; level: number }[] {
  const taken: { atX: number; level: number }[] = [];
  for (const atX of xs.toSorted((a, b) => a - b)) {
    const near = taken.filter((one) => atX - one.atX < 2 * RADIUS);
    let step = 0;
    while (step < 2 * MOST_STEPS && near.some(({ level }) => level === levelOf(step))) step++;
    taken.push({ atX, level: levelOf(step) });
  }
  return taken;
}

/** 0, -1, 1, -2, 2 … */
function levelOf(step: number): number {
  const away = Math.ceil(step / 2);
  return step % 2 === 1 ? -away : away;
}

/**
 * The smallest width of an axis, as a share of its largest value: for several times, and for a single one, which has no
 * spread.
 */
const LEAST_SHARE = 0.001;
const ONE_SHARE = 0.1;

type Axis = { min: number; max: number; ticks: { ms: number; text: string }[] };

/** Returns an axis slightly longer than its content, with two to five round ticks and the decimals that these need. */
export function axisOf(minMs: number, maxMs: number): Axis {
  // The axis does not resolve less than a tenth of a millisecond.
  const leastMs = maxMs * (maxMs === minMs ? ONE_SHARE : LEAST_SHARE);
  const margin = Math.max((maxMs - minMs) * 0.08, (leastMs - (maxMs - minMs)) / 2, 0.1);
  const [min, max] = [Math.max(0, minMs - margin), maxMs + margin];
  const fair = (max - min) / 5;
  const power = 10 ** Math.floor(Math.log10(fair));
  const step = ([1, 2, 5].find((factor) => factor * power >= fair) ?? 10) * power;
  const inSeconds = max >= 1000;
  const decimals = Math.max(0, -Math.floor(Math.log10(inSeconds ? step / 1000 : step) + 1e-9));
  const ticks: Axis['ticks'] = [];
  for (let i = Math.ceil(min / step); i * step <= max; i++) {
    const ms = i * step;
    const text = inSeconds ? `${(ms / 1000).toFixed(decimals)} s` : `${ms.toFixed(decimals)} ms`;
    ticks.push({ ms, text });
  }
  return { min, max, ticks };
}

function round(at: number): string {
  return at.toFixed(1);
}
