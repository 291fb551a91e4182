/** One pass's live timeline: a uPlot in the place of the server's drawing, at its size, with the bars on its canvas. */
import uPlot from 'uplot';
import type { Bar, PassTimeline, Row } from '../server/runs/timeline.ts';
import { drawingHeight, isNamed, RIGHT_WIDTH, rowHeight, TOP_HEIGHT } from '../views/geometry.ts';
import { type Marks, marksOf } from '../views/marks.ts';
import { rowName } from '../views/names.ts';
import { laneAxis, timeAxis } from './axes.ts';
import { firstInView, paintRows, paintStaves } from './paint.ts';
import { paintMarks } from './paint-marks.ts';
import type { Palette } from './palette.ts';

/** Times at the left and right edge of every timeline of a run, in ms. */
export type View = { minMs: number; maxMs: number };

/** What to show: `pass` as it is at `nowMs`. `isNew`: events have come since the last time; `isMoving`: it is live. */
export type Shown = {
  pass: PassTimeline | null;
  nowMs: number;
  view: View;
  isNew: boolean;
  isMoving: boolean;
};

/** What happens in a timeline that its run has to know. */
export type ChartEvents = {
  /** A stretch was chosen to be looked at; null: all. */
  onZoom(view: View | null): void;
  /** A bar is pointed at, or a row where it has none, or (null) no row. */
  onPoint(chart: Chart, row: Row | null, bar: Bar | null): void;
};

export class Chart {
  /** The uPlot; x is in seconds since the pass began, y counts rows from the top. */
  readonly u: uPlot;
  readonly root: HTMLElement;
  /** Rows there is room for. */
  #rows: number;
  #shown: Shown = { pass: null, nowMs: 0, view: { minMs: 0, maxMs: 1 }, isNew: true, isMoving: false };
  /** The rows' names as they were last set. */
  #names = '';
  #marks: Marks = marksOf(null);
  #palette: Palette;

  /** Takes the place of what is in `root`. */
  constructor(root: HTMLElement, rows: number, palette: Palette, events: ChartEvents) {
    this.root = root;
    this.#rows = rows;
    this.#palette = palette;
    const server = root.firstElementChild;
    // To who cannot see it, a canvas is nothing unless it is named; its figures stand in the table.
    root.setAttribute('role', 'img');
    root.setAttribute('aria-label', server?.getAttribute('aria-label') ?? 'Timeline');
    this.u = new uPlot(this.#options(root.clientWidth, events), this.#data(), root);
    server?.remove();
  }

  /** Shows a pass; draws nothing where nothing is new. */
  show(shown: Shown): void {
    const before = this.#shown;
    this.#shown = shown;
    if (shown.isNew) this.#marks = marksOf(shown.pass);
    const rows = Math.max(this.#rows, shown.pass?.rows.length ?? 0);
    const { minMs, maxMs } = shown.view;
    if (rows !== this.#rows) {
      this.#rows = rows;
      this.u.setSize({ width: this.u.width, height: drawingHeight(rows) });
    }
    if (shown.isNew || minMs !== before.view.minMs || maxMs !== before.view.maxMs) this.#setData();
    else if (shown.nowMs !== before.nowMs) this.u.redraw(false, false);
  }

  /** The chart measures its axes again only where a name has changed: a lane has turned out to be a daemon. */
  #setData(): void {
    this.u.setData(this.#data());
    const names = Array.from({ length: this.#rows }, (_, i) => this.#nameOf(i)).join();
    if (names !== this.#names) this.u.redraw(false, true);
    this.#names = names;
  }

  /** Fits the width of its place. */
  resize(): void {
    const width = this.root.clientWidth;
    if (width > 0 && width !== this.u.width) this.u.setSize({ width, height: drawingHeight(this.#rows) });
  }

  /** Takes other colours. */
  recolour(palette: Palette): void {
    this.#palette = palette;
    this.u.redraw(false, true);
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
      height: drawingHeight(this.#rows),
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
        drag: { x: true, y: false, setScale: false },
        bind: {
          dblclick: () => () => {
            events.onZoom(null);
            return null;
          },
        },
      },
      hooks: {
        draw: [() => this.#paint()],
        setSelect: [() => this.#choose(events)],
        setCursor: [() => this.#point(events)],
      },
    };
  }

  #nameOf(i: number): string {
    if (!isNamed(i, this.#rows)) return '';
    const row = this.#shown.pass?.rows[i];
    if (row !== undefined) return rowName(row);
    return i === 0 ? 'main' : `#${i}`;
  }

  #paint(): void {
    const { ctx, bbox } = this.u;
    const { pass, nowMs, view, isMoving } = this.#shown;
    const { left, top, width } = bbox;
    const area = { left, top, width, rowHeight: bbox.height / this.#rows, ratio: uPlot.pxRatio, ...view };
    paintStaves(ctx, this.#rows, pass?.rows ?? [], area, this.#palette);
    paintRows(ctx, pass?.rows ?? [], { nowMs, isMoving }, area, this.#palette);
    paintMarks(ctx, this.#marks, this.#rows, area, this.#palette);
  }

  #choose({ onZoom }: ChartEvents): void {
    const { left, width } = this.u.select;
    if (width < 4) return;
    const minMs = Math.max(0, this.u.posToVal(left, 'x') * 1000);
    const maxMs = this.u.posToVal(left + width, 'x') * 1000;
    this.u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    onZoom({ minMs, maxMs });
  }

  #point({ onPoint }: ChartEvents): void {
    const { left = -1, top = -1 } = this.u.cursor;
    const i = Math.floor(top / rowHeight(this.#rows));
    const row = left < 0 || top < 0 ? undefined : this.#shown.pass?.rows[i];
    const atMs = this.u.posToVal(left, 'x') * 1000;
    const bar = row?.bars[firstInView(row.bars, atMs)];
    onPoint(this, row ?? null, bar !== undefined && bar.startMs <= atMs ? bar : null);
  }
}
