/**
 * Paints the rows of a pass on a canvas, as in the server's drawing. Bars that are wide enough are drawn one by one;
 * paint-columns.ts draws the shares of the others in each pixel column. Bars that are not drawn are not visited.
 */
import {
  END_CUT_OFF,
  END_FAILED,
  type Merged,
  newMerged,
  type PassIndex,
  RowIndex,
} from '../../server/figures/totals.ts';
import { firstWhere } from '../../server/timeline/first-where.ts';
import type { Bar, Row } from '../../server/timeline/model.ts';
import { laneColour } from '../../server/words/names.ts';
import { FONT, rowGap } from '../../views/drawing/geometry.ts';
import { type Box, cross, torn } from './marks.ts';
import { blink, paintBar, paintText } from './paint-bar.ts';
import { ColumnSheet, type Strip } from './paint-columns.ts';
import type { Palette } from './palette.ts';

/**
 * Where to paint: the plotting area and the row height in canvas pixels, the times at its edges, and the canvas pixels
 * per CSS pixel.
 */
export type Area = {
  left: number;
  top: number;
  width: number;
  rowHeight: number;
  minMs: number;
  maxMs: number;
  ratio: number;
};

/** Open bars are drawn up to `nowMs`. If `isMoving`, a wait that has just been released flashes. */
export type Moment = { nowMs: number; isMoving: boolean };

/** Up to this many bars in view, each bar at least a pixel wide is drawn on the canvas with its text. */
const MOST_ON_CANVAS = 2000;
/**
 * With more in view: the smallest width at which a bar is drawn alone, and at which it gets its text, in CSS pixels.
 */
const WIDE_PX = { alone: 3, text: 24 };
/** How far a column must be from its neighbours to be drawn at full height instead of its share, in CSS pixels. */
const LONE_PX = 8;
/** Smallest distance between the end marks of bars too narrow to be drawn, in CSS pixels: closer marks would blur. */
const MARK_PX = 3;

/**
 * Paints the empty staves, and before the row of each lane that has started a mark in the colour of its console lines.
 */
export function paintStaves(
  ctx: CanvasRenderingContext2D,
  count: number,
  rows: readonly Row[],
  { left, top, width, rowHeight, ratio }: Area,
  palette: Palette,
  headingOf = (_i: number): string | null => null,
): void {
  const gap = rowGap(rowHeight / ratio) * ratio;
  ctx.save();
  for (let i = 0; i < count; i++) {
    const heading = headingOf(i);
    if (heading !== null) {
      const y = Math.max(top + (i + 0.5) * rowHeight, top + 5 * ratio);
      paintHeading(ctx, heading, { x: left - 12 * ratio, y, ratio }, palette);
      continue;
    }
    const y = top + i * rowHeight;
    ctx.fillStyle = palette.colours.track;
    // With thinner rows the lines would merge into a background.
    if (rowHeight >= 8 * ratio)
      ctx.fillRect(left, Math.round(y + (rowHeight - ratio) / 2), width, Math.max(1, Math.round(ratio)));
    const row = rows[i];
    if (row === undefined || row.slot !== null) continue;
    ctx.fillStyle = palette.lanes[laneColour(row.lane)] ?? palette.colours.ink;
    ctx.fillRect(Math.round(left - 7 * ratio), y + gap, 3 * ratio, rowHeight - 2 * gap);
  }
  ctx.restore();
}

/** Paints the text of a heading row, which has no bars. */
function paintHeading(
  ctx: CanvasRenderingContext2D,
  text: string,
  { x, y, ratio }: { x: number; y: number; ratio: number },
  { colours }: Palette,
): void {
  ctx.font = `600 ${FONT.replace('11px', `${11 * ratio}px`)}`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  ctx.fillStyle = colours.ink;
  ctx.fillText(text, x, y);
}

/** Paints the bars of one timeline. */
export class BarPainter {
  readonly #sheet = new ColumnSheet();
  readonly #indexes = new WeakMap<Row, RowIndex>();
  /** Of the row that is being painted. */
  readonly #merged = newMerged();

  /**
   * Paints the bars of `rows`. Pass `indexes` if the rows are those of a pass, and omit it if they are made from
   * several passes.
   */
  paint(
    ctx: CanvasRenderingContext2D,
    rows: readonly Row[],
    moment: Moment,
    area: Area,
    palette: Palette,
    indexes?: PassIndex,
  ): void {
    const { left, top, width, rowHeight, minMs, maxMs, ratio } = area;
    const columns = Math.round(width);
    if (columns < 1) return;
    const gap = Math.round(rowGap(rowHeight / ratio) * ratio);
    const isMany = hasMany(rows, minMs, maxMs);
    const minPixels = isMany ? WIDE_PX.alone * ratio : 1;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, rowHeight * rows.length);
    ctx.clip();
    ctx.font = FONT.replace('11px', `${11 * ratio}px`);
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    const toBox = boxes(area, moment.nowMs);
    const [x, y] = [Math.round(left), Math.round(top)];
    this.#sheet.begin(x, y, columns, Math.round(rowHeight * rows.length));
    const merged = this.#merged;
    const views = rows.map((row, i): RowInView => {
      const index = indexes?.of(row) ?? this.#indexes.get(row) ?? new RowIndex(row);
      if (!indexes) this.#indexes.set(row, index);
      index.merge(minMs, maxMs, columns, moment.nowMs, minPixels, merged);
      const { name, bars } = row;
      const place = { y: top + i * rowHeight + gap, height: rowHeight - 2 * gap };
      const view = { name, alone: aloneIn(merged, bars, place, toBox), ends: endsIn(merged), ...place };
      const strip = { y: Math.round(view.y) - y, height: Math.round(view.height) };
      if (isMany) this.#addAlone(view, strip, palette);
      else for (const { bar, box } of view.alone) paintBar(ctx, bar, name, box, palette);
      this.#sheet.add(merged, strip, palette, loneIn(bars, merged.mixed, area, columns));
      return view;
    });
    this.#sheet.paint(ctx);
    for (const view of views) {
      if (isMany) paintTexts(ctx, view, palette);
      paintEndMarks(ctx, view, area, palette);
      if (moment.isMoving) for (const { bar, box } of view.alone) blink(ctx, bar, box, moment.nowMs, palette);
    }
    ctx.restore();
  }

  #addAlone({ alone }: RowInView, strip: Strip, palette: Palette): void {
    for (const { bar, box } of alone) {
      const from = box.x - this.#sheet.at.x;
      this.#sheet.bar(bar.state, from, from + box.width, strip, palette, Math.max(1, Math.round(box.ratio)));
    }
  }
}

/**
 * A row with the bars to draw alone, the columns of other bars that failed or were cut off, and its position on the
 * canvas.
 */
type RowInView = Place & {
  name: string;
  alone: readonly { bar: Bar; box: Box }[];
  ends: readonly { column: number; flags: number }[];
};
type Place = { y: number; height: number };
type ToBox = (bar: Bar, place: Place) => Box;

function hasMany(rows: readonly Row[], minMs: number, maxMs: number): boolean {
  let inView = 0;
  return rows.some(({ bars }) => {
    inView += firstInView(bars, maxMs) - firstInView(bars, minMs);
    return inView > MOST_ON_CANVAS;
  });
}

function boxes({ left, width, minMs, maxMs, ratio }: Area, nowMs: number): ToBox {
  const scale = width / (maxMs - minMs);
  // Bars are clipped just outside the view, so that a bar's text is centred in its visible part.
  const inSight = (x: number) => Math.max(left - 2 * ratio, Math.min(left + width + 2 * ratio, x));
  const toX = (ms: number) => Math.round(inSight(left + (ms - minMs) * scale));
  return (bar, { y, height }) => {
    const x = toX(bar.startMs);
    const end = toX(bar.endMs ?? Math.max(nowMs, bar.startMs));
    return { x, y, width: Math.max(end - x, 1), height, ratio };
  };
}

function aloneIn({ alone }: Merged, bars: readonly Bar[], place: Place, toBox: ToBox): RowInView['alone'] {
  return alone.flatMap((at) => {
    const bar = bars[at];
    return bar ? { bar, box: toBox(bar, place) } : [];
  });
}

function endsIn({ mixed, ends }: Merged): RowInView['ends'] {
  return mixed.flatMap((column) => (ends[column] ? { column, flags: ends[column] } : []));
}

function paintTexts(ctx: CanvasRenderingContext2D, { name, alone }: RowInView, palette: Palette) {
  for (const { bar, box } of alone) {
    if (box.width >= WIDE_PX.text * box.ratio) paintText(ctx, bar, name, box, palette);
  }
}

/**
 * Returns a predicate on positions in `mixed`, which must be asked for in order: whether that column is far from any
 * other and its lane is idle around it. Such a column holds a single short bar, or a few.
 */
function loneIn(
  bars: readonly Bar[],
  mixed: readonly number[],
  { minMs, maxMs, ratio }: Area,
  columns: number,
): (i: number) => boolean {
  const pixelMs = (maxMs - minMs) / columns;
  let place = 0;
  const isBusy = (atMs: number) => {
    place = firstInView(bars, atMs, place);
    const bar = bars[place];
    return bar !== undefined && bar.state !== 'idle' && bar.state !== 'turn' && bar.startMs <= atMs;
  };
  return (i) => {
    const column = mixed[i] ?? 0;
    const before = mixed[i - 1] ?? Number.NEGATIVE_INFINITY;
    const after = mixed[i + 1] ?? Number.POSITIVE_INFINITY;
    if (column - before < LONE_PX * ratio || after - column < LONE_PX * ratio) return false;
    return !isBusy(minMs + column * pixelMs) && !isBusy(minMs + (column + 1) * pixelMs);
  };
}

/** Paints the marks of how jobs ended, which are visible however narrow the bars are. */
function paintEndMarks(
  ctx: CanvasRenderingContext2D,
  { alone, ends, y, height }: RowInView,
  { left, ratio }: Area,
  { colours }: Palette,
) {
  for (const { bar, box } of alone) {
    if (bar.end === 'failed') cross(ctx, box, colours.ink);
    if (bar.end === 'cut-off') torn(ctx, box, colours.paper, colours.ink);
  }
  let markedTo = Number.NEGATIVE_INFINITY;
  for (const { column, flags } of ends) {
    if (column - markedTo < MARK_PX * ratio) continue;
    markedTo = column;
    const box = { x: Math.round(left) + column, y, width: 1, height, ratio };
    if (flags & END_FAILED) cross(ctx, box, colours.ink);
    if (flags & END_CUT_OFF) torn(ctx, box, colours.paper, colours.ink);
  }
}

/** Returns the first index, not below `from`, of a bar that ends at or after `minMs`. */
export function firstInView(bars: readonly Bar[], minMs: number, from = 0): number {
  return firstWhere(bars.length, (i) => (bars[i]?.endMs ?? Number.POSITIVE_INFINITY) >= minMs, from);
}
