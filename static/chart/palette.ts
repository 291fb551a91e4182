/** The style sheet's colours and hatches, for the canvas. */
import { BAR_STATES, type BarState } from '../../server/timeline/model.ts';
import { LANE_COLOURS } from '../../server/words/names.ts';

/** Colours by name, the fills of the hatched states, the lanes' colours, main's first, and tiles in order of BAR_STATES. */
export type Palette = ReturnType<typeof readPalette>;

/** A look as pixels that repeat, `size` each way, as `ImageData` has them; a plain colour has one. */
type Pixels = { size: number; pixels: Uint32Array };
/** A state's look, and that of its edges. */
export type Tile = Pixels & { edge: Pixels };

/** Reads the custom properties that apply to `element`; to be read again when the colour scheme changes. */
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
    starting: read('starting'),
    running: read('running'),
    'on-running': read('on-running'),
    computing: read('computing'),
    'on-computing': read('on-computing'),
    sleep: read('sleep'),
    'sleep-edge': read('sleep-edge'),
    'on-sleep': read('on-sleep'),
    join: read('join'),
    queue: read('queue'),
    'queue-ground': read('queue-ground'),
    lock: read('lock'),
    'lock-ground': read('lock-ground'),
    worker: read('worker'),
    message: read('message'),
    wrong: read('wrong'),
    accent: read('accent'),
  };
  const lanes = Array.from({ length: LANE_COLOURS + 1 }, (_, i) => read(i === 0 ? 'lane-main' : `lane-${i}`));
  const canvases = {
    starting: hatch(5, pixelRatio, null, (ctx) =>
      strokes(ctx, colours.starting, 1.2, [
        [-1, 1, 1, -1],
        [0, 5, 5, 0],
        [4, 6, 6, 4],
      ]),
    ),
    queue: hatch(6, pixelRatio, colours['queue-ground'], (ctx) =>
      strokes(ctx, colours.queue, 1.2, [
        [1.5, 0, 1.5, 6],
        [4.5, 0, 4.5, 6],
      ]),
    ),
    lock: hatch(6, pixelRatio, colours['lock-ground'], (ctx) =>
      strokes(ctx, colours.lock, 1, [
        [0, 0, 6, 6],
        [6, 0, 0, 6],
      ]),
    ),
    worker: hatch(4, pixelRatio, null, (ctx) => {
      ctx.fillStyle = colours.worker;
      ctx.fillRect(1.2, 1.2, 1.6, 1.6);
    }),
    // Empty, but for a few dots where there is no room for its dotted edge.
    join: hatch(4, pixelRatio, null, (ctx) => {
      ctx.fillStyle = colours.join;
      ctx.fillRect(0, 0, 1, 1);
      ctx.fillRect(2, 2, 1, 1);
    }),
    joinEdge: hatch(4, pixelRatio, null, (ctx) => {
      ctx.fillStyle = colours.join;
      ctx.fillRect(0, 0, 2, 2);
      ctx.fillRect(2, 2, 2, 2);
    }),
  };
  const hatches = {
    starting: patternOf(canvases.starting),
    queue: patternOf(canvases.queue),
    lock: patternOf(canvases.lock),
    worker: patternOf(canvases.worker),
  };
  const plain = (colour: string) => pixelsOf(hatch(1, 1, colour, () => {}));
  const tileOf = (state: BarState): Tile => {
    switch (state) {
      case 'idle': {
        const nothing = { size: 1, pixels: new Uint32Array(1) };
        return { ...nothing, edge: nothing };
      }
      case 'running':
      case 'computing':
        return { ...plain(colours[state]), edge: plain(colours[state]) };
      case 'sleep':
        return { ...plain(colours.sleep), edge: plain(colours['sleep-edge']) };
      case 'join':
        return { ...pixelsOf(canvases.join), edge: pixelsOf(canvases.joinEdge) };
      default:
        return { ...pixelsOf(canvases[state]), edge: plain(colours[state]) };
    }
  };
  return { colours, hatches, lanes, tiles: BAR_STATES.map(tileOf) };
}

/** A tile of `size` CSS pixels, drawn at the screen's own resolution. */
function hatch(
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

function strokes(
  ctx: CanvasRenderingContext2D,
  colour: string,
  width: number,
  lines: [number, number, number, number][],
) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.beginPath();
  for (const [x1, y1, x2, y2] of lines) {
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
  }
  ctx.stroke();
}
