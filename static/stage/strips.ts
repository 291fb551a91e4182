/** The strips under all timelines of a stage, on common scales, and with its cursor. */
import { type PassSeries, seriesOf, type Tops, topsOf } from '../../views/drawing/series.ts';
import type { Palette } from '../chart/palette.ts';
import { SeriesChart, type SeriesEvents } from '../chart/series.ts';
import type { Scene } from './scene.ts';
import type { View } from './view.ts';

export class Strips {
  /** One a pass, in order; null where the page has no room for it. */
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

  /** Shows the cursor in all strips but the one that it is in. */
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
