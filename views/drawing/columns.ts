/**
 * Bars too narrow to draw one by one in the server's drawing: each column of a row stacks the states in it from the
 * bottom, each as high as its share. One path per state, whatever the number of bars.
 */
import { html } from 'hono/html';
import type { Merged } from '../../server/figures/totals.ts';
import { BAR_STATES, type BarState } from '../../server/timeline/model.ts';

/** The order of states in a column, from the bottom: computing states, then waits, and idle on top. */
export const STACK: readonly BarState[] = [
  'computing',
  'running',
  'starting',
  'lock',
  'semaphore',
  'condition',
  'queue',
  'worker',
  'join',
  'sleep',
  'unknown',
  'idle',
  'turn',
];

/** Up to this many bars of a pass are all drawn as bars. */
const MOST_BARS = 2000;
/** Largest number of columns of a drawing, and of one row: they determine the size of the page. */
const MOST_COLUMNS = { all: 30_000, row: 1000 };
/** Largest number of bars drawn one by one in a merged drawing. */
const MOST_ALONE = 1000;

/** Returns the resolution at which a pass is drawn, or null if each bar is drawn. `leastWidth` is in columns. */
export function coarseness(rows: number, bars: number): { columns: number; leastWidth: number } | null {
  if (bars <= MOST_BARS) return null;
  const columns = Math.min(MOST_COLUMNS.row, Math.ceil(MOST_COLUMNS.all / rows));
  return { columns, leastWidth: Math.max(2, (rows * columns) / MOST_ALONE) };
}

/** Renders the columns of a row from `y` down; `fill` returns the further attributes of a state's path. */
export function columnPaths(
  { mixed, shares }: Merged,
  { columns, y, height }: { columns: number; y: number; height: number },
  fill: (state: BarState) => unknown,
) {
  const paths = new Map<BarState, string>();
  for (const column of mixed) {
    let top = height;
    for (const state of STACK) {
      const high = (shares[column * BAR_STATES.length + BAR_STATES.indexOf(state)] ?? 0) * height;
      if (high < 0.05) continue;
      top -= high;
      if (state === 'idle' || state === 'turn') continue;
      const d = `M${column} ${short(top)}h1v${short(high)}h-1z`;
      paths.set(state, (paths.get(state) ?? '') + d);
    }
  }
  if (paths.size === 0) return null;
  return html`
<svg y="${y}" width="100%" height="${height}" viewBox="0 0 ${columns} ${height}" preserveAspectRatio="none">${[...paths].map(([state, d]) => html`<path class="column ${state}" d="${d}" ${fill(state)}/>`)}</svg>`;
}

function short(value: number): number {
  return Number(value.toFixed(1));
}
