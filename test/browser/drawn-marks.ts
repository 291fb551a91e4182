/** Reads the marks painted on a chart: how many pixels of a colour are at a place in a row. */
import type { Page } from 'playwright-core';
import type { RunView } from '../../static/run/run-view.ts';

/** A colour of the style sheet, `--name`, used for marks. */
export type Colour =
  | 'ink'
  | 'wrong'
  | 'message'
  | 'join'
  | 'lock'
  | 'semaphore'
  | 'condition'
  | 'queue'
  | 'starting';

/** An area: from one time to another, and vertically in rows from the top; 1.5 is the middle of the second row. */
export type Place = { fromMs: number; toMs: number; fromRow: number; toRow: number };

/** An area around a point: `ms` and `row` as in `Place`; `reach` is in CSS pixels each way, 6 by default. */
export type Point = { ms: number; row: number; reach?: number };

/** Counts the pixels of the colour in each of `places` in the chart of a pass. */
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

      // Read a copy: reading the chart's own canvas would change how the browser paints it.
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
          // Thin lines fall between pixels, so their colour is only close to it.
          if (wanted.every((value, part) => Math.abs(value - (data[i + part] ?? 0)) < 16)) count++;
        }
        return count;
      });
    },
    { pass, colour, places },
  );
}
