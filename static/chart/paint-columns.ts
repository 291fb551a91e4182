/**
 * Paints many bars: pixel by pixel, for a canvas would take longer. Where they are too narrow for bars, each column of
 * a row is filled from below by the states of that column, as high as their shares of it. The work is bounded by
 * pixels, however many bars there are.
 */
import type { Merged } from '../../server/figures/totals.ts';
import { BAR_STATES, type BarState } from '../../server/timeline/model.ts';
import { STACK } from '../../views/drawing/columns.ts';
import type { Palette, Tile } from './palette.ts';

const ORDER = STACK.map((state) => BAR_STATES.indexOf(state));
const STATES = BAR_STATES.length;

/** Bars have edges, and paper between them, from so many times the width of a line on. */
const FINE_LINES = 12;

/** Where a row is on the sheet, in canvas pixels. */
export type Strip = { y: number; height: number };

/** A picture of the columns of all rows, laid over the bars that were drawn alone. Used again for each drawing. */
export class ColumnSheet {
  readonly #canvas = document.createElement('canvas');
  readonly #ctx = this.#canvas.getContext('2d', { willReadFrequently: true });
  #image = new ImageData(1, 1);
  #pixels = new Uint32Array(this.#image.data.buffer);
  #at = { x: 0, y: 0 };
  #isEmpty = true;
  /** What of a state was left over when its height in a column was rounded; the row's next columns get it. */
  readonly #left = new Float64Array(STATES);

  /** Where its left upper corner is on the timeline's canvas: hatches go on from one to the other. */
  get at(): { x: number; y: number } {
    return this.#at;
  }

  /** Begins a new picture, to be laid at `x` and `y`. */
  begin(x: number, y: number, width: number, height: number): void {
    this.#at = { x, y };
    if (this.#image.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(Math.max(1, width), Math.max(1, height));
      this.#pixels = new Uint32Array(this.#image.data.buffer);
    } else if (!this.#isEmpty) this.#pixels.fill(0);
    this.#isEmpty = true;
  }

  /** A bar that is drawn alone, from `x` to before `end` in its row: as on the canvas, but for its text. */
  bar(state: BarState, x: number, end: number, { y, height }: Strip, { tiles }: Palette, line: number): void {
    const tile = tiles[BAR_STATES.indexOf(state)];
    const from = Math.max(0, x);
    const to = Math.min(this.#image.width, end);
    if (!tile || to <= from) return;
    this.#isEmpty = false;
    // A hairline of paper keeps it apart from the next, where it is not much of the bar.
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

  /** Fills the columns of a row. `lone` are those where a single bar would be lost: it is seen in full height. */
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

  /** Lays the picture over a timeline. */
  paint(ctx: CanvasRenderingContext2D): void {
    if (this.#isEmpty || this.#ctx === null) return;
    const { width, height } = this.#image;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#ctx.putImageData(this.#image, 0, 0);
    ctx.drawImage(this.#canvas, this.#at.x, this.#at.y);
  }

  /** Fills part of a line of pixels. */
  #run(y: number, from: number, to: number, { size, pixels: hatch }: Omit<Tile, 'edge'>): void {
    const start = y * this.#image.width;
    if (size === 1) {
      const colour = hatch[0] ?? 0;
      // Most runs are short: a call to fill each would take longer.
      for (let at = start + from; at < start + to; at++) this.#pixels[at] = colour;
      return;
    }
    const down = ((this.#at.y + y) % size) * size;
    for (let x = from; x < to; x++) this.#pixels[start + x] = hatch[down + ((this.#at.x + x) % size)] ?? 0;
  }

  /** Fills part of a column. */
  #fill(x: number, y: number, height: number, tile: Tile | undefined): void {
    if (!tile) return;
    const pixels = this.#pixels;
    const { width } = this.#image;
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

/** The state with the largest share, but for idle; -1 where there is none. */
function largest(shares: Float64Array, from: number): number {
  let found = -1;
  for (let state = 0; state < STATES; state++) {
    const share = BAR_STATES[state] === 'idle' ? 0 : (shares[from + state] ?? 0);
    if (share > (found < 0 ? 0 : (shares[from + found] ?? 0))) found = state;
  }
  return found;
}
