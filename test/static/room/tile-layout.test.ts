/** How large the tiles of a wall are. */
import { describe, expect, it } from 'vitest';
import { columnsFor, onPage, pagesOf, rowsFor } from '../../../static/room/tile-layout.ts';

describe('tile layout', () => {
  it('columnsFor: a few tiles fill rows of equal length; from seven on they are as many as are read from the last row', () => {
    const columns = [1, 2, 3, 4, 5, 6, 7, 16, 40].map((tiles) => columnsFor(tiles, false).columns);
    expect(columns).toEqual([1, 2, 3, 2, 3, 3, 4, 6, 8]);
  });

  it('columnsFor: the tile that everyone is shown never spans more columns than there are', () => {
    for (let tiles = 1; tiles <= 40; tiles++) {
      const { columns, span } = columnsFor(tiles, true);
      expect(span).toBeLessThanOrEqual(columns);
    }
  });

  it('onPage: every tile is on one page of at most 40, and the one that everyone is shown on all', () => {
    for (const [tiles, shown] of [
      [0, null],
      [40, null],
      [41, null],
      [45, 44],
      [100, 3],
    ] as const) {
      const all = Array.from({ length: tiles }, (_, n) => ({ n, isInSpotlight: n === shown }));
      const pages = Array.from({ length: pagesOf(all) }, (_, page) => onPage(all, page));
      expect(pages.length).toBe(Math.max(1, Math.ceil(shown === null ? tiles / 40 : (tiles - 1) / 34)));
      for (const page of pages) {
        expect(page.length).toBeLessThanOrEqual(40);
        if (shown !== null) expect(page[0]?.n).toBe(shown);
      }
      expect(new Set(pages.flat().map(({ n }) => n)).size).toBe(tiles);
    }
  });

  it('rowsFor: the rows of a large tile fill it, with titles where there is room; those of others stay low', () => {
    const height = ({ rowPx, gapPx, titlePx }: ReturnType<typeof rowsFor>, passes: number[]) =>
      passes.reduce((sum, one) => sum + one * rowPx + titlePx, 0) + (passes.length - 1) * gapPx;
    for (const passes of [[1], [6], [1, 6, 6, 6], [9, 9, 9, 9]]) {
      for (const isLarge of [true, false]) {
        const rows = rowsFor(passes, 600, 400, isLarge);
        expect(height(rows, passes)).toBeLessThanOrEqual(400.001);
        if (!isLarge)
          expect(rows).toMatchObject({ titlePx: 0, rowPx: expect.closeTo(Math.min(20, rows.rowPx)) });
      }
    }
    const six = rowsFor([6], 600, 400, true);
    expect(six.titlePx).toBeGreaterThan(0);
    expect(height(six, [6])).toBeCloseTo(400);
    // Four modes in a low tile: the rows need the room.
    expect(rowsFor([9, 9, 9, 9], 600, 400, true).titlePx).toBe(0);
    expect(rowsFor([6], 170, 160, true).titlePx).toBe(0);
  });
});
