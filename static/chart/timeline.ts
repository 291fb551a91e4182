/** One pass's live timeline: a uPlot in the place of the server's drawing, at its size, with the bars on its canvas. */
import uPlot from 'uplot';
import type { PassIndex } from '../../server/figures/totals.ts';
import type { Bar, PassTimeline, Row } from '../../server/timeline/model.ts';
import { rowName } from '../../server/words/names.ts';
import { drawingHeight, isNamed, RIGHT_WIDTH, rowHeight, TOP_HEIGHT } from '../../views/drawing/geometry.ts';
import { type Marks, marksOf } from '../../views/drawing/marks.ts';
import type { View } from '../stage/view.ts';
import { laneAxis, timeAxis } from './axes.ts';
import { BarPainter, firstInView, paintStaves } from './paint.ts';
import { NO_OVERLAY, type Overlay, paintLook } from './paint-look.ts';
import { paintMarks } from './paint-marks.ts';
import { NamePainter } from './paint-names.ts';
import type { Palette } from './palette.ts';
import { type Gestures, watchPointer } from './pointer.ts';

/** What to show: `pass` as it is at `nowMs`. `isNew`: events have come since the last time; `isMoving`: it is live. */
export type Shown = {
  pass: PassTimeline | null;
  nowMs: number;
  view: View;
  isNew: boolean;
  isMoving: boolean;
  overlay: Overlay;
  /** Of the rows of `pass`, where they are the pass's own. */
  indexes?: PassIndex;
};

/** What happens in a timeline that its stage has to know. */
export type ChartEvents = Omit<Gestures, 'pick'> & {
  /** The pointer is over a bar, or a row where it has none, or (null) no row; `left` is in CSS pixels of the plot. */
  point(chart: Chart, row: Row | null, bar: number | null, left: number): void;
  /** A bar was clicked, or (null) where there is none. */
  pick(chart: Chart, row: Row | null, bar: number | null): void;
};

/** How rows are set out, and named: a row a lane, or otherwise. */
export type Layout = {
  rowHeight(rows: number): number;
  /** What row `i` says of those under it, where it is a heading without bars; else null. */
  headingOf(i: number): string | null;
  /** Name of row `i` of `rows`; `row` is not there before its lane is. Empty for one that has none. */
  nameOf(i: number, rows: number, row: Row | undefined): string;
};

const LANES: Layout = {
  rowHeight,
  headingOf: () => null,
  nameOf: (i, rows, row) => {
    if (!isNamed(i, rowHeight(rows))) return '';
    if (row !== undefined) return rowName(row);
    return i === 0 ? 'main' : `#${i}`;
  },
};

export class Chart {
  /** The uPlot; x is in seconds since the pass began, y counts rows from the top. */
  readonly u: uPlot;
  readonly root: HTMLElement;
  /** Rows there is room for. */
  #rows: number;
  #shown: Shown = {
    pass: null,
    nowMs: 0,
    view: { minMs: 0, maxMs: 1 },
    isNew: true,
    isMoving: false,
    overlay: NO_OVERLAY,
  };
  /** The rows' names as they were last set. */
  #names = '';
  #marks: Marks = marksOf(null);
  /** Whether events have come since the marks were found, and until when they may stay so, in page time. */
  #areMarksOld = false;
  #marksRestUntilMs = 0;
  #palette: Palette;
  readonly #bars = new BarPainter();
  readonly #labels = new NamePainter();
  readonly #layout: Layout;
  #leaving = new AbortController();

  /** Takes the place of what is in `root`. */
  constructor(root: HTMLElement, rows: number, palette: Palette, events: ChartEvents, layout = LANES) {
    this.root = root;
    this.#rows = rows;
    this.#layout = layout;
    this.#palette = palette;
    const server = root.firstElementChild;
    // Arrow keys go from bar to bar, and a live region reads them: no reader's own way through text leads there.
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
    watchPointer(this.u, { ...events, pick }, this.#leaving.signal);
  }

  /** Takes it off the page. */
  remove(): void {
    this.#leaving.abort();
    this.u.destroy();
  }

  /** Shows a pass; draws nothing where nothing is new. */
  show(shown: Shown): void {
    const before = this.#shown;
    this.#shown = shown;
    this.#areMarksOld ||= shown.isNew;
    this.#findMarks();
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

  /** Finds the marks again; while they come, after a rest nine times as long as it took. */
  #findMarks(): void {
    const beganMs = performance.now();
    if (!this.#areMarksOld || (this.#shown.isMoving && beganMs < this.#marksRestUntilMs)) return;
    this.#areMarksOld = false;
    this.#marks = marksOf(this.#shown.pass);
    const endedMs = performance.now();
    this.#marksRestUntilMs = endedMs + 9 * (endedMs - beganMs);
  }

  /** Shows the vertical line of the cursor `left` CSS pixels into the plot; null: nowhere. */
  point(left: number | null): void {
    this.u.setCursor({ left: left ?? -10, top: -10 }, false);
  }

  /** The chart measures its axes again only where a name has changed: a lane has turned out to be a daemon. */
  #setData(): void {
    this.u.setData(this.#data());
    const names = Array.from({ length: this.#rows }, (_, i) => this.#nameOf(i)).join();
    if (names !== this.#names) this.u.redraw(false, true);
    this.#names = names;
  }

  /** Where a bar of a row begins, under it, in CSS pixels of the plot; null where the bar is out of sight. */
  placeOf(row: Row, { startMs, endMs }: Bar): { left: number; top: number } | null {
    const { pass, view } = this.#shown;
    const i = pass?.rows.indexOf(row) ?? -1;
    if (i < 0 || startMs > view.maxMs || (endMs ?? view.maxMs) < view.minMs) return null;
    const left = this.u.valToPos(Math.max(startMs, view.minMs) / 1000, 'x');
    return { left, top: (i + 1) * this.#layout.rowHeight(this.#rows) };
  }

  /** Fits the width of its place. */
  resize(): void {
    const width = this.root.clientWidth;
    if (width > 0 && width !== this.u.width) this.u.setSize({ width, height: this.#height });
  }

  /** Takes other colours. */
  recolour(palette: Palette): void {
    this.#palette = palette;
    this.u.redraw(false, true);
  }

  get #height(): number {
    return drawingHeight(this.#rows, this.#layout.rowHeight(this.#rows));
  }

  /** uPlot is given the edges alone: what stands between them is painted from the model. */
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
      cursor: {
        y: false,
        points: hidden,
        drag: { x: false, y: false, setScale: false },
        bind: { dblclick: () => () => null },
      },
      hooks: {
        draw: [() => this.#paint()],
        setCursor: [() => this.#point(events)],
      },
    };
  }

  #nameOf(i: number): string {
    return this.#layout.nameOf(i, this.#rows, this.#shown.pass?.rows[i]);
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
    this.#bars.paint(ctx, pass?.rows ?? [], { nowMs, isMoving }, area, this.#palette, this.#shown.indexes);
    paintMarks(ctx, this.#marks, this.#rows, area, this.#palette);
    paintLook(ctx, this.#shown.overlay, pass?.rows ?? [], area, this.#palette, nowMs);
  }

  #point({ point }: ChartEvents): void {
    const { left = -1, top = -1 } = this.u.cursor;
    const { row, bar } = this.#at(left, top);
    point(this, row, bar, left);
  }

  /** What stands at a place of the plot, in CSS pixels. */
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
