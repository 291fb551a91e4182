/** The axes of a timeline: times under it, the lanes' names left of it, in the measures of the server's drawing. */
import type uPlot from 'uplot';
import { AXIS_HEIGHT, FONT, LABEL_WIDTH, ticks, tickText } from '../views/geometry.ts';
import type { Palette } from './palette.ts';

/** What an axis asks for each time it is drawn. */
export type AxisSource = {
  palette(): Palette;
  /** Times at the left and right edge, in ms. */
  view(): { minMs: number; maxMs: number };
  /** Names of the rows from the top; empty for those that stay without. */
  names(): string[];
};

/** Seconds since the pass began. */
export function timeAxis({ palette, view }: AxisSource): uPlot.Axis {
  return {
    size: AXIS_HEIGHT,
    gap: 5,
    font: FONT,
    stroke: () => palette().colours.muted,
    grid: { stroke: () => palette().colours.grid, width: 1 },
    ticks: { show: false },
    splits: () => ticks(view().minMs, view().maxMs).map((ms) => ms / 1000),
    values: (_u, splits) => {
      const all = splits.map((second) => second * 1000);
      return all.map((ms) => tickText(ms, all));
    },
  };
}

/** Room for one name a row; the names themselves are painted by paint-names.ts. */
export function laneAxis({ palette, names }: AxisSource): uPlot.Axis {
  return {
    scale: 'y',
    size: LABEL_WIDTH,
    gap: 12,
    font: FONT,
    stroke: () => palette().colours.muted,
    grid: { show: false },
    ticks: { show: false },
    splits: () => names().map((_, i) => i + 0.5),
    values: () => names().map(() => null),
  };
}
