/** The charts of a stage: a chart and a strip for each pass, or all passes job by job, with one cursor for all. */
import type { PassIndex } from '../../server/figures/totals.ts';
import type { PassTimeline, Row } from '../../server/timeline/model.ts';
import { NO_OVERLAY, type Overlay } from '../chart/paint-overlay.ts';
import type { Palette } from '../chart/palette.ts';
import { Chart } from '../chart/timeline.ts';
import { JobsView } from './jobs-view.ts';
import type { PanelEvents } from './panel-events.ts';
import type { Scene } from './scene.ts';
import { Strips } from './strips.ts';
import type { View } from './view.ts';

/** A chart's container, the number of rows that fit, and the container of its strip, if it has one. */
export type Mount = { root: HTMLElement; rows: number; series?: HTMLElement | null };

export class Panels {
  /** One chart per pass, in order. */
  readonly charts: readonly Chart[];
  readonly #strips: Strips;
  /** null if the page has no container for it. */
  readonly #jobs: JobsView | null;

  /** Puts a chart into each of `places`; `jobs` is the page's `.jobs` element, for the passes job by job. */
  constructor(places: readonly Mount[], jobs: HTMLElement | null, palette: Palette, events: PanelEvents) {
    const { point, pick, ...gestures } = events;
    const at = (chart: number, row: Row | null, bar: number | null) => row && { chart, row, bar };
    this.charts = places.map(
      ({ root, rows }, i) =>
        new Chart(root, rows, palette, {
          ...gestures,
          point: (chart, row, bar, left) => {
            for (const other of this.charts) if (other !== chart) other.point(row === null ? null : left);
            this.#strips.point(row === null ? null : left);
            point(chart, at(i, row, bar));
          },
          pick: (_chart, row, bar) => pick(at(i, row, bar)),
        }),
    );
    const series = places.map((place) => place.series ?? null);
    this.#strips = new Strips(series, palette, {
      ...gestures,
      point: (from, left) => {
        for (const chart of this.charts) chart.point(left);
        this.#strips.point(left, from);
      },
    });
    const root = jobs?.querySelector<HTMLElement>('.chart');
    this.#jobs = jobs && root ? new JobsView(jobs, root, palette, { ...gestures, point, pick }) : null;
  }

  /** Whether the page can show the passes job by job. */
  get hasJobs(): boolean {
    return this.#jobs !== null;
  }

  /** The passes job by job; null if they are not shown. */
  get jobs(): JobsView | null {
    return this.#jobs?.isShown ? this.#jobs : null;
  }

  /** The elements that take the focus and handle keys. */
  get roots(): HTMLElement[] {
    return [...this.charts.map(({ root }) => root), ...(this.#jobs ? [this.#jobs.root] : [])];
  }

  /** Shows a scene, as timelines or, if `isByJob`, job by job. The hidden ones are updated when they are shown. */
  show(
    scene: Scene,
    view: View,
    overlays: readonly Overlay[],
    isByJob: boolean,
    indexOf: (pass: PassTimeline) => PassIndex,
  ): void {
    const isTurned = this.#jobs !== null && this.#jobs.isShown !== isByJob;
    const hasFocus = isTurned && this.roots.some((root) => root.contains(document.activeElement));
    if (isTurned) this.#jobs?.turn(isByJob);
    // The window may have been resized while it was hidden.
    if (isTurned) this.resize();
    const isNew = scene.isNew || isTurned;
    const place = this.jobs ?? this.charts[0];
    if (this.jobs) this.jobs.show(scene, view, isNew, overlays);
    else this.#showPasses(scene, view, isNew, overlays, indexOf);
    // The focused element is now hidden: the element that replaced it gets the focus.
    if (hasFocus) place?.root.focus({ preventScroll: true });
  }

  #showPasses(
    scene: Scene,
    view: View,
    isNew: boolean,
    overlays: readonly Overlay[],
    indexOf: (pass: PassTimeline) => PassIndex,
  ): void {
    this.charts.forEach((chart, i) => {
      const overlay = overlays[i] ?? NO_OVERLAY;
      const pass = scene.passes[i] ?? null;
      const at = { pass, nowMs: scene.nowMs[i] ?? 0, ...(pass && { indexes: indexOf(pass) }) };
      // Other passes may continue after this one has ended.
      const isMoving = scene.isMoving && pass?.ended === null;
      chart.show({ ...at, view, isNew, isMoving, overlay });
    });
    this.#strips.show(scene, view, isNew);
  }

  resize(): void {
    for (const part of this.#all) part?.resize();
  }

  recolour(palette: Palette): void {
    for (const part of this.#all) part?.recolour(palette);
  }

  remove(): void {
    for (const part of this.#all) part?.remove();
  }

  get #all(): readonly (Chart | Strips | JobsView | null)[] {
    return [...this.charts, this.#strips, this.#jobs];
  }
}
