/** Which bar of the timelines is selected, and which bar an arrow key moves to. Pure. */
import { firstWhere } from '../../server/timeline/first-where.ts';
import type { Bar, Cause, PassTimeline, Row } from '../../server/timeline/model.ts';
import type { View } from './view.ts';

/** A bar by its chart, counted from 0, its row, and its index in the row: the same in a replay as in the run. */
export type Selection = { chart: number; lane: number; slot: number | null; bar: number };

export type Step = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

/** The passes that the charts show; null for a pass that has not begun. */
export type Passes = readonly (PassTimeline | null)[];

/** Returns the selected row and bar; null until they exist. */
export function find(passes: Passes, at: Selection | null): { row: Row; bar: Bar } | null {
  const row = at && passes[at.chart]?.rows.find((one) => one.lane === at.lane && one.slot === at.slot);
  const bar = at && row?.bars[at.bar];
  return row && bar ? { row, bar } : null;
}

/**
 * Returns the bar that a step from `at` leads to: along its row, or in the nearest row above or below at the visible
 * time. Without a selection, it is the first bar of `fromChart`, of the charts after it, or of any chart. Rows without
 * bars and idle lanes are skipped. Returns `at` if there is no further bar.
 */
export function step(
  passes: Passes,
  at: Selection | null,
  to: Step,
  view: View,
  fromChart = 0,
): Selection | null {
  const here = find(passes, at);
  if (!at || !here) return firstOf(passes, view, fromChart);
  const { bars } = here.row;
  const walk = (from: number, by: 1 | -1) => {
    for (let i = from; i >= 0 && i < bars.length; i += by)
      if (isSelectable(bars[i])) return { ...at, bar: i };
    return at;
  };
  if (to === 'left') return walk(at.bar - 1, -1);
  if (to === 'right') return walk(at.bar + 1, 1);
  if (to === 'first') return walk(0, 1);
  if (to === 'last') return walk(bars.length - 1, -1);
  const places = placesOf(passes);
  const from = places.findIndex(({ chart, row }) => chart === at.chart && row === here.row);
  const startMs = Math.max(view.minMs, here.bar.startMs);
  const endMs = Math.min(view.maxMs, here.bar.endMs ?? view.maxMs);
  const by = to === 'up' ? -1 : 1;
  for (let i = from + by; i >= 0 && i < places.length; i += by) {
    const place = places[i];
    const bar = place && nearest(place.row, (startMs + Math.max(startMs, endMs)) / 2);
    if (place && bar !== null && bar !== undefined)
      return { chart: place.chart, lane: place.row.lane, slot: place.row.slot, bar };
  }
  return at;
}

/** Returns the bar that a cause is at: within it, or at its end. Null if its row has no bars. */
export function barOfCause(
  { chart, pass }: { chart: number; pass: PassTimeline },
  { from }: Cause,
): Selection | null {
  const { lane, slot, atMs } = from;
  const { bars = [] } = pass.rows.find((one) => one.lane === lane && one.slot === slot) ?? {};
  if (bars.length === 0) return null;
  const bar = firstWhere(bars.length, (i) => (bars[i]?.endMs ?? Number.POSITIVE_INFINITY) >= atMs);
  return { chart, lane, slot, bar: Math.min(bar, bars.length - 1) };
}

/** Returns the index of the bar of `row` at `atMs` or nearest to it; null if the row has none. */
export function nearest(row: Row, atMs: number): number | null {
  const { bars } = row;
  const at = firstWhere(bars.length, (i) => (bars[i]?.endMs ?? Number.POSITIVE_INFINITY) >= atMs);
  for (let by = 0; by <= bars.length; by++) {
    for (const i of [at - by, at + by]) if (isSelectable(bars[i])) return i;
  }
  return null;
}

function firstOf(passes: Passes, view: View, fromChart: number): Selection | null {
  const places = placesOf(passes);
  const inOrder = [...places.filter(({ chart }) => chart >= fromChart), ...places];
  for (const { chart, row } of inOrder) {
    const bar = nearest(row, view.minMs);
    if (bar !== null) return { chart, lane: row.lane, slot: row.slot, bar };
  }
  return null;
}

function placesOf(passes: Passes): { chart: number; row: Row }[] {
  return passes.flatMap((pass, chart) => pass?.rows.map((row) => ({ chart, row })) ?? []);
}

function isSelectable(bar: Bar | undefined): boolean {
  return bar !== undefined && bar.state !== 'idle' && bar.state !== 'turn';
}
