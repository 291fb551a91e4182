/** How the tiles of a wall are laid out, and the rows in them, so that they are read from the last row. Pure; CSS pixels. */

/** Up to this many tiles are drawn large: they fill the wall, and their passes have titles. */
export const MOST_LARGE = 6;

/** Most tiles that can be read from the last row, and how many the one takes that everyone is shown. */
const PER_PAGE = 40;
const SPOTLIGHT_TILES = 6;

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

type Placed = { isInSpotlight: boolean };

/** Returns how many pages there are. */
export function pagesOf(all: readonly Placed[]): number {
  const others = all.filter(({ isInSpotlight }) => !isInSpotlight).length;
  return Math.max(1, Math.ceil(others / roomFor(all)));
}

/** Returns the tiles of a page, counted from 0. The one that everyone is shown is on every page. */
export function onPage<P extends Placed>(all: readonly P[], page: number): P[] {
  const room = roomFor(all);
  const others = all.filter(({ isInSpotlight }) => !isInSpotlight);
  return [
    ...all.filter(({ isInSpotlight }) => isInSpotlight),
    ...others.slice(page * room, (page + 1) * room),
  ];
}

function roomFor(all: readonly Placed[]): number {
  return all.some(({ isInSpotlight }) => isInSpotlight) ? PER_PAGE - SPOTLIGHT_TILES : PER_PAGE;
}

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
