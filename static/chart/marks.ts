/** Marks on bars: outlines, and how a job ended. Measures are in canvas pixels. */

/** A bar's rectangle; `ratio` is canvas pixels per CSS pixel. */
export type Box = { x: number; y: number; width: number; height: number; ratio: number };

/** Strokes a line, solid or dashed, just inside the edge. Fills the box if it is too narrow for a line. */
export function outline(ctx: CanvasRenderingContext2D, box: Box, colour: string, dash: number[]): void {
  const { x, y, width, height, ratio } = box;
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

/** Draws a cross at the end of the box, as high as the box: the job failed. */
export function cross(
  ctx: CanvasRenderingContext2D,
  { x, y, width, height, ratio }: Box,
  colour: string,
): void {
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

/** Draws a torn edge at the end of the box: the job was cut off. */
export function torn(
  ctx: CanvasRenderingContext2D,
  { x, y, width, height, ratio }: Box,
  paper: string,
  ink: string,
): void {
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
