/** Paints one bar of a timeline: its state's look, its text, and, for a moment, that a wait was released. */
import type { Bar } from '../../server/timeline/model.ts';
import { barText, barWords } from '../../server/words/names.ts';
import { type Box, outline } from './marks.ts';
import type { Palette } from './palette.ts';

/** How long a released wait is seen to blink, in ms. */
const BLINK_MS = 250;

/** A bar in its box, but for how its job ended. */
export function paintBar(ctx: CanvasRenderingContext2D, bar: Bar, box: Box, palette: Palette): void {
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
export function paintText(ctx: CanvasRenderingContext2D, bar: Bar, box: Box, { colours }: Palette): void {
  const { x, y, width, height, ratio } = box;
  // No text is narrower: asking each bar's would take longer than to draw them.
  if (height < 9 * ratio || width < 10 * ratio) return;
  const fits = (one: string | null) => one !== null && ctx.measureText(one).width + 6 * ratio <= width;
  const text = [barWords(bar), barText(bar)].find(fits);
  if (!text) return;
  const middleX = x + width / 2;
  const middleY = y + height / 2 + ratio;
  const { state } = bar;
  const isFilled = state === 'computing' || state === 'running' || state === 'sleep';
  const isHatched = state === 'queue' || state === 'lock' || state === 'worker';
  if (isHatched) {
    ctx.strokeStyle = colours.paper;
    ctx.lineWidth = 5 * ratio;
    ctx.lineJoin = 'round';
    ctx.strokeText(text, middleX, middleY);
  }
  ctx.fillStyle = isFilled ? colours[`on-${state}`] : isHatched ? colours.ink : colours.muted;
  ctx.fillText(text, middleX, middleY);
}

/** Lights up a wait that something else has just ended. */
export function blink(
  ctx: CanvasRenderingContext2D,
  { state, endMs, end }: Bar,
  { x, y, width, height }: Box,
  nowMs: number,
  palette: Palette,
): void {
  if (endMs === null || end !== null || !(state === 'join' || state === 'queue' || state === 'lock')) return;
  const sinceMs = nowMs - endMs;
  if (sinceMs < 0 || sinceMs >= BLINK_MS) return;
  ctx.globalAlpha = 0.7 * (1 - sinceMs / BLINK_MS);
  // No state has this colour.
  ctx.fillStyle = palette.colours.accent;
  ctx.fillRect(x, y, width, height);
  ctx.globalAlpha = 1;
}
