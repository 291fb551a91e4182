/** Paints the rows of a pass on a canvas, as the server's drawing has them. Visits only bars that can be seen. */
import type { Bar, Row } from '../server/runs/timeline.ts';
import { FONT, rowGap } from '../views/geometry.ts';
import { barText, barWords, laneColour } from '../views/names.ts';
import { type Box, cross, outline, torn } from './marks.ts';
import type { Palette } from './palette.ts';

/**
 * Where to paint: the plotting area and a row's height in canvas pixels, the times at its edges, and how many canvas
 * pixels a CSS pixel has.
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

/** Bars that last are drawn up to `nowMs`; in a pass that is moving, a wait that has just been released blinks. */
export type Moment = { nowMs: number; isMoving: boolean };

/** How long a released wait is seen to blink, in ms. */
const BLINK_MS = 250;

/** The empty lines, and before those of lanes that have started a mark in the colour of their console lines. */
export function paintStaves(
  ctx: CanvasRenderingContext2D,
  count: number,
  rows: readonly Row[],
  { left, top, width, rowHeight, ratio }: Area,
  palette: Palette,
): void {
  const gap = rowGap(rowHeight / ratio) * ratio;
  ctx.save();
  for (let i = 0; i < count; i++) {
    const y = top + i * rowHeight;
    ctx.fillStyle = palette.colours.track;
    ctx.fillRect(left, Math.round(y + (rowHeight - ratio) / 2), width, Math.max(1, Math.round(ratio)));
    const row = rows[i];
    if (row === undefined || row.slot !== null) continue;
    ctx.fillStyle = palette.lanes[laneColour(row.lane)] ?? palette.colours.ink;
    ctx.fillRect(Math.round(left - 7 * ratio), y + gap, 3 * ratio, rowHeight - 2 * gap);
  }
  ctx.restore();
}

/** The bars of all rows. */
export function paintRows(
  ctx: CanvasRenderingContext2D,
  rows: readonly Row[],
  moment: Moment,
  area: Area,
  palette: Palette,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(area.left, area.top, area.width, area.rowHeight * rows.length);
  ctx.clip();
  ctx.font = FONT.replace('11px', `${11 * area.ratio}px`);
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  rows.forEach((row, i) => {
    paintRow(ctx, row.bars, moment, { ...area, top: area.top + i * area.rowHeight }, palette);
  });
  ctx.restore();
}

function paintRow(
  ctx: CanvasRenderingContext2D,
  bars: readonly Bar[],
  { nowMs, isMoving }: Moment,
  area: Area,
  palette: Palette,
) {
  const { left, width, minMs, maxMs, ratio } = area;
  const scale = width / (maxMs - minMs);
  // What is out of sight ends just beyond the edge, so that a bar's text stands in the middle of what is seen.
  const inSight = (x: number) => Math.max(left - 2 * ratio, Math.min(left + width + 2 * ratio, x));
  const toX = (ms: number) => Math.round(inSight(left + (ms - minMs) * scale));
  const gap = Math.round(rowGap(area.rowHeight / ratio) * ratio);
  let paintedTo = Number.NEGATIVE_INFINITY;
  for (let i = firstInView(bars, minMs); i < bars.length; i++) {
    const bar = bars[i];
    if (bar === undefined || bar.startMs > maxMs) break;
    const x = toX(bar.startMs);
    const end = toX(bar.endMs ?? Math.max(nowMs, bar.startMs));
    const box = {
      x,
      y: area.top + gap,
      width: Math.max(end - x, 1),
      height: area.rowHeight - 2 * gap,
      ratio,
    };
    // Of bars thinner than a pixel, each pixel shows the one at its middle; one that stands alone is still seen.
    const isAlone = bars[i - 1]?.job !== bar.job && x >= paintedTo;
    if (end > x || isAlone) {
      paintBar(ctx, bar, box, palette);
      paintedTo = x + box.width;
    }
    if (bar.end === 'failed') cross(ctx, box, palette.colours.ink);
    if (bar.end === 'cut-off') torn(ctx, box, palette.colours.paper, palette.colours.ink);
    if (isMoving && isRelease(bar)) blink(ctx, box, nowMs - (bar.endMs ?? nowMs), palette);
  }
}

/** Index of the first bar that ends at or after `minMs`. */
export function firstInView(bars: readonly Bar[], minMs: number): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const endMs = bars[middle]?.endMs ?? Number.POSITIVE_INFINITY;
    if (endMs < minMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function paintBar(ctx: CanvasRenderingContext2D, bar: Bar, box: Box, palette: Palette) {
  const { x, y, height, ratio } = box;
  const line = Math.max(1, Math.round(ratio));
  // A hairline of paper keeps a bar apart from the next.
  const width = box.width > 4 * line ? box.width - line : box.width;
  const { colours, hatches } = palette;
  switch (bar.state) {
    case 'computing':
    case 'running':
      ctx.fillStyle = colours[bar.state];
      ctx.fillRect(x, y, width, height);
      break;
    case 'sleep':
      ctx.fillStyle = colours.sleep;
      ctx.fillRect(x, y, width, height);
      outline(ctx, { ...box, width }, colours['sleep-edge'], []);
      break;
    case 'starting':
    case 'queue':
    case 'lock':
    case 'worker':
      ctx.fillStyle = hatches[bar.state];
      ctx.fillRect(x, y, width, height);
      outline(ctx, { ...box, width }, colours[bar.state], []);
      break;
    case 'join':
      outline(ctx, { ...box, width }, colours.join, [2 * ratio, 2 * ratio]);
      break;
    case 'idle':
      ctx.fillStyle = colours.track;
      ctx.fillRect(x, Math.round(y + height / 2 - line), box.width, 2 * line);
      break;
  }
  paintText(ctx, bar, { ...box, width }, palette);
}

/** The job's number, where it fits; on a hatch with paper around it. */
function paintText(ctx: CanvasRenderingContext2D, bar: Bar, box: Box, { colours }: Palette) {
  const { x, y, width, height, ratio } = box;
  const fits = (one: string | null) => one !== null && ctx.measureText(one).width + 6 * ratio <= width;
  const text = height < 9 * ratio ? undefined : [barWords(bar), barText(bar)].find(fits);
  if (!text) return;
  const middleX = x + width / 2;
  const middleY = y + height / 2 + ratio;
  if (bar.state === 'queue' || bar.state === 'lock' || bar.state === 'worker') {
    ctx.strokeStyle = colours.paper;
    ctx.lineWidth = 3 * ratio;
    ctx.strokeText(text, middleX, middleY);
  }
  const { state } = bar;
  const isFilled = state === 'computing' || state === 'running' || state === 'sleep';
  ctx.fillStyle = isFilled ? colours[`on-${state}`] : colours.muted;
  ctx.fillText(text, middleX, middleY);
}

/** Whether a bar is a wait that something else ended. */
function isRelease({ state, endMs, end }: Bar): boolean {
  return endMs !== null && end === null && (state === 'join' || state === 'queue' || state === 'lock');
}

function blink(
  ctx: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  sinceMs: number,
  palette: Palette,
) {
  if (sinceMs < 0 || sinceMs >= BLINK_MS) return;
  ctx.globalAlpha = 0.7 * (1 - sinceMs / BLINK_MS);
  ctx.fillStyle = palette.colours.muted;
  ctx.fillRect(x, y, width, height);
  ctx.globalAlpha = 1;
}
