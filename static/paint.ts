/** Paints the bars of a pass on a canvas, as the server's drawing has them. Visits only bars that can be seen. */
import type { Bar, Row } from '../server/runs/timeline.ts';
import { FONT, rowGap } from '../views/geometry.ts';
import { barText } from '../views/names.ts';
import type { Palette } from './palette.ts';

/** Where to paint: the plotting area and a row's height in canvas pixels, the times at its edges, `ratio` canvas pixels to a CSS pixel. */
export type Area = {
  left: number;
  top: number;
  width: number;
  rowHeight: number;
  minMs: number;
  maxMs: number;
  ratio: number;
};

/** Paints `rows`; bars that last are drawn up to `nowMs`. */
export function paintRows(
  ctx: CanvasRenderingContext2D,
  rows: readonly Row[],
  nowMs: number,
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
    paintRow(ctx, row.bars, nowMs, { ...area, top: area.top + i * area.rowHeight }, palette);
  });
  ctx.restore();
}

function paintRow(
  ctx: CanvasRenderingContext2D,
  bars: readonly Bar[],
  nowMs: number,
  area: Area,
  palette: Palette,
) {
  const scale = area.width / (area.maxMs - area.minMs);
  const toX = (ms: number) => Math.round(area.left + (ms - area.minMs) * scale);
  const gap = Math.round(rowGap(area.rowHeight / area.ratio) * area.ratio);
  const height = area.rowHeight - 2 * gap;
  let paintedTo = Number.NEGATIVE_INFINITY;
  for (let i = firstInView(bars, area.minMs); i < bars.length; i++) {
    const bar = bars[i];
    if (bar === undefined || bar.startMs > area.maxMs) break;
    const x = toX(bar.startMs);
    const end = toX(bar.endMs ?? Math.max(nowMs, bar.startMs));
    // Of bars thinner than a pixel, each pixel shows the one at its middle; one that stands alone is still seen.
    const isThin = end === x;
    const isAlone = bars[i - 1]?.job !== bar.job && x >= paintedTo;
    if (isThin && !isAlone && bar.end === null) continue;
    paintedTo = Math.max(end, x + 1);
    paintBar(ctx, bar, { x, y: area.top + gap, width: paintedTo - x, height, ratio: area.ratio }, palette);
  }
}

/** Index of the first bar that ends after `minMs`. */
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

type Box = { x: number; y: number; width: number; height: number; ratio: number };

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
  if (bar.end === 'failed') cross(ctx, box, colours.ink);
  if (bar.end === 'cut-off') torn(ctx, box, colours.paper, colours.ink);
}

function outline(
  ctx: CanvasRenderingContext2D,
  { x, y, width, height, ratio }: Box,
  colour: string,
  dash: number[],
) {
  const line = Math.max(1, Math.round(ratio));
  if (width <= 2 * line) {
    ctx.fillStyle = colour;
    ctx.fillRect(x, y, width, height);
    return;
  }
  ctx.strokeStyle = colour;
  ctx.lineWidth = line;
  ctx.setLineDash(dash);
  ctx.strokeRect(x + line / 2, y + line / 2, width - line, height - line);
  ctx.setLineDash([]);
}

function paintText(
  ctx: CanvasRenderingContext2D,
  bar: Bar,
  { x, y, width, height, ratio }: Box,
  { colours }: Palette,
) {
  const text = height < 9 * ratio ? null : barText(bar);
  if (text === null || ctx.measureText(text).width + 6 * ratio > width) return;
  const middleX = x + width / 2;
  const middleY = y + height / 2 + ratio;
  if (bar.state === 'queue' || bar.state === 'lock' || bar.state === 'worker') {
    ctx.strokeStyle = colours.paper;
    ctx.lineWidth = 3 * ratio;
    ctx.strokeText(text, middleX, middleY);
  }
  ctx.fillStyle =
    bar.state === 'computing' || bar.state === 'running' || bar.state === 'sleep'
      ? colours[`on-${bar.state}`]
      : colours.muted;
  ctx.fillText(text, middleX, middleY);
}

function cross(ctx: CanvasRenderingContext2D, { x, y, width, height, ratio }: Box, colour: string) {
  const right = x + width - ratio;
  const left = right - height + 2 * ratio;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  ctx.moveTo(left, y + ratio);
  ctx.lineTo(right, y + height - ratio);
  ctx.moveTo(left, y + height - ratio);
  ctx.lineTo(right, y + ratio);
  ctx.stroke();
}

function torn(
  ctx: CanvasRenderingContext2D,
  { x, y, width, height, ratio }: Box,
  paper: string,
  ink: string,
) {
  const right = x + width;
  const step = height / 4;
  ctx.beginPath();
  ctx.moveTo(right + ratio, y);
  ctx.lineTo(right - 4 * ratio, y + step);
  ctx.lineTo(right, y + 2 * step);
  ctx.lineTo(right - 4 * ratio, y + 3 * step);
  ctx.lineTo(right + ratio, y + height);
  ctx.fillStyle = paper;
  ctx.fill();
  ctx.strokeStyle = ink;
  ctx.lineWidth = ratio;
  ctx.stroke();
}
