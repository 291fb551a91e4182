/** Paints the tile of a run: its passes one below the other, on one axis. */
import { TILE_LOOKS, type Tile } from '../../server/figures/tile.ts';
import { BAR_STATES, type BarState } from '../../server/timeline/model.ts';
import { cross, torn } from '../chart/marks.ts';
import { paintBar } from '../chart/paint-bar.ts';
import type { Palette } from '../chart/palette.ts';

/** Space between two passes, as a share of a row. */
const GAP = 0.6;
/** Highest row, in CSS pixels. */
const ROW_PX = 20;

/** Paints `tile` on the whole canvas, `sinceMs` after it arrived: open bars have grown by that. */
export function paintTile(canvas: HTMLCanvasElement, tile: Tile, sinceMs: number, palette: Palette): void {
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
  const rows = tile.passes.reduce((sum, pass) => sum + pass.rows.length, 0) + GAP * (tile.passes.length - 1);
  const rowHeight = Math.min(ROW_PX * ratio, height / Math.max(1, rows));
  let y = 0;
  for (const [i, { rows }] of tile.passes.entries()) {
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
    y += GAP * rowHeight;
  }
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
