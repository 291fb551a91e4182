/** Paints the tile of a run: its passes one below the other, on one axis. */
import { TILE_LOOKS, type Tile, type TilePass } from '../../server/figures/tile.ts';
import { BAR_STATES, type BarState } from '../../server/timeline/model.ts';
import { capital, inMode } from '../../server/words/english.ts';
import { lengthWords } from '../../server/words/pass-times.ts';
import { cross, torn } from '../chart/marks.ts';
import { paintBar } from '../chart/paint-bar.ts';
import type { Palette } from '../chart/palette.ts';
import { rowsFor, TITLE_PX } from './tile-layout.ts';

/** A moment of a tile: `sinceMs` after it arrived, when open bars have grown by that. */
export type Moment = { tile: Tile; sinceMs: number };

/** Paints a tile on the whole canvas; `isLarge`: as one of a few. */
export function paintTile(
  canvas: HTMLCanvasElement,
  { tile, sinceMs }: Moment,
  palette: Palette,
  isLarge: boolean,
): void {
  const ratio = devicePixelRatio;
  const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio].map(Math.round) as [
    number,
    number,
  ];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const ctx = canvas.getContext('2d');
  if (ctx === null) return;
  ctx.clearRect(0, 0, width, height);
  const ends = tile.passes.map(({ wallMs, latestMs }) => wallMs ?? latestMs + sinceMs);
  const spanMs = Math.max(1, ...ends);
  const counts = tile.passes.map(({ rows }) => rows.length);
  const { rowPx, gapPx, titlePx } = rowsFor(counts, canvas.clientWidth, canvas.clientHeight, isLarge);
  const rowHeight = rowPx * ratio;
  let y = 0;
  for (const [i, { mode, wallMs, rows, isInSteps }] of tile.passes.entries()) {
    if (titlePx > 0) {
      paintTitle(ctx, { mode, wallMs, ...(isInSteps && { isInSteps }) }, y, ratio, palette);
      y += titlePx * ratio;
    }
    for (const numbers of rows) {
      for (let at = 0; at < numbers.length; at += 3) {
        const [startMs = 0, endMs = -1, look = 0] = numbers.slice(at, at + 3);
        const toMs = endMs < 0 ? (ends[i] ?? 0) : endMs;
        const x = (startMs / spanMs) * width;
        const box = {
          x,
          y,
          width: Math.max(ratio, ((toMs - startMs) / spanMs) * width),
          height: rowHeight - ratio,
          ratio,
        };
        paintLook(ctx, look, box, palette);
      }
      y += rowHeight;
    }
    y += gapPx * ratio;
  }
}

/** Writes above a pass which mode it is, and how long it took. */
function paintTitle(
  ctx: CanvasRenderingContext2D,
  { mode, wallMs, isInSteps }: Pick<TilePass, 'mode' | 'wallMs' | 'isInSteps'>,
  y: number,
  ratio: number,
  palette: Palette,
): void {
  ctx.font = `${22 * ratio}px ${getComputedStyle(ctx.canvas).fontFamily}`;
  ctx.textBaseline = 'middle';
  ctx.fillStyle = palette.colours.ink;
  const time = wallMs === null ? '' : `  ${lengthWords(wallMs, isInSteps ? 'step' : 'ms')}`;
  ctx.fillText(`${capital(inMode(mode))}${time}`, 6 * ratio, y + (TITLE_PX / 2) * ratio);
}

function paintLook(
  ctx: CanvasRenderingContext2D,
  look: number,
  box: Parameters<typeof cross>[1],
  palette: Palette,
): void {
  const isState = look < BAR_STATES.length;
  const state: BarState = isState ? (BAR_STATES[look] ?? 'running') : 'running';
  const bar = { startMs: 0, endMs: 0, state, job: null, on: null, line: null, end: null };
  paintBar(ctx, bar, '', box, palette);
  if (TILE_LOOKS[look] === 'failed') cross(ctx, box, palette.colours.wrong);
  if (TILE_LOOKS[look] === 'cut-off') torn(ctx, box, palette.colours.paper, palette.colours.ink);
}
