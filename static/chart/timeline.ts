/**
 * One pass's live timeline: a uPlot that replaces the server's drawing at the same size, with the bars on its canvas.
 */
import uPlot from 'uplot';
import type { PassIndex } from '../../server/figures/totals.ts';
import type { Bar, PassTimeline, Row } from '../../server/timeline/model.ts';
import { asLaneNoun, type LaneNoun, nameOfRow } from '../../server/words/names.ts';
import { type TimeUnit, unitOf } from '../../server/words/pass-times.ts';
import { drawingHeight, isNamed, RIGHT_WIDTH, rowHeight, TOP_HEIGHT } from '../../views/drawing/geometry.ts';
import { type Marks, marksOf } from '../../views/drawing/marks.ts';
import type { View } from '../stage/view.ts';
import { laneAxis, POINTER, timeAxis } from './axes.ts';
import { BarPainter, firstInView, paintStaves } from './paint.ts';
import { paintMarks } from './paint-marks.ts';
import { NamePainter, paintBrace } from './paint-names.ts';
import { NO_OVERLAY, type Overlay, paintOverlay } from './paint-overlay.ts';
import type { Palette } from './palette.ts';
import { type Gestures, watchPointer } from './pointer.ts';

/** What to show: `pass` at `nowMs`. `isNew`: events have arrived since the last call; `isMoving`: the pass is live. */
export type Shown = {
  pass: PassTimeline | null;
  nowMs: number;
  view: View;
  isNew: boolean;
  isMoving: boolean;
  overlay: Overlay;
  /** Indexes of the rows of `pass`; omitted for rows made from several passes. */
  indexes?: PassIndex;
};

/** The events of a timeline that its stage handles. */
type ChartEvents = Omit<Gestures, 'pick'> & {
  /**
   * The pointer is over a bar, over a row without a bar there, or (null) over no row; `left` is in CSS pixels of the
   * plot.
   */
  point(chart: Chart, row: Row | null, bar: number | null, left: number): void;
  /** A bar was clicked, or (null) an empty place. */
  pick(chart: Chart, row: Row | null, bar: number | null): void;
};

/** How rows are laid out and named: one row per lane, or otherwise. */
export type Layout = {
  rowHeight(rows: number): number;
  /** The text of row `i` if it is a heading without bars; else null. */
  headingOf(i: number): string | null;
  /** The name of row `i` of `rows` in a pass, or before it has begun (null). Empty for a row without a name. */
  nameOf(i: number, rows: number, pass: PassTimeline | null): string;
};

/** A row per lane. `noun` is what the names of the lanes to come are made of. */
function laneLayout(noun: LaneNoun): Layout {
  return {
    rowHeight,
    headingOf: () => null,
    nameOf: (i, rows, pass) => (isNamed(i, rowHeight(rows)) ? nameOfRow(pass, i, noun) : ''),
  };
}

export class Chart {
  /** The uPlot; x is in seconds since the pass began, y counts rows from the top. */
  readonly u: uPlot;
  readonly root: HTMLElement;
  /** The number of rows that fit. */
  #rows: number;
  #shown: Shown = {
    pass: null,
    nowMs: 0,
    view: { minMs: 0, maxMs: 1 },
    isNew: true,
    isMoving: false,
    overlay: NO_OVERLAY,
  };
  /** The row names as last set. */
  #names = '';
  #marks: Marks = marksOf(null);
  /** Whether events have arrived since the marks were computed, and until when the marks may stay old, in page time. */
  #areMarksStale = false;
  #marksRestUntilMs = 0;
  #palette: Palette;
  readonly #bars = new BarPainter();
  readonly #labels = new NamePainter();
  readonly #layout: Layout;
  #listeners = new AbortController();

  /** Replaces the content of `root`. */
  constructor(root: HTMLElement, rows: number, palette: Palette, events: ChartEvents, layout?: Layout) {
    this.root = root;
    this.#rows = rows;
    this.#layout = layout ?? laneLayout(asLaneNoun(root.dataset.noun));
    this.#palette = palette;
    const server = root.firstElementChild;
    // Arrow keys move from bar to bar and a live region reads them out, so a screen reader's text navigation is not
    // used here.
    root.setAttribute('role', 'application');
    root.setAttribute('aria-roledescription', 'timeline');
    if (document.getElementById('keys-short')) root.setAttribute('aria-describedby', 'keys-short');
    root.setAttribute('aria-label', server?.getAttribute('aria-label') ?? 'Timeline');
    root.tabIndex = 0;
    this.u = new uPlot(this.#options(root.clientWidth, events), this.#data(), root);
    server?.remove();
    const pick = (left: number, top: number) => {
      const { row, bar } = this.#at(left, top);
      events.pick(this, row, bar);
    };
    watchPointer(this.u, { ...events, pick }, this.#listeners.signal);
  }

  /** What its times count. */
  get unit(): TimeUnit {
    const { pass } = this.#shown;
    return pass === null && this.root.dataset.unit === 'step' ? 'step' : unitOf(pass);
  }

  /** Removes the chart from the page. */
  remove(): void {
    this.#listeners.abort();
    this.u.destroy();
  }

  /** Shows a pass; draws nothing if nothing is new. */
  show(shown: Shown): void {
    const before = this.#shown;
    this.#shown = shown;
    this.#areMarksStale ||= shown.isNew;
    this.#updateMarks();
    const rows = Math.max(this.#rows, shown.pass?.rows.length ?? 0);
    const { minMs, maxMs } = shown.view;
    if (rows !== this.#rows) {
      this.#rows = rows;
      this.u.setSize({ width: this.u.width, height: this.#height });
    }
    if (shown.isNew || minMs !== before.view.minMs || maxMs !== before.view.maxMs) this.#setData();
    else if (
      shown.nowMs !== before.nowMs ||
      shown.overlay !== before.overlay ||
      shown.isMoving !== before.isMoving
    )
      this.u.redraw(false, false);
  }

  /** Computes the marks again. In a live pass, pauses for nine times as long as the last computation took. */
  #updateMarks(): void {
    const beganMs = performance.now();
    if (!this.#areMarksStale || (this.#shown.isMoving && beganMs < this.#marksRestUntilMs)) return;
    this.#areMarksStale = false;
    this.#marks = marksOf(this.#shown.pass);
    const endedMs = performance.now();
    this.#marksRestUntilMs = endedMs + 9 * (endedMs - beganMs);
  }

  /** Shows the cursor's vertical line `left` CSS pixels into the plot; null hides it. */
  point(left: number | null): void {
    this.u.setCursor({ left: left ?? -10, top: -10 }, false);
  }

  /** Measures the axes again only if a name has changed: a lane has turned out to be a daemon. */
  #setData(): void {
    this.u.setData(this.#data());
    const names = Array.from({ length: this.#rows }, (_, i) => this.#nameOf(i)).join();
    if (names !== this.#names) this.u.redraw(false, true);
    this.#names = names;
  }

  /**
   * Returns the point under the start of a bar, in CSS pixels of the plot, and the height of its row above it; null if
   * the bar is out of view.
   */
  placeOf(row: Row, { startMs, endMs }: Bar): { left: number; top: number; height: number } | null {
    const { pass, view } = this.#shown;
    const i = pass?.rows.indexOf(row) ?? -1;
    if (i < 0 || startMs > view.maxMs || (endMs ?? view.maxMs) < view.minMs) return null;
    const left = this.u.valToPos(Math.max(startMs, view.minMs) / 1000, 'x');
    const height = this.#layout.rowHeight(this.#rows);
    return { left, top: (i + 1) * height, height };
  }

  /** Returns from where to where a row reaches, in CSS pixels of the plot; null without one. */
  spanOf(row: Row | undefined): { top: number; bottom: number } | null {
    const i = row === undefined ? -1 : (this.#shown.pass?.rows.indexOf(row) ?? -1);
    const height = this.#layout.rowHeight(this.#rows);
    return i < 0 ? null : { top: i * height, bottom: (i + 1) * height };
  }

  /** Fits the chart to the width of its container. */
  resize(): void {
    const width = this.root.clientWidth;
    if (width > 0 && width !== this.u.width) this.u.setSize({ width, height: this.#height });
  }

  /** Redraws in other colours. */
  recolour(palette: Palette): void {
    this.#palette = palette;
    this.u.redraw(false, true);
  }

  get #height(): number {
    return drawingHeight(this.#rows, this.#layout.rowHeight(this.#rows));
  }

  /** uPlot gets only the edges of the view; the bars are painted from the model. */
  #data(): uPlot.AlignedData {
    const { minMs, maxMs } = this.#shown.view;
    return [
      [minMs / 1000, maxMs / 1000],
      [0, 0],
    ];
  }

  #options(width: number, events: ChartEvents): uPlot.Options {
    const hidden = { show: false };
    const source = {
      palette: () => this.#palette,
      view: () => this.#shown.view,
      unit: () => this.unit,
      names: () => Array.from({ length: this.#rows }, (_, i) => this.#nameOf(i)),
    };
    return {
      width,
      height: this.#height,
      padding: [TOP_HEIGHT, RIGHT_WIDTH, 0, 0],
      legend: hidden,
      scales: {
        x: { time: false, range: () => [this.#shown.view.minMs / 1000, this.#shown.view.maxMs / 1000] },
        y: { range: () => [0, this.#rows], dir: -1 },
      },
      series: [{}, { scale: 'y', paths: () => null, points: hidden }],
      axes: [timeAxis(source), laneAxis(source)],
      cursor: POINTER,
      hooks: {
        draw: [() => this.#paint()],
        setCursor: [() => this.#point(events)],
      },
    };
  }

  #nameOf(i: number): string {
    return this.#layout.nameOf(i, this.#rows, this.#shown.pass);
  }

  #paint(): void {
    const { ctx, bbox } = this.u;
    const { pass, nowMs, view, isMoving } = this.#shown;
    const { left, top, width } = bbox;
    const area = { left, top, width, rowHeight: bbox.height / this.#rows, ratio: uPlot.pxRatio, ...view };
    paintStaves(ctx, this.#rows, pass?.rows ?? [], area, this.#palette, this.#layout.headingOf);
    this.#labels.paint(
      ctx,
      Array.from({ length: this.#rows }, (_, i) => this.#nameOf(i)),
      area,
      this.#palette,
    );
    paintBrace(ctx, this.root.dataset.brace ?? '', bbox.height, area, this.#palette);
    this.#bars.paint(ctx, pass?.rows ?? [], { nowMs, isMoving }, area, this.#palette, this.#shown.indexes);
    paintMarks(ctx, this.#marks, this.#rows, area, this.#palette);
    paintOverlay(ctx, this.#shown.overlay, pass?.rows ?? [], area, this.#palette, nowMs);
  }

  #point({ point }: ChartEvents): void {
    const { left = -1, top = -1 } = this.u.cursor;
    const { row, bar } = this.#at(left, top);
    point(this, row, bar, left);
  }

  /** Returns the row and bar at a point of the plot, in CSS pixels. */
  #at(left: number, top: number): { row: Row | null; bar: number | null } {
    const i = Math.floor(top / this.#layout.rowHeight(this.#rows));
    const row = left < 0 || top < 0 ? undefined : this.#shown.pass?.rows[i];
    if (row === undefined) return { row: null, bar: null };
    const atMs = this.u.posToVal(left, 'x') * 1000;
    const bar = firstInView(row.bars, atMs);
    const startMs = row.bars[bar]?.startMs;
    return { row, bar: startMs !== undefined && startMs <= atMs ? bar : null };
  }
}
