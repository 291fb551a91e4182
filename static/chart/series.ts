/**
 * The strip under a pass's timeline: jobs running, memory and busy cores, as a uPlot synchronised with the timeline
 * above.
 */
import uPlot from 'uplot';
import type { PassTimeline } from '../../server/timeline/model.ts';
import {
  momentWords,
  type PassSeries,
  SERIES_NAMES,
  type SeriesName,
  seriesOf,
  seriesWords,
  type Tops,
  thinned,
} from '../../views/drawing/series.ts';
import { HEADROOM, SERIES_HEIGHT } from '../../views/drawing/series-drawing.ts';
import type { View } from '../stage/view.ts';
import { POINTER } from './axes.ts';
import type { Palette } from './palette.ts';
import { type Gestures, watchPointer } from './pointer.ts';

/** What to show: a pass and its series at `nowMs`, on scales that end at `tops`. */
type ShownSeries = {
  pass: PassTimeline | null;
  series: PassSeries;
  nowMs: number;
  view: View;
  tops: Tops;
  /** Whether events have arrived since the last call. */
  isNew: boolean;
};

/** The events of a strip. `left` is in CSS pixels of its plot, or null if the pointer has left it. */
export type SeriesEvents = Omit<Gestures, 'pick'> & { point(from: SeriesChart, left: number | null): void };

export class SeriesChart {
  /** The uPlot; x is in seconds since the pass began, and each series uses the scale of the same name. */
  readonly u: uPlot;
  readonly #plot: HTMLElement;
  readonly #words: HTMLElement | null;
  #shown: ShownSeries = {
    pass: null,
    series: seriesOf(null),
    nowMs: 0,
    view: { minMs: 0, maxMs: 1 },
    tops: { jobs: 1, memory: 1, cores: 1 },
    isNew: true,
  };
  /** The cursor's position, in CSS pixels of the plot. */
  #left: number | null = null;
  #palette: Palette;
  #listeners = new AbortController();

  /** Replaces the drawing in `root`, a `.series` element of the page. */
  constructor(root: HTMLElement, palette: Palette, events: SeriesEvents) {
    this.#palette = palette;
    this.#plot = root.querySelector<HTMLElement>('.series-plot') ?? root;
    this.#words = root.querySelector<HTMLElement>('.series-words');
    const server = this.#plot.firstElementChild;
    this.u = new uPlot(this.#options(this.#plot.clientWidth, events), this.#data(0), this.#plot);
    server?.remove();
    watchPointer(this.u, { ...events, pick: () => {} }, this.#listeners.signal);
  }

  /** Removes the chart from the page. */
  remove(): void {
    this.#listeners.abort();
    this.u.destroy();
  }

  /** Shows `shown`; sets the data only if events have arrived, time has passed, or the range or scales have changed. */
  show(shown: ShownSeries): void {
    const { view, tops, nowMs } = this.#shown;
    this.#shown = shown;
    const isSame =
      shown.nowMs === nowMs &&
      shown.view.minMs === view.minMs &&
      shown.view.maxMs === view.maxMs &&
      SERIES_NAMES.every((name) => shown.tops[name] === tops[name]);
    // Hidden, it has no width: `resize` sets the data when it is shown.
    if (this.u.width > 0 && (shown.isNew || !isSame)) this.u.setData(this.#data(this.u.width));
    this.#showValues();
  }

  /** Shows the cursor's vertical line and the values there; null hides it. */
  point(left: number | null): void {
    this.#left = left;
    this.u.setCursor({ left: left ?? -10, top: -10 }, false);
    this.#showValues();
  }

  /** Fits the chart to the width of its container. */
  resize(): void {
    const width = this.#plot.clientWidth;
    if (width === 0 || width === this.u.width) return;
    this.u.setSize({ width, height: SERIES_HEIGHT });
    // The number of points that fit depends on the width.
    this.u.setData(this.#data(this.u.width));
  }

  /** Redraws in other colours. */
  recolour(palette: Palette): void {
    this.#palette = palette;
    this.u.redraw(false);
  }

  /**
   * At most two points per pixel for each series: three per 1.5 pixels. The last count of running jobs extends to now;
   * measurements end where they were taken.
   */
  #data(width: number): uPlot.AlignedData {
    const { view, series, pass, nowMs } = this.#shown;
    const columns = Math.max(1, Math.floor(width / 1.5));
    const tables = SERIES_NAMES.map((name): [number[], number[]] => {
      const { atMs, values } = thinned(series[name], view.minMs, view.maxMs, columns);
      return [atMs.map((ms) => ms / 1000), values];
    });
    const [times, jobs] = tables[SERIES_NAMES.indexOf('jobs')] ?? [[], []];
    const last = jobs.at(-1);
    if (pass?.ended === null && last !== undefined && nowMs / 1000 > (times.at(-1) ?? 0)) {
      times.push(nowMs / 1000);
      jobs.push(last);
    }
    return uPlot.join(tables);
  }

  #options(width: number, events: SeriesEvents): uPlot.Options {
    const hidden = { show: false };
    const scale = (name: SeriesName): uPlot.Scale => ({
      range: () => [0, this.#shown.tops[name] * (1 + HEADROOM)],
    });
    const colour = (name: keyof Palette['colours']) => () => this.#palette.colours[name];
    const line = { points: hidden, width: 1.5 };
    return {
      width,
      height: SERIES_HEIGHT,
      padding: [0, 0, 0, 0],
      legend: hidden,
      scales: {
        x: { time: false, range: () => [this.#shown.view.minMs / 1000, this.#shown.view.maxMs / 1000] },
        jobs: scale('jobs'),
        memory: scale('memory'),
        cores: scale('cores'),
      },
      series: [
        {},
        {
          scale: 'jobs',
          paths: uPlot.paths.stepped?.({ align: 1 }),
          fill: colour('track'),
          stroke: colour('edge'),
          points: hidden,
          width: 1,
        },
        { ...line, scale: 'memory', stroke: colour('ink') },
        { ...line, scale: 'cores', stroke: () => this.#palette.states.computing.colour, dash: [4, 3] },
      ],
      axes: [hidden, hidden],
      cursor: POINTER,
      hooks: {
        setCursor: [
          ({ cursor: { left = -1 } }) => {
            this.#left = left < 0 ? null : left;
            this.#showValues();
            events.point(this, this.#left);
          },
        ],
      },
    };
  }

  /** Writes the values at the cursor; without a cursor, the pass's current or final values. */
  #showValues(): void {
    const { pass, series, nowMs } = this.#shown;
    const words =
      pass !== null && this.#left !== null
        ? momentWords(pass, series, this.u.posToVal(this.#left, 'x') * 1000)
        : seriesWords(pass, series, nowMs);
    if (this.#words !== null && this.#words.textContent !== words) this.#words.textContent = words;
  }
}
