/** How the tiles of a wall are laid out, and the rows in them, so that they are read from the last row. Pure; CSS pixels. */

/** Up to this many tiles are drawn large: they fill the wall, and their passes have titles. */
export const MOST_LARGE = 6;

/** Space between two passes, as a share of a row. */
const GAP = 0.6;
/** Highest row, and that of a large tile. */
const ROW_PX = 20;
const LARGE_ROW_PX = 96;
/** Height of a pass's title, and the lowest rows beside which there is room for titles. */
export const TITLE_PX = 34;
const ROW_WITH_TITLE_PX = 14;
/** Narrowest tile with titles. */
const TITLED_WIDTH_PX = 360;

/** Columns of the wall, and how many of them the tile spans that everyone is shown. */
export type Columns = { columns: number; span: number };

/** Returns how many tiles are side by side, so that they fill a screen that is about twice as wide as high. */
export function columnsFor(tiles: number, hasSpotlight: boolean): Columns {
  if (tiles > MOST_LARGE) return { columns: Math.min(8, Math.ceil(Math.sqrt(1.6 * tiles))), span: 3 };
  if (tiles <= 1) return { columns: 1, span: 1 };
  if (hasSpotlight) return { columns: 3, span: 2 };
  return { columns: tiles === 2 || tiles === 4 ? 2 : 3, span: 1 };
}

export type Rows = { rowPx: number; gapPx: number; titlePx: number };

/** Returns the heights in a tile with `passes`, each its number of rows, on `width` by `height`. */
export function rowsFor(passes: readonly number[], width: number, height: number, isLarge: boolean): Rows {
  const rows = passes.reduce((sum, one) => sum + one, 0) + GAP * Math.max(0, passes.length - 1);
  const rowIn = (px: number) => Math.min(isLarge ? LARGE_ROW_PX : ROW_PX, px / Math.max(1, rows));
  const titledPx = rowIn(height - passes.length * TITLE_PX);
  const hasTitles = isLarge && width >= TITLED_WIDTH_PX && titledPx >= ROW_WITH_TITLE_PX;
  const rowPx = hasTitles ? titledPx : rowIn(height);
  return { rowPx, gapPx: GAP * rowPx, titlePx: hasTitles ? TITLE_PX : 0 };
}
