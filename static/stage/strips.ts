/** The strips under all timelines of a stage, with common scales and one cursor. */
import { type PassSeries, seriesOf, type Tops, topsOf } from '../../views/drawing/series.ts';
import type { Palette } from '../chart/palette.ts';
import { SeriesChart, type SeriesEvents } from '../chart/series.ts';
import type { Scene } from './scene.ts';
import type { View } from './view.ts';

export class Strips {
  /** One strip per pass, in order; null if the page has no container for it. */
  readonly all: readonly (SeriesChart | null)[];
  #series: PassSeries[] = [];
  #tops: Tops = topsOf([]);

  constructor(roots: readonly (HTMLElement | null)[], palette: Palette, events: SeriesEvents) {
    this.all = roots.map((root) => root && new SeriesChart(root, palette, events));
  }

  show({ passes, nowMs }: Scene, view: View, isNew: boolean): void {
    if (!this.all.some((strip) => strip !== null)) return;
    if (isNew) this.#series = passes.map(seriesOf);
    if (isNew) this.#tops = topsOf(passes, this.#series);
    this.all.forEach((strip, i) => {
      const at = { pass: passes[i] ?? null, series: this.#series[i] ?? seriesOf(null), nowMs: nowMs[i] ?? 0 };
      strip?.show({ ...at, view, tops: this.#tops, isNew });
    });
  }

  /** Shows the cursor in all strips except `from`, which contains the pointer. */
  point(left: number | null, from: SeriesChart | null = null): void {
    for (const strip of this.all) if (strip !== from) strip?.point(left);
  }

  resize(): void {
    for (const strip of this.all) strip?.resize();
  }

  recolour(palette: Palette): void {
    for (const strip of this.all) strip?.recolour(palette);
  }

  remove(): void {
    for (const strip of this.all) strip?.remove();
  }
}
