/** The axes of a timeline: times below, lane names on the left, with the measures of the server's drawing. */
import type uPlot from 'uplot';
import type { TimeUnit } from '../../server/words/pass-times.ts';
import {
  AXIS_HEIGHT,
  FONT,
  LABEL_WIDTH,
  RIGHT_WIDTH,
  ticks,
  tickText,
} from '../../views/drawing/geometry.ts';
import type { Palette } from './palette.ts';

/** A cursor that only points: it draws, drags and zooms nothing by itself. */
export const POINTER: uPlot.Cursor = {
  y: false,
  points: { show: false },
  drag: { x: false, y: false, setScale: false },
  bind: { dblclick: () => () => null },
};

/** What an axis reads at each redraw. */
type AxisSource = {
  palette(): Palette;
  /** Times at the left and right edge, in ms. */
  view(): { minMs: number; maxMs: number };
  /** What the times count. */
  unit(): TimeUnit;
  /** Names of the rows from the top; empty for rows without a name. */
  names(): string[];
};

/** The time axis, in seconds since the pass began, or in thousands of steps. */
export function timeAxis({ palette, view, unit }: AxisSource): uPlot.Axis {
  // The text of a step stands left of its end.
  const isInSteps = unit() === 'step';
  return {
    size: AXIS_HEIGHT,
    gap: 5,
    font: FONT,
    stroke: () => palette().colours.muted,
    grid: { stroke: () => palette().colours.grid, width: 1 },
    ticks: { show: false },
    ...(isInSteps && { align: 2 as const }),
    splits: () => ticks(view().minMs, view().maxMs, unit()).map((ms) => ms / 1000),
    values: (u, splits) => {
      const isExact = unit() === 'ms';
      const all = splits.map((second) => (isExact ? second * 1000 : Math.round(second * 1000)));
      const { minMs, maxMs } = view();
      const plot = u.width - LABEL_WIDTH - RIGHT_WIDTH;
      const widthOf = measurer(u.ctx);
      const texts = all.map((ms) => {
        const text = tickText(ms, all, unit());
        return { text, at: ((ms - minMs) / (maxMs - minMs)) * plot, width: widthOf(text) };
      });
      return fitting(texts, isInSteps ? Number.POSITIVE_INFINITY : plot + RIGHT_WIDTH);
    },
  };
}

/** A label centred on `at`, in CSS pixels from the plot's left edge. */
type Placed = { text: string; at: number; width: number };

/** Smallest gap between two labels, in CSS pixels. */
const LEAST_GAP = 8;

/** Thins evenly spaced labels so that none overlap and none passes `rightEdge`; null for those dropped. */
export function fitting(texts: readonly Placed[], rightEdge: number): (string | null)[] {
  const spacing = (texts[1]?.at ?? 0) - (texts[0]?.at ?? 0);
  const widest = Math.max(...texts.map(({ width }) => width));
  const step = spacing > 0 ? Math.ceil((widest + LEAST_GAP) / spacing) : 1;
  return texts.map(({ text, at, width }, i) => (i % step === 0 && at + width / 2 <= rightEdge ? text : null));
}

/** Measures texts in CSS pixels. */
function measurer(ctx: CanvasRenderingContext2D): (text: string) => number {
  return (text) => {
    ctx.save();
    ctx.font = FONT;
    const { width } = ctx.measureText(text);
    ctx.restore();
    return width;
  };
}

/** The lane axis: space for one name per row. paint-names.ts paints the names. */
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
