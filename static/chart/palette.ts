/** The style sheet's colours and hatches, for the canvas. */
import { BAR_STATES, type BarState } from '../../server/timeline/model.ts';
import { type Hatch, STATE_LOOKS } from '../../server/words/looks.ts';
import { LANE_COLOURS } from '../../server/words/names.ts';

/**
 * Colours by name, the paint of each state, the lane colours starting with main's, and the tiles in the order of
 * BAR_STATES.
 */
export type Palette = ReturnType<typeof readPalette>;

/** A repeating square of `size` × `size` pixels, in the format of `ImageData`; 1 × 1 for a plain colour. */
type Pixels = { size: number; pixels: Uint32Array };
/** The tile of a state's fill, and that of its edges. */
export type Tile = Pixels & { edge: Pixels };

/** How a state is painted: `on` is the text colour on a solid fill, `outline` the outline's colour; null for none. */
type StatePaint = {
  colour: string;
  on: string | null;
  fill: string | CanvasPattern;
  outline: string | null;
  tile: Tile;
};

/** Reads the custom properties that apply to `element`. Call it again when the colour scheme changes. */
export function readPalette(element: Element, pixelRatio: number) {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim() || 'gray';
  const colours = {
    ink: read('ink'),
    muted: read('muted'),
    paper: read('paper'),
    edge: read('edge'),
    track: read('track'),
    grid: read('grid'),
    'on-sleep': read('on-sleep'),
    message: read('message'),
    wrong: read('wrong'),
    accent: read('accent'),
  };
  const lanes = Array.from({ length: LANE_COLOURS + 1 }, (_, i) => read(i === 0 ? 'lane-main' : `lane-${i}`));
  const states = Object.fromEntries(
    BAR_STATES.map((state) => [state, paintOf(state, read, pixelRatio)]),
  ) as Record<BarState, StatePaint>;
  return { colours, states, lanes, tiles: BAR_STATES.map((state) => states[state].tile) };
}

/** Returns the paint of a state, with the colours of the style sheet. */
function paintOf(state: BarState, read: (name: string) => string, ratio: number): StatePaint {
  const look = STATE_LOOKS[state];
  const colour = read(state);
  const on = look.text === 'on-fill' ? read(`on-${state}`) : null;
  const plain = (one: string) => pixelsOf(tileOf(1, 1, one, () => {}));
  switch (look.fill) {
    case 'line': {
      const nothing = { size: 1, pixels: new Uint32Array(1) };
      return { colour, on, fill: 'transparent', outline: null, tile: { ...nothing, edge: nothing } };
    }
    case 'solid': {
      const edge = look.hasEdge ? read(`${state}-edge`) : colour;
      const outline = look.hasEdge ? edge : null;
      return { colour, on, fill: colour, outline, tile: { ...plain(colour), edge: plain(edge) } };
    }
    case 'dashed': {
      // Empty but for a few dots, visible where the bar is too narrow for its dotted edge.
      const inside = dots(4, ratio, colour, 1);
      const edge = dots(4, ratio, colour, 2);
      const tile = { ...pixelsOf(inside), edge: pixelsOf(edge) };
      return { colour, on, fill: 'transparent', outline: colour, tile };
    }
    case 'hatched': {
      const { size, strokes, lineWidth, hasGround } = look.hatch;
      const ground = hasGround ? read(`${state}-ground`) : null;
      const canvas = tileOf(size, ratio, ground, (ctx) => paintHatch(ctx, strokes, colour, lineWidth));
      const tile = { ...pixelsOf(canvas), edge: plain(colour) };
      return { colour, on, fill: patternOf(canvas), outline: colour, tile };
    }
  }
}

/** Returns a tile with two dots of `width` on its diagonal. */
function dots(size: number, ratio: number, colour: string, width: number): HTMLCanvasElement {
  return tileOf(size, ratio, null, (ctx) => {
    ctx.fillStyle = colour;
    ctx.fillRect(0, 0, width, width);
    ctx.fillRect(2, 2, width, width);
  });
}

/** Returns a tile of `size` CSS pixels, drawn at the screen's resolution. */
function tileOf(
  size: number,
  ratio: number,
  ground: string | null,
  draw: (ctx: CanvasRenderingContext2D) => void,
): HTMLCanvasElement {
  const tile = document.createElement('canvas');
  tile.width = tile.height = Math.round(size * ratio);
  const ctx = tile.getContext('2d', { willReadFrequently: true });
  if (ctx === null) return tile;
  ctx.scale(tile.width / size, tile.height / size);
  if (ground !== null) {
    ctx.fillStyle = ground;
    ctx.fillRect(0, 0, size, size);
  }
  draw(ctx);
  return tile;
}

function patternOf(tile: HTMLCanvasElement): CanvasPattern | string {
  return tile.getContext('2d')?.createPattern(tile, 'repeat') ?? 'transparent';
}

function pixelsOf(tile: HTMLCanvasElement): Pixels {
  const { width: size } = tile;
  const image = tile.getContext('2d')?.getImageData(0, 0, size, size);
  return { size, pixels: new Uint32Array(image?.data.buffer ?? new ArrayBuffer(4 * size * size)) };
}

function paintHatch(
  ctx: CanvasRenderingContext2D,
  strokes: Hatch['strokes'],
  colour: string,
  lineWidth: number,
): void {
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = lineWidth;
  ctx.beginPath();
  for (const stroke of strokes) {
    if ('radius' in stroke) {
      const { x, y, radius } = stroke;
      ctx.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
      continue;
    }
    const [x1, y1, x2, y2] = stroke;
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
  }
  ctx.stroke();
}
