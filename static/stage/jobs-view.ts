/**
 * All passes in one chart, job by job: a group of rows for each job, and in it a row for each pass with the job's bars
 * in that pass. A selection keeps its meaning: a bar in a row of a pass.
 */
import type { Segment } from '../../server/timeline/critical-path.ts';
import { type JobRow, jobRows } from '../../server/timeline/job-rows.ts';
import type { Cause, PassTimeline, Point, Row } from '../../server/timeline/model.ts';
import { apply, newTimeline } from '../../server/timeline/timeline.ts';
import { NO_OVERLAY, type Overlay } from '../chart/paint-overlay.ts';
import type { Palette } from '../chart/palette.ts';
import { Chart, type Layout } from '../chart/timeline.ts';
import type { PanelEvents, Pointed } from './panel-events.ts';
import type { Scene } from './scene.ts';
import { type Selection, type Step, step } from './selection.ts';
import type { View } from './view.ts';

/** Height up to which rows share the space, in CSS pixels; with many jobs the chart is higher. */
const SHARED_HEIGHT_PX = 420;
/** Largest and smallest row height, in CSS pixels: too low for job numbers in bars, which the headings show. */
const MAX_ROW_PX = 12;
const MIN_ROW_PX = 5;
/** Smallest row height at which rows are named, in CSS pixels. */
const MIN_NAMED_ROW_PX = 11;

export class JobsView {
  /** The chart's container. */
  readonly root: HTMLElement;
  readonly #figure: HTMLElement;
  readonly #names: string[];
  readonly #events: PanelEvents;
  #palette: Palette;
  #chart: Chart | null = null;
  /** The rows from the top: null for a heading with a job's number, followed by that job's rows. */
  #rows: (JobRow | null)[] = [];
  #overlay: Overlay = NO_OVERLAY;
  /** The overlays that `#overlay` was made from. */
  #overlays: readonly Overlay[] = [];
  /** An artificial pass with a row for each of `#rows`, in the same order. */
  #drawn: PassTimeline = emptyPass();

  /** `figure` is the page's `.jobs` element. */
  constructor(figure: HTMLElement, root: HTMLElement, palette: Palette, events: PanelEvents) {
    this.root = root;
    this.#figure = figure;
    this.#names = figure.dataset.names?.split(',') ?? [];
    this.#palette = palette;
    this.#events = events;
  }

  get isShown(): boolean {
    return !this.#figure.hidden;
  }

  /** The chart; null until it is first shown. */
  get chart(): Chart | null {
    return this.#chart;
  }

  /** Shows this chart instead of the timelines, or hides it. */
  turn(isOn: boolean): void {
    this.#figure.hidden = !isOn;
    this.#figure.parentElement?.classList.toggle('is-by-job', isOn);
  }

  /**
   * Shows the passes of a scene; `isNew`: events have arrived since the last call. `overlays` are those of the passes.
   */
  show({ passes, nowMs, isMoving }: Scene, view: View, isNew: boolean, overlays: readonly Overlay[]): void {
    if (isNew) this.#set(jobRows(passes, Number(this.#figure.dataset.jobs)));
    if (isNew || overlays !== this.#overlays) this.#overlay = this.#overlayOf(overlays);
    this.#overlays = overlays;
    this.#chart ??= this.#makeChart();
    // Only running passes have open bars, and these all end at the same time.
    const now = Math.max(0, ...passes.map((pass, i) => (pass?.ended === null ? (nowMs[i] ?? 0) : 0)));
    this.#chart.show({ pass: this.#drawn, nowMs: now, view, isNew, isMoving, overlay: this.#overlay });
  }

  /** Steps from bar to bar in the order of this chart. */
  step(at: Selection | null, to: Step, view: View): Selection | null {
    const found = step([this.#drawn], this.#inChart(at), to, view);
    const ghost = found && this.#rows[found.slot ?? -1];
    if (!found || !ghost?.row) return at;
    const { lane, slot } = ghost.row;
    return { chart: ghost.chart, lane, slot, bar: ghost.barIndexes[found.bar] ?? 0 };
  }

  resize(): void {
    this.#chart?.resize();
  }

  recolour(palette: Palette): void {
    this.#palette = palette;
    this.#chart?.recolour(palette);
  }

  remove(): void {
    this.turn(false);
    this.#chart?.remove();
  }

  #set(rows: JobRow[]): void {
    this.#rows = rows.flatMap((row) => (row.chart === 0 ? [null, row] : [row]));
    this.#drawn.rows = this.#rows.map((ghost, slot) => ({ ...BLANK, slot, bars: ghost?.bars ?? [] }));
  }

  #makeChart(): Chart {
    const { point, pick, ...gestures } = this.#events;
    const chart = new Chart(
      this.root,
      this.#rows.length,
      this.#palette,
      {
        ...gestures,
        point: (from, row, bar) => point(from, this.#inPass(row, bar)),
        pick: (_from, row, bar) => pick(this.#inPass(row, bar)),
      },
      this.#layout(),
    );
    this.root.setAttribute('aria-label', 'Timeline: job by job');
    return chart;
  }

  #layout(): Layout {
    const rowHeight = (rows: number) =>
      Math.max(MIN_ROW_PX, Math.min(MAX_ROW_PX, Math.floor(SHARED_HEIGHT_PX / Math.max(1, rows))));
    return {
      rowHeight,
      headingOf: (i) => (this.#rows[i] === null ? `job ${this.#rows[i + 1]?.job}` : null),
      nameOf: (i, rows) =>
        rowHeight(rows) < MIN_NAMED_ROW_PX ? '' : (this.#names[this.#rows[i]?.chart ?? -1] ?? ''),
    };
  }

  /** Maps a bar of this chart to the bar of a pass. */
  #inPass(row: Row | null, bar: number | null): Pointed | null {
    const ghost = row && this.#rows[row.slot ?? -1];
    if (!ghost?.row) return null;
    return { chart: ghost.chart, row: ghost.row, bar: bar === null ? null : (ghost.barIndexes[bar] ?? null) };
  }

  /** Maps a selected bar to its place in this chart; null if it belongs to no job. */
  #inChart(at: Selection | null): Selection | null {
    if (at === null) return null;
    for (const [slot, ghost] of this.#rows.entries()) {
      if (ghost?.chart !== at.chart || ghost.row?.lane !== at.lane || ghost.row.slot !== at.slot) continue;
      const bar = ghost.barIndexes.indexOf(at.bar);
      if (bar >= 0) return { chart: 0, lane: BLANK.lane, slot, bar };
    }
    return null;
  }

  /** Maps the overlays of the passes to the rows of this chart. What belongs to no job is dropped. */
  #overlayOf(overlays: readonly Overlay[]): Overlay {
    const slots = new Map(
      this.#rows.flatMap((ghost, slot) => (ghost ? [[keyOf(ghost), slot] as const] : [])),
    );
    const here = <T extends Pick<Point, 'job'>>(chart: number, place: T): T => {
      const slot = place.job === null ? undefined : slots.get(keyOf({ chart, job: place.job }));
      return { ...place, lane: slot === undefined ? NO_LANE : BLANK.lane, slot: slot ?? null };
    };
    const causeHere = (chart: number, cause: Cause): Cause => ({
      ...cause,
      from: here(chart, cause.from),
      to: here(chart, cause.to),
    });
    const overlay: Overlay = {
      ...NO_OVERLAY,
      measured: overlays[0]?.measured ?? null,
      atMs: overlays[0]?.atMs ?? null,
    };
    const path: Segment[] = [];
    const arrows: Cause[] = [];
    overlays.forEach((one, chart) => {
      path.push(...one.path.map((segment) => here(chart, segment)));
      const own = one.release && causeHere(chart, one.release);
      if (own) overlay.release = own;
      overlay.pointed ??= one.pointed && causeHere(chart, one.pointed);
      arrows.push(
        ...one.arrows.map((cause) => (cause === one.release && own ? own : causeHere(chart, cause))),
      );
      overlay.marked = [
        ...overlay.marked,
        ...one.marked.flatMap(({ bar }) => {
          const slot = bar.job === null ? undefined : slots.get(keyOf({ chart, job: bar.job }));
          const row = slot === undefined ? undefined : this.#drawn.rows[slot];
          return row ? [{ row, bar }] : [];
        }),
      ];
      const slot =
        one.selected?.bar.job == null ? undefined : slots.get(keyOf({ chart, job: one.selected.bar.job }));
      const row = slot === undefined ? undefined : this.#drawn.rows[slot];
      if (one.selected && row) overlay.selected = { row, bar: one.selected.bar };
    });
    return { ...overlay, path, arrows };
  }
}

/** A row of this chart. It belongs to no lane, so it gets no lane mark. */
const BLANK: Row = {
  lane: 0,
  slot: null,
  name: '',
  kind: 'thread',
  pid: 0,
  parentPid: 0,
  threadId: 0,
  daemon: false,
  bars: [],
  seen: [],
  ended: null,
};

/** A lane that does not exist. */
const NO_LANE = -1;

function keyOf({ chart, job }: { chart: number; job: number }): string {
  return `${chart} ${job}`;
}

/** Returns a pass without events: a chart draws a pass, and this chart's rows come from several. */
function emptyPass(): PassTimeline {
  const timeline = newTimeline();
  apply(timeline, {
    seq: 1,
    pass: 0,
    atMs: 0,
    type: 'pass-started',
    mode: 'threads',
    cores: 1,
    otherRuns: 0,
  });
  const pass = timeline.passes[0];
  if (!pass) throw new Error('A pass that has started is there.');
  return pass;
}
