/**
 * Paints the row names left of a timeline. Drawing text is slow and names rarely change, so they are cached as an
 * image.
 */
import { BRACE, FONT, LABEL_WIDTH } from '../../views/drawing/geometry.ts';
import type { Area } from './paint.ts';
import type { Palette } from './palette.ts';

/** Gap between a name and its row, in CSS pixels. */
const GAP_PX = 12;
/** How far a name may extend above or below its row, in CSS pixels. */
const OVER_PX = 4;

/** Paints the row names of one timeline. */
export class NamePainter {
  readonly #canvas = document.createElement('canvas');
  /** Row height, pixel ratio and names in the cached image. */
  #key = '';
  #palette: Palette | null = null;

  /** Paints the row names from the top; an empty string leaves its row without a name. */
  paint(ctx: CanvasRenderingContext2D, names: readonly string[], area: Area, palette: Palette): void {
    const { left, top, rowHeight, ratio } = area;
    const key = [rowHeight, ratio, ...names].join('\n');
    if (key !== this.#key || palette !== this.#palette) this.#draw(names, rowHeight, ratio, palette);
    this.#key = key;
    this.#palette = palette;
    if (this.#canvas.width === 0 || this.#canvas.height === 0) return;
    ctx.drawImage(
      this.#canvas,
      Math.round(left) - this.#canvas.width,
      Math.round(top) - Math.round(OVER_PX * ratio),
    );
  }

  #draw(names: readonly string[], rowHeight: number, ratio: number, palette: Palette): void {
    this.#canvas.width = Math.round(LABEL_WIDTH * ratio);
    this.#canvas.height = Math.ceil(names.length * rowHeight) + 2 * Math.round(OVER_PX * ratio);
    const ctx = this.#canvas.getContext('2d');
    if (ctx === null) return;
    ctx.font = FONT.replace('11px', `${11 * ratio}px`);
    ctx.fillStyle = palette.colours.muted;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'middle';
    const x = this.#canvas.width - Math.round(GAP_PX * ratio);
    names.forEach((name, i) => {
      if (name !== '') ctx.fillText(name, x, Math.round((i + 0.5) * rowHeight) + Math.round(OVER_PX * ratio));
    });
  }
}

/** Paints the brace around the names of rows that share one thread, `height` pixels high; without `words`, none. */
export function paintBrace(
  ctx: CanvasRenderingContext2D,
  words: string,
  height: number,
  { left, top, ratio }: Area,
  { colours }: Palette,
): void {
  if (words === '') return;
  const x = Math.round(left - BRACE.lineX * ratio);
  const [from, to] = [Math.round(top + 2 * ratio), Math.round(top + height - 2 * ratio)];
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colours.muted;
  ctx.lineWidth = ratio;
  ctx.beginPath();
  ctx.moveTo(x + BRACE.endPx * ratio, from);
  ctx.lineTo(x, from);
  ctx.lineTo(x, to);
  ctx.lineTo(x + BRACE.endPx * ratio, to);
  ctx.stroke();
  if (height >= BRACE.textPx * ratio) {
    ctx.font = FONT.replace('11px', `${11 * ratio}px`);
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.translate(left - BRACE.textX * ratio, top + height / 2);
    ctx.rotate(-Math.PI / 2);
    ctx.fillText(words, 0, 0);
  }
  ctx.restore();
}
