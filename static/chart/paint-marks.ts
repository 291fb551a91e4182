/** Paints the marks of a timeline over its bars, as in the server's drawing. */
import { FONT, rowGap } from '../../views/drawing/geometry.ts';
import { type Arrow, type Bracket, CIRCLE, type Link, type Marks } from '../../views/drawing/marks.ts';
import type { Area } from './paint.ts';
import type { Palette } from './palette.ts';

/** A canvas, with the conversion of times and rows to its pixels. */
type Sheet = {
  ctx: CanvasRenderingContext2D;
  x(ms: number): number;
  /** The middle of a row. */
  y(row: number): number;
  area: Area;
  palette: Palette;
};

/**
 * More messages in view than this would hide the bars under them. They are drawn when zoomed in, or when all arrows are
 * on.
 */
const MOST_MESSAGES = 150;

/** Paints all marks of a pass; its rows are painted in `area`. */
export function paintMarks(
  ctx: CanvasRenderingContext2D,
  { arrows, brackets, circle }: Marks,
  rows: number,
  area: Area,
  palette: Palette,
): void {
  if (arrows.length + brackets.length + circle.length === 0) return;
  const { left, top, width, rowHeight, minMs, maxMs } = area;
  const x = (ms: number) => left + ((ms - minMs) * width) / (maxMs - minMs);
  const y = (row: number) => top + (row + 0.5) * rowHeight;
  const sheet = { ctx, x, y, area, palette };
  ctx.save();
  ctx.beginPath();
  // An arrow head or a cross may reach slightly past the edge.
  ctx.rect(left - 8 * area.ratio, top, width + 16 * area.ratio, rowHeight * rows + 3 * area.ratio);
  ctx.clip();
  for (const one of brackets) paintBracket(sheet, one);
  const seen = arrows.filter(({ fromMs, toMs }) => fromMs <= maxMs && (toMs ?? fromMs) >= minMs);
  if (seen.length <= MOST_MESSAGES) for (const one of seen) paintArrow(sheet, one);
  for (const one of circle) paintLink(sheet, one);
  ctx.restore();
}

function paintArrow(sheet: Sheet, { fromRow, fromMs, toRow, toMs }: Arrow) {
  const { ctx, x, y, area, palette } = sheet;
  const { ratio } = area;
  const { message } = palette.colours;
  const from = { x: x(fromMs), y: y(fromRow) };
  ctx.fillStyle = message;
  ctx.beginPath();
  ctx.arc(from.x, from.y, 2.5 * ratio, 0, 2 * Math.PI);
  ctx.fill();
  if (toRow === null || toMs === null || toRow === fromRow) return;
  const to = { x: x(toMs), y: y(toRow) };
  ctx.strokeStyle = message;
  ctx.lineWidth = 1.25 * ratio;
  ctx.beginPath();
  ctx.moveTo(from.x, from.y);
  ctx.lineTo(to.x, to.y);
  ctx.stroke();
  paintHead(ctx, to, Math.atan2(to.y - from.y, to.x - from.x), 7 * ratio);
}

/** Paints an arrow head with its point at `tip`, in the current fill colour. */
export function paintHead(
  ctx: CanvasRenderingContext2D,
  tip: { x: number; y: number },
  angle: number,
  length: number,
) {
  ctx.save();
  ctx.translate(tip.x, tip.y);
  ctx.rotate(angle);
  ctx.beginPath();
  ctx.moveTo(0, 0);
  ctx.lineTo(-length, -0.4 * length);
  ctx.lineTo(-length, 0.4 * length);
  ctx.fill();
  ctx.restore();
}

function paintBracket({ ctx, x, area, palette }: Sheet, one: Bracket) {
  const { ratio, rowHeight, top } = area;
  const { colours } = palette;
  const from = x(one.fromMs);
  const to = x(one.toMs);
  const y = top + (one.row + 1) * rowHeight - (rowGap(rowHeight / ratio) - 1) * ratio;
  ctx.strokeStyle = colours.ink;
  ctx.lineWidth = 1.5 * ratio;
  ctx.beginPath();
  ctx.moveTo(from, y - 5 * ratio);
  ctx.lineTo(from, y);
  ctx.lineTo(to, y);
  ctx.lineTo(to, y - 5 * ratio);
  ctx.stroke();
  ctx.font = FONT.replace('11px', `${11 * ratio}px`);
  const needed = ctx.measureText(`${one.readText} 0 ${one.wroteText}`).width + 50 * ratio;
  if (to - from > needed && rowHeight >= 18 * ratio) {
    ctx.fillStyle = colours['on-sleep'];
    ctx.textBaseline = 'alphabetic';
    ctx.textAlign = 'left';
    ctx.fillText(one.readText, from + 5 * ratio, y - 4 * ratio);
    ctx.textAlign = 'right';
    ctx.fillText(one.wroteText, to - 10 * ratio, y - 4 * ratio);
  }
  if (!one.isLost) return;
  ctx.strokeStyle = colours.wrong;
  ctx.lineWidth = 2.5 * ratio;
  ctx.beginPath();
  for (const side of [1, -1]) {
    ctx.moveTo(to - side * 4 * ratio, y - 7 * ratio);
    ctx.lineTo(to + side * 4 * ratio, y + ratio);
  }
  ctx.stroke();
}

/**
 * Arrows down bulge to the right and arrows up to the left, so that two rows that wait for each other form a circle.
 */
function paintLink({ ctx, x, y, area, palette }: Sheet, { fromRow, toRow, atMs }: Link) {
  const { ratio } = area;
  const from = y(fromRow);
  const to = y(toRow);
  const side = to > from ? 1 : -1;
  const middle = x(atMs) + (side * CIRCLE.apart * ratio) / 2;
  const out = middle + side * CIRCLE.bulge * ratio;
  const { wrong, paper } = palette.colours;
  for (const [colour, width] of [
    [paper, 5],
    [wrong, 2],
  ] as const) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * ratio;
    ctx.beginPath();
    ctx.moveTo(middle, from);
    ctx.bezierCurveTo(out, from, out, to, middle, to);
    ctx.stroke();
  }
  ctx.fillStyle = wrong;
  paintHead(ctx, { x: middle - side * ratio, y: to }, side > 0 ? Math.PI : 0, 7 * ratio);
}
