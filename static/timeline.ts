/** One pass's live timeline: a uPlot in the place of the server's drawing, at the same size, with the bars painted on its canvas. */
import uPlot from 'uplot';
import type { Bar, PassTimeline, Row } from '../server/runs/timeline.ts';
import {
  AXIS_HEIGHT,
  drawingHeight,
  FONT,
  isNamed,
  LABEL_WIDTH,
  RIGHT_WIDTH,
  rowGap,
  rowHeight,
  ticks,
  tickText,
} from '../views/geometry.ts';
import { laneColour, rowName } from '../views/names.ts';
import { firstInView, paintRows } from './paint.ts';
import type { Palette } from './palette.ts';

/** Times at the left and right edge of every timeline of a run, in ms. */
export type View = { minMs: number; maxMs: number };

/** What happens in a timeline that its run has to know: a stretch was chosen to be looked at (null: all), a bar is pointed at. */
export type ChartEvents = {
  onZoom(view: View | null): void;
  onPoint(chart: Chart, row: Row | null, bar: Bar | null): void;
};

export class Chart {
  /** The uPlot; x is in seconds since the pass began, y counts rows from the top. */
  readonly u: uPlot;
  readonly root: HTMLElement;
  /** Rows there is room for. */
  #rows: number;
  #pass: PassTimeline | null = null;
  #nowMs = 0;
  #view: View = { minMs: 0, maxMs: 1 };
  #palette: Palette;

  /** Takes the place of what is in `root`. */
  constructor(root: HTMLElement, rows: number, palette: Palette, events: ChartEvents) {
    this.root = root;
    this.#rows = rows;
    this.#palette = palette;
    const server = root.firstElementChild;
    this.u = new uPlot(
      this.#options(root.clientWidth, events),
      [
        [0, 1],
        [0, 0],
      ],
      root,
    );
    server?.remove();
  }

  /** Shows `pass` as it is at `nowMs`, between the times of `view`. */
  show(pass: PassTimeline | null, nowMs: number, view: View): void {
    this.#pass = pass;
    this.#nowMs = nowMs;
    const rows = Math.max(this.#rows, pass?.rows.length ?? 0);
    const isSame = rows === this.#rows && view.minMs === this.#view.minMs && view.maxMs === this.#view.maxMs;
    this.#view = { ...view };
    if (isSame) {
      this.u.redraw(false, false);
      return;
    }
    if (rows !== this.#rows) {
      this.#rows = rows;
      this.u.setSize({ width: this.u.width, height: drawingHeight(rows) });
    }
    this.u.setData([
      [view.minMs / 1000, view.maxMs / 1000],
      [0, 0],
    ]);
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

  #options(width: number, events: ChartEvents): uPlot.Options {
    const hidden = { show: false };
    return {
      width,
      height: drawingHeight(this.#rows),
      padding: [0, RIGHT_WIDTH, 0, 0],
      legend: hidden,
      scales: {
        x: { time: false, range: () => [this.#view.minMs / 1000, this.#view.maxMs / 1000] },
        y: { range: () => [0, this.#rows], dir: -1 },
      },
      series: [{}, { scale: 'y', paths: () => null, points: hidden }],
      axes: [this.#timeAxis(), this.#laneAxis()],
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

  #timeAxis(): uPlot.Axis {
    return {
      size: AXIS_HEIGHT,
      gap: 5,
      font: FONT,
      stroke: () => this.#palette.colours.muted,
      grid: { stroke: () => this.#palette.colours.grid, width: 1 },
      ticks: { show: false },
      splits: () => ticks(this.#view.minMs, this.#view.maxMs).map((ms) => ms / 1000),
      values: (_u, splits) => {
        const all = splits.map((second) => second * 1000);
        return all.map((ms) => tickText(ms, all));
      },
    };
  }

  #laneAxis(): uPlot.Axis {
    return {
      scale: 'y',
      size: LABEL_WIDTH,
      gap: 12,
      font: FONT,
      stroke: () => this.#palette.colours.muted,
      grid: { show: false },
      ticks: { show: false },
      splits: () => Array.from({ length: this.#rows }, (_, i) => i + 0.5),
      values: () =>
        Array.from({ length: this.#rows }, (_, i) => (isNamed(i, this.#rows) ? this.#nameOf(i) : '')),
    };
  }

  #nameOf(i: number): string {
    const row = this.#pass?.rows[i];
    if (row !== undefined) return rowName(row);
    return i === 0 ? 'main' : `#${i}`;
  }

  #paint(): void {
    const { ctx, bbox } = this.u;
    const ratio = uPlot.pxRatio;
    const height = bbox.height / this.#rows;
    ctx.save();
    ctx.fillStyle = this.#palette.colours.track;
    for (let i = 0; i < this.#rows; i++) {
      ctx.fillRect(
        bbox.left,
        Math.round(bbox.top + (i + 0.5) * height - ratio / 2),
        bbox.width,
        Math.max(1, Math.round(ratio)),
      );
    }
    ctx.restore();
    if (this.#pass === null) return;
    const gap = rowGap(height / ratio) * ratio;
    this.#pass.rows.forEach((row, i) => {
      if (row.slot !== null) return;
      ctx.fillStyle = this.#palette.lanes[laneColour(row.lane)] ?? this.#palette.colours.ink;
      ctx.fillRect(
        Math.round(bbox.left - 7 * ratio),
        bbox.top + i * height + gap,
        3 * ratio,
        height - 2 * gap,
      );
    });
    const area = {
      left: bbox.left,
      top: bbox.top,
      width: bbox.width,
      rowHeight: height,
      ratio,
      ...this.#view,
    };
    paintRows(ctx, this.#pass.rows, this.#nowMs, area, this.#palette);
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
    const row = left < 0 || top < 0 ? undefined : this.#pass?.rows[Math.floor(top / rowHeight(this.#rows))];
    if (row === undefined) {
      onPoint(this, null, null);
      return;
    }
    const atMs = this.u.posToVal(left, 'x') * 1000;
    const bar = row.bars[firstInView(row.bars, atMs)];
    onPoint(this, row, bar !== undefined && bar.startMs <= atMs ? bar : null);
  }
}
