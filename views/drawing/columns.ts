/**
 * What is too narrow for bars of their own in the server's drawing: each column of a row is filled from below by the
 * states of that column, as high as their shares of it. One path a state, whatever the number of bars.
 */
import { html } from 'hono/html';
import type { Merged } from '../../server/figures/totals.ts';
import { BAR_STATES, type BarState } from '../../server/timeline/model.ts';

/** In which order states stand in a column, from below: what takes the processor, then waits, and what is nothing on top. */
export const STACK: readonly BarState[] = [
  'computing',
  'running',
  'starting',
  'lock',
  'queue',
  'worker',
  'join',
  'sleep',
  'idle',
];

/** Most bars of a pass that are all drawn as bars. */
const MOST_BARS = 2000;
/** Columns of a drawing, of all its rows together and of one row at most: they make the page's weight. */
const MOST_COLUMNS = { all: 30_000, row: 1000 };
/** Most bars of a merged drawing that are drawn alone. */
const MOST_ALONE = 1000;

/** How finely a pass of so many rows and bars is drawn; null where each bar is drawn. `leastWidth` is in columns. */
export function coarseness(rows: number, bars: number): { columns: number; leastWidth: number } | null {
  if (bars <= MOST_BARS) return null;
  const columns = Math.min(MOST_COLUMNS.row, Math.ceil(MOST_COLUMNS.all / rows));
  return { columns, leastWidth: Math.max(2, (rows * columns) / MOST_ALONE) };
}

/** The columns of a row, from `y` on; `fill` is what stands in a state's path beside its class. */
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
      if (state === 'idle') continue;
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
