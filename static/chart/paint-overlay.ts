/**
 * Paints the overlay of a timeline over its bars and marks: the selected bar, its cause, the critical path, a measured
 * range.
 */
import type { Segment } from '../../server/timeline/critical-path.ts';
import type { Bar, Cause, Point, Row } from '../../server/timeline/model.ts';
import { FONT, rowGap } from '../../views/drawing/geometry.ts';
import type { View } from '../stage/view.ts';
import type { Area } from './paint.ts';
import { paintHead } from './paint-marks.ts';
import type { Palette } from './palette.ts';

/** What is drawn over one chart. */
export type Overlay = {
  selected: { row: Row; bar: Bar } | null;
  /** The bars of a line of the program, row by row, each in order of time. */
  marked: readonly { row: Row; bar: Bar }[];
  /** What released waiting bars; `release` is the cause of the selected bar. */
  arrows: readonly Cause[];
  release: Cause | null;
  /** The cause of the bar under the pointer. */
  pointed: Cause | null;
  path: readonly Segment[];
  measured: View | null;
  /** The replay's current time. */
  atMs: number | null;
};

/** An empty overlay. */
export const NO_OVERLAY: Overlay = {
  selected: null,
  marked: [],
  arrows: [],
  release: null,
  pointed: null,
  path: [],
  measured: null,
  atMs: null,
};

type Sheet = {
  ctx: CanvasRenderingContext2D;
  area: Area;
  palette: Palette;
  x(ms: number): number;
  /** The middle of a row; null if the row is not shown. */
  y(place: Pick<Point, 'lane' | 'slot'>): number | null;
};

/** Paints the overlay; `rows` start at the top of `area`. */
export function paintOverlay(
  ctx: CanvasRenderingContext2D,
  overlay: Overlay,
  rows: readonly Row[],
  area: Area,
  palette: Palette,
  nowMs: number,
): void {
  const { left, top, width, rowHeight, minMs, maxMs, ratio } = area;
  const scale = width / (maxMs - minMs);
  // Coordinates far outside the view exceed what the canvas handles.
  const edge = 100 * ratio;
  const x = (ms: number) => Math.max(left - edge, Math.min(left + width + edge, left + (ms - minMs) * scale));
  const places = new Map(
    rows.map(({ lane, slot }, i) => [placeKey(lane, slot), top + (i + 0.5) * rowHeight]),
  );
  const y = ({ lane, slot }: Pick<Point, 'lane' | 'slot'>) => places.get(placeKey(lane, slot)) ?? null;
  const sheet = { ctx, area, palette, x, y };
  ctx.save();
  ctx.beginPath();
  ctx.rect(left - 8 * ratio, top - 2 * ratio, width + 16 * ratio, rowHeight * rows.length + 6 * ratio);
  ctx.clip();
  if (overlay.path.length > 0) paintPath(sheet, overlay.path);
  paintCauses(sheet, overlay);
  paintMarked(sheet, overlay.marked, nowMs);
  if (overlay.selected) paintSelected(sheet, overlay.selected, nowMs);
  for (const one of new Set([overlay.pointed, overlay.release])) if (one) paintCause(sheet, one, true);
  if (overlay.measured) paintMeasure(sheet, overlay.measured, rows.length);
  if (overlay.atMs !== null) paintPlayhead(sheet, overlay.atMs, rows.length);
  ctx.restore();
}

function placeKey(lane: number, slot: number | null): number {
  return lane * 2000 + (slot ?? -1) + 1;
}

function paintSelected(
  { ctx, area, palette, x, y }: Sheet,
  { row, bar }: { row: Row; bar: Bar },
  nowMs: number,
) {
  const middle = y(row);
  if (middle === null) return;
  const { ratio, rowHeight } = area;
  const from = x(bar.startMs);
  const to = Math.max(from + 2 * ratio, x(bar.endMs ?? Math.max(nowMs, bar.startMs)));
  const half = rowHeight / 2 - Math.max(0, rowGap(rowHeight / ratio) - 2) * ratio;
  ctx.lineWidth = 2 * ratio;
  ctx.setLineDash([]);
  ctx.strokeStyle = palette.colours.accent;
  ctx.strokeRect(from - ratio, middle - half, to - from + 2 * ratio, 2 * half);
}

/** Frames bars; of those that share a pixel, the first. */
function paintMarked(sheet: Sheet, marked: Overlay['marked'], nowMs: number) {
  const { area, x } = sheet;
  let before: Row | null = null;
  let toX = 0;
  for (const one of marked) {
    const { startMs, endMs } = one.bar;
    if (startMs > area.maxMs || (endMs ?? Number.POSITIVE_INFINITY) < area.minMs) continue;
    const endX = x(endMs ?? Math.max(nowMs, startMs));
    if (one.row === before && endX - toX < area.ratio) continue;
    before = one.row;
    toX = endX;
    paintSelected(sheet, one, nowMs);
  }
}

/** With more arrows in view than this, they merge into grey and take longer than a frame to draw. */
const MOST_ARROWS = 1500;

function paintCauses(sheet: Sheet, { arrows, release }: Overlay) {
  const { ctx, area, palette } = sheet;
  const { minMs, maxMs, left, top, width, ratio } = area;
  const seen = arrows.filter(({ from, to }) => to.atMs >= minMs && from.atMs <= maxMs);
  if (seen.length <= MOST_ARROWS) {
    for (const one of seen) if (one !== release) paintCause(sheet, one, false);
    return;
  }
  const text = `${seen.length} arrows: zoom in to see them`;
  ctx.font = FONT.replace('11px', `${11 * ratio}px`);
  ctx.textAlign = 'right';
  ctx.textBaseline = 'top';
  const wide = ctx.measureText(text).width;
  ctx.fillStyle = palette.colours.paper;
  ctx.fillRect(left + width - wide - 12 * ratio, top, wide + 12 * ratio, 18 * ratio);
  ctx.fillStyle = palette.colours.ink;
  ctx.fillText(text, left + width - 6 * ratio, top + 4 * ratio);
}

/** Draws an arrow from a ring at the cause to the bar that it released. */
function paintCause({ ctx, area, palette, x, y }: Sheet, { from, to }: Cause, isChosen: boolean) {
  const { ratio, minMs, maxMs } = area;
  if (to.atMs < minMs || from.atMs > maxMs) return;
  const fromY = y(from);
  const toY = y(to);
  if (fromY === null || toY === null) return;
  const start = { x: x(from.atMs), y: fromY };
  const tip = { x: x(to.atMs), y: toY };
  ctx.strokeStyle = ctx.fillStyle = isChosen ? palette.colours.accent : palette.colours.ink;
  ctx.lineWidth = (isChosen ? 2 : 1) * ratio;
  ctx.setLineDash([]);
  if (fromY !== toY) {
    ctx.beginPath();
    ctx.moveTo(start.x, start.y);
    ctx.lineTo(tip.x, tip.y);
    ctx.stroke();
    paintHead(ctx, tip, Math.atan2(tip.y - start.y, tip.x - start.x), 7 * ratio);
  }
  ctx.beginPath();
  ctx.arc(start.x, start.y, (isChosen ? 4.5 : 2.5) * ratio, 0, 2 * Math.PI);
  if (isChosen) {
    ctx.fillStyle = palette.colours.paper;
    ctx.fill();
    ctx.stroke();
  } else ctx.fill();
}

/** Draws a line along the lower edge of the path's bars, and from row to row. */
function paintPath({ ctx, area, palette, x, y }: Sheet, path: readonly Segment[]) {
  const { ratio, rowHeight } = area;
  const low = rowHeight / 2 - 1.5 * ratio;
  ctx.lineWidth = 3 * ratio;
  ctx.lineJoin = 'round';
  ctx.setLineDash([]);
  ctx.strokeStyle = palette.colours.ink;
  ctx.beginPath();
  // The line has a gap where the path runs through a row that is not shown.
  let isOpen = true;
  for (const one of path) {
    const middle = y(one);
    if (middle !== null) {
      if (isOpen) ctx.moveTo(x(one.fromMs), middle + low);
      else ctx.lineTo(x(one.fromMs), middle + low);
      ctx.lineTo(x(one.toMs), middle + low);
    }
    isOpen = middle === null;
  }
  ctx.stroke();
}

function paintMeasure({ ctx, area, palette, x }: Sheet, { minMs, maxMs }: View, rows: number) {
  const { top, rowHeight, ratio } = area;
  const from = x(minMs);
  const to = x(maxMs);
  ctx.globalAlpha = 0.14;
  ctx.fillStyle = palette.colours.accent;
  ctx.fillRect(from, top, to - from, rowHeight * rows);
  ctx.globalAlpha = 1;
  for (const at of [from, to]) ctx.fillRect(Math.round(at - ratio / 2), top, ratio, rowHeight * rows);
}

function paintPlayhead({ ctx, area, palette, x }: Sheet, atMs: number, rows: number) {
  const { top, rowHeight, ratio, minMs, maxMs } = area;
  if (atMs < minMs || atMs > maxMs) return;
  ctx.fillStyle = palette.colours.accent;
  ctx.fillRect(Math.round(x(atMs) - ratio), top - 2 * ratio, 2 * ratio, rowHeight * rows + 4 * ratio);
}
