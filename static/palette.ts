/** The style sheet's colours and hatches, for the canvas. */

import { LANE_COLOURS } from '../views/names.ts';

/** Colours by name, and the fills of the hatched states, and the lanes' colours, main's first. */
export type Palette = ReturnType<typeof readPalette>;

/** Reads the custom properties that apply to `element`; to be read again when the colour scheme changes. */
export function readPalette(element: Element, pixelRatio: number) {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim() || 'gray';
  const colours = {
    ink: read('ink'),
    muted: read('muted'),
    paper: read('paper'),
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
  };
  const lanes = Array.from({ length: LANE_COLOURS + 1 }, (_, i) => read(i === 0 ? 'lane-main' : `lane-${i}`));
  const hatches = {
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
  };
  return { colours, hatches, lanes };
}

/** A tile of `size` CSS pixels, drawn at the screen's own resolution. */
function hatch(
  size: number,
  ratio: number,
  ground: string | null,
  draw: (ctx: CanvasRenderingContext2D) => void,
) {
  const tile = document.createElement('canvas');
  tile.width = tile.height = Math.round(size * ratio);
  const ctx = tile.getContext('2d');
  if (ctx === null) return ground ?? 'transparent';
  ctx.scale(tile.width / size, tile.height / size);
  if (ground !== null) {
    ctx.fillStyle = ground;
    ctx.fillRect(0, 0, size, size);
  }
  draw(ctx);
  return ctx.createPattern(tile, 'repeat') ?? ground ?? 'transparent';
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
