/** Paints one bar of a timeline: its state's look, its text, and a brief flash when a wait is released. */
import type { Bar } from '../../server/timeline/model.ts';
import { barTexts } from '../../server/words/awaited.ts';
import { STATE_LOOKS } from '../../server/words/looks.ts';
import { type Box, outline } from './marks.ts';
import type { Palette } from './palette.ts';

/** How long a released wait flashes, in ms. */
const BLINK_MS = 250;

/** Width of the narrowest letters, in CSS pixels: what is too long by this is not measured. */
const LEAST_LETTER_PX = 2.5;

/** Paints a bar of a row of that name in its box, without the mark of how its job ended. */
export function paintBar(
  ctx: CanvasRenderingContext2D,
  bar: Bar,
  name: string,
  box: Box,
  palette: Palette,
): void {
  const { x, y, height, ratio } = box;
  const line = Math.max(1, Math.round(ratio));
  // A hairline of background separates adjacent bars.
  const width = box.width > 4 * line ? box.width - line : box.width;
  const look = STATE_LOOKS[bar.state];
  const { fill, outline: edge } = palette.states[bar.state];
  if (look.fill === 'line') {
    ctx.fillStyle = palette.colours.track;
    ctx.fillRect(x, Math.round(y + height / 2 - line), box.width, 2 * line);
  } else if (look.fill !== 'dashed') {
    ctx.fillStyle = fill;
    ctx.fillRect(x, y, width, height);
  }
  if (edge !== null)
    outline(
      ctx,
      { ...box, width },
      edge,
      look.fill === 'dashed' ? [look.dash * ratio, look.dash * ratio] : [],
    );
  paintText(ctx, bar, name, { ...box, width }, palette);
}

/** Paints the longest text of a bar that fits, in a row of that name; on a hatch, with a halo of the background. */
export function paintText(
  ctx: CanvasRenderingContext2D,
  bar: Bar,
  name: string,
  box: Box,
  { colours, states }: Palette,
): void {
  const { x, y, width, height, ratio } = box;
  // No text is narrower than this. Measuring every bar's text would take longer than drawing the bars.
  if (height < 9 * ratio || width < 10 * ratio) return;
  const fits = (one: string) =>
    one.length * LEAST_LETTER_PX * ratio <= width && ctx.measureText(one).width + 6 * ratio <= width;
  const text = barTexts(bar, name).find(fits);
  if (!text) return;
  // A bar that grows keeps its text in place, and away from the moment that a replay has reached.
  const isGrowing = bar.endMs === null;
  ctx.textAlign = isGrowing ? 'left' : 'center';
  const textX = isGrowing ? x + 4 * ratio : x + width / 2;
  const middleY = y + height / 2 + ratio;
  const isHaloed = STATE_LOOKS[bar.state].text === 'haloed';
  if (isHaloed) {
    ctx.strokeStyle = colours.paper;
    ctx.lineWidth = 5 * ratio;
    ctx.lineJoin = 'round';
    ctx.strokeText(text, textX, middleY);
  }
  ctx.fillStyle = states[bar.state].on ?? (isHaloed ? colours.ink : colours.muted);
  ctx.fillText(text, textX, middleY);
}

/** Flashes a wait that another lane has just released. */
export function blink(
  ctx: CanvasRenderingContext2D,
  { state, endMs, end }: Bar,
  { x, y, width, height }: Box,
  nowMs: number,
  palette: Palette,
): void {
  if (endMs === null || end !== null || !STATE_LOOKS[state].blinks) return;
  const sinceMs = nowMs - endMs;
  if (sinceMs < 0 || sinceMs >= BLINK_MS) return;
  ctx.globalAlpha = 0.7 * (1 - sinceMs / BLINK_MS);
  // No state has this colour.
  ctx.fillStyle = palette.colours.accent;
  ctx.fillRect(x, y, width, height);
  ctx.globalAlpha = 1;
}
