/**
 * Paints many bars pixel by pixel, which is faster than canvas calls. Where bars are too narrow to draw, each pixel
 * column of a row stacks the states in it from the bottom, each as high as its share. The work is bounded by pixels,
 * not by the number of bars.
 */
import type { Merged } from '../../server/figures/totals.ts';
import { BAR_STATES, type BarState } from '../../server/timeline/model.ts';
import { STACK } from '../../views/drawing/columns.ts';
import type { Palette, Tile } from './palette.ts';

const ORDER = STACK.map((state) => BAR_STATES.indexOf(state));
const STATES = BAR_STATES.length;

/** A bar at least this many line widths wide gets edges and a gap after it. */
const FINE_LINES = 12;

/** A row's position on the sheet, in canvas pixels. */
export type Strip = { y: number; height: number };

/** An image of the columns of all rows, laid over the bars drawn one by one. Reused for each frame. */
export class ColumnSheet {
  readonly #canvas = document.createElement('canvas');
  readonly #ctx = this.#canvas.getContext('2d', { willReadFrequently: true });
  #image = new ImageData(1, 1);
  #pixels = new Uint32Array(this.#image.data.buffer);
  /** That of the image, which is slow to ask. */
  #width = 1;
  #at = { x: 0, y: 0 };
  #isEmpty = true;
  /** Rounding error of each state's height, carried over to the row's next columns. */
  readonly #left = new Float64Array(STATES);

  /** The sheet's top left corner on the timeline's canvas. Hatches are aligned to it, so they continue across both. */
  get at(): { x: number; y: number } {
    return this.#at;
  }

  /** Clears the image for a new frame at `x` and `y`. */
  begin(x: number, y: number, width: number, height: number): void {
    this.#at = { x, y };
    if (this.#width !== width || this.#image.height !== height) {
      this.#image = new ImageData(Math.max(1, width), Math.max(1, height));
      this.#pixels = new Uint32Array(this.#image.data.buffer);
      this.#width = this.#image.width;
    } else if (!this.#isEmpty) this.#pixels.fill(0);
    this.#isEmpty = true;
  }

  /** Draws a single bar from `x` up to but excluding `end`, as on the canvas but without its text. */
  bar(state: BarState, x: number, end: number, { y, height }: Strip, { tiles }: Palette, line: number): void {
    const tile = tiles[BAR_STATES.indexOf(state)];
    const from = Math.max(0, x);
    const to = Math.min(this.#width, end);
    if (!tile || to <= from) return;
    this.#isEmpty = false;
    // A hairline of background separates it from the next bar, unless that would take much of its width.
    const isFine = end - x > FINE_LINES * line;
    const last = isFine ? Math.min(to, end - line) : to;
    for (let row = y; row < y + height; row++) {
      const isEdge = row < y + line || row >= y + height - line;
      this.#run(row, from, last, isFine && isEdge ? tile.edge : tile);
    }
    if (!isFine || tile.edge === tile) return;
    for (let row = y; row < y + height; row++) {
      this.#run(row, from, Math.min(last, x + line), tile.edge);
      this.#run(row, Math.max(from, end - 2 * line), last, tile.edge);
    }
  }

  /**
   * Fills the columns of a row. In the columns for which `isLone` holds, the main state gets the full height, so that a
   * single short bar stays visible.
   */
  add(
    { mixed, shares }: Merged,
    { y, height }: Strip,
    { tiles }: Palette,
    isLone: (i: number) => boolean,
  ): void {
    const left = this.#left.fill(0);
    if (mixed.length > 0) this.#isEmpty = false;
    for (let i = 0; i < mixed.length; i++) {
      const column = mixed[i] ?? 0;
      const lone = isLone(i) ? largest(shares, column * STATES) : -1;
      if (lone >= 0) {
        this.#fill(column, y, height, tiles[lone]);
        continue;
      }
      let free = height;
      for (const state of ORDER) {
        const share = shares[column * STATES + state] ?? 0;
        if (share === 0) continue;
        const wanted = share * height + (left[state] ?? 0);
        const high = Math.min(free, Math.max(0, Math.round(wanted)));
        left[state] = wanted - high;
        free -= high;
        this.#fill(column, y + free, high, tiles[state]);
      }
    }
  }

  /** Draws the image onto a timeline's canvas. */
  paint(ctx: CanvasRenderingContext2D): void {
    if (this.#isEmpty || this.#ctx === null) return;
    const { width, height } = this.#image;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#ctx.putImageData(this.#image, 0, 0);
    ctx.drawImage(this.#canvas, this.#at.x, this.#at.y);
  }

  /** Fills part of a pixel row. */
  #run(y: number, from: number, to: number, { size, pixels: hatch }: Omit<Tile, 'edge'>): void {
    const pixels = this.#pixels;
    const start = y * this.#width;
    if (size === 1) {
      const colour = hatch[0] ?? 0;
      // Most stretches are short: calling fill() for each would take longer.
      for (let at = start + from; at < start + to; at++) pixels[at] = colour;
      return;
    }
    const down = ((this.#at.y + y) % size) * size;
    let across = (this.#at.x + from) % size;
    for (let at = start + from; at < start + to; at++) {
      pixels[at] = hatch[down + across] ?? 0;
      if (++across === size) across = 0;
    }
  }

  /** Fills part of a pixel column. */
  #fill(x: number, y: number, height: number, tile: Tile | undefined): void {
    if (!tile) return;
    const pixels = this.#pixels;
    const width = this.#width;
    const { size, pixels: hatch } = tile;
    const to = (y + height) * width + x;
    if (size === 1) {
      const colour = hatch[0] ?? 0;
      for (let at = y * width + x; at < to; at += width) pixels[at] = colour;
      return;
    }
    const across = (this.#at.x + x) % size;
    let down = (this.#at.y + y) % size;
    for (let at = y * width + x; at < to; at += width) {
      pixels[at] = hatch[down * size + across] ?? 0;
      if (++down === size) down = 0;
    }
  }
}

/** Returns the state with the largest share, idle excluded, or -1 if there is none. */
function largest(shares: Float64Array, from: number): number {
  let found = -1;
  for (let state = 0; state < STATES; state++) {
    const share =
      BAR_STATES[state] === 'idle' || BAR_STATES[state] === 'turn' ? 0 : (shares[from + state] ?? 0);
    if (share > (found < 0 ? 0 : (shares[from + found] ?? 0))) found = state;
  }
  return found;
}
