/** Reads the marks that are painted on a chart: how much of a colour there is at a place of a row. */
import type { Page } from 'playwright-core';
import type { RunView } from '../../static/run/run-view.ts';

/** A colour of the style sheet, `--name`, that marks are painted in. */
export type Colour = 'ink' | 'wrong' | 'message' | 'join' | 'lock' | 'queue' | 'starting';

/** Where to look: from a time to another, and how far down, in rows from the top: 1.5 is the middle of the second. */
export type Place = { fromMs: number; toMs: number; fromRow: number; toRow: number };

/** A place around a point: `ms` and `row` as in `Place`, `reach` CSS pixels each way, 6 unless told. */
export type Point = { ms: number; row: number; reach?: number };

/** Counts, for each of `places` in the chart of a pass, the pixels that have the colour. */
export function countPixels(
  page: Page,
  pass: number,
  colour: Colour,
  places: (Place | Point)[],
): Promise<number[]> {
  return page.evaluate(
    ({ pass, colour, places }) => {
      const view = document.querySelector<RunView>('run-view');
      const u = view?.charts[pass]?.u;
      if (!view || !u) throw new Error(`There is no chart of pass ${pass}.`);
      const ratio = u.ctx.canvas.width / u.width;

      // A copy is read: reading from the chart's own canvas would change how the browser paints it.
      const copy = document.createElement('canvas');
      copy.width = u.ctx.canvas.width;
      copy.height = u.ctx.canvas.height;
      const probe = copy.getContext('2d', { willReadFrequently: true })!;
      probe.fillStyle = getComputedStyle(view).getPropertyValue(`--${colour}`).trim();
      probe.fillRect(0, 0, 1, 1);
      const wanted = [...probe.getImageData(0, 0, 1, 1).data];
      probe.clearRect(0, 0, copy.width, copy.height);
      probe.drawImage(u.ctx.canvas, 0, 0);

      return places.map((place) => {
        const isPoint = 'ms' in place;
        const reach = ratio * ((isPoint ? place.reach : undefined) ?? 6);
        const x = (ms: number) => u.valToPos(ms / 1000, 'x', true);
        const y = (row: number) => u.valToPos(row, 'y', true);
        const left = Math.round(isPoint ? x(place.ms) - reach : x(place.fromMs));
        const right = Math.round(isPoint ? x(place.ms) + reach : x(place.toMs));
        const top = Math.round(isPoint ? y(place.row) - reach : y(place.fromRow));
        const bottom = Math.round(isPoint ? y(place.row) + reach : y(place.toRow));
        const { data } = probe.getImageData(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
        let count = 0;
        for (let i = 0; i < data.length; i += 4) {
          // Thin lines are painted between pixels: theirs are almost the colour.
          if (wanted.every((value, part) => Math.abs(value - (data[i + part] ?? 0)) < 16)) count++;
        }
        return count;
      });
    },
    { pass, colour, places },
  );
}
