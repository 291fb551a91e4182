/**
 * Timelines that share one time axis and one cursor, with their visible range, selected bar and overlays. Independent
 * of where the passes come from: a run, a replay, or two runs side by side.
 */
import { PassIndex } from '../../server/figures/totals.ts';
import type { Mode } from '../../server/spec/modes.ts';
import type { Segment } from '../../server/timeline/critical-path.ts';
import type { BarState, PassTimeline } from '../../server/timeline/model.ts';
import { commonUnit, type TimeUnit } from '../../server/words/pass-times.ts';
import { totalsIn } from '../../server/words/totals.ts';
import type { Overlay } from '../chart/paint-overlay.ts';
import type { Palette } from '../chart/palette.ts';
import type { Chart } from '../chart/timeline.ts';
import type { Turn } from './fragment.ts';
import { aboutBar, OverlayBuilder, type Selected } from './overlays.ts';
import { type Mount, Panels } from './panels.ts';
import { Pointing } from './pointing.ts';
import { EMPTY, type Scene } from './scene.ts';
import { barOfCause, find, type Selection, type Step, step } from './selection.ts';
import type { Tip } from './tip.ts';
import { around, CLOSEST_MS, type View } from './view.ts';
import { Viewport } from './viewport.ts';

export class Stage {
  readonly #panels: Panels;
  /** What is turned on; change it with `turn`. */
  readonly turns = new Set<Turn>();
  #scene: Scene = EMPTY;
  readonly #viewport = new Viewport();
  #selection: Selection | null = null;
  #measured: View | null = null;
  #line: number | null = null;
  readonly #overlayBuilder = new OverlayBuilder();
  #indexes = new WeakMap<PassTimeline, PassIndex>();
  #overlays: Overlay[] = [];
  #isOverlayStale = true;
  readonly #pointing: Pointing;
  readonly #listeners = new AbortController();
  readonly #changed: () => void;

  /**
   * Puts a chart into each of `places`; `jobs` is the page's `.jobs` element, for the passes job by job. Calls
   * `changed` when the stage must be shown again.
   */
  constructor(
    places: readonly Mount[],
    palette: Palette,
    tip: Tip,
    changed: () => void,
    jobs: HTMLElement | null = null,
  ) {
    this.#changed = changed;
    this.#panels = new Panels(places, jobs, palette, {
      look: (minMs, maxMs) => this.look(minMs === null || maxMs === null ? null : { minMs, maxMs }),
      measure: (fromMs, toMs) =>
        this.measure({ minMs: Math.min(fromMs, toMs), maxMs: Math.max(fromMs, toMs) }),
      move: (share) => this.move(share),
      zoom: (factor, atMs) => this.zoom(factor, atMs),
      point: (on, at) => this.#pointing.point(on, at),
      pick: (at) =>
        this.select(
          at === null || at.bar === null
            ? null
            : { chart: at.chart, lane: at.row.lane, slot: at.row.slot, bar: at.bar },
        ),
    });
    this.#pointing = new Pointing(this, tip, () => this.#change());
    for (const root of this.roots) {
      root.addEventListener('focusout', () => this.#pointing.release(), { signal: this.#listeners.signal });
    }
    document.addEventListener('scroll', () => this.#pointing.showSelected(), {
      signal: this.#listeners.signal,
      capture: true,
      passive: true,
    });
  }

  /** One chart per pass, in order. */
  get charts(): readonly Chart[] {
    return this.#panels.charts;
  }

  /** The elements that take the focus and handle keys. */
  get roots(): HTMLElement[] {
    return this.#panels.roots;
  }

  /** The chart of the passes job by job; null if it is not shown. */
  get jobs(): Chart | null {
    return this.#panels.jobs?.chart ?? null;
  }

  /** The visible range. */
  get view(): View {
    return this.#viewport.view;
  }

  /** The chosen range; null if everything is visible. */
  get chosen(): View | null {
    return this.#viewport.chosen;
  }

  get selection(): Selection | null {
    return this.#selection;
  }

  get measured(): View | null {
    return this.#measured;
  }

  /** The line of the program with its bars marked; null if there is none. */
  get line(): number | null {
    return this.#line;
  }

  /** How many bars are marked in each pass. */
  get marked(): { mode: Mode; bars: number }[] {
    return this.#scene.passes.flatMap((pass, i) =>
      pass ? [{ mode: pass.mode, bars: this.#overlays[i]?.marked.length ?? 0 }] : [],
    );
  }

  /** Whether a live run continues out of view because the view was moved by hand. */
  get isLeftBehind(): boolean {
    return this.#scene.isLive && this.#viewport.isLeftBehind;
  }

  /** The passes that are shown, and the current time of each. */
  get scene(): Scene {
    return this.#scene;
  }

  /** The selected bar; null if there is none, or not yet. */
  get selected(): (Selected & { chart: number }) | null {
    const found = find(this.#scene.passes, this.#selection);
    const pass = this.#selection && this.#scene.passes[this.#selection.chart];
    if (!found || !pass || !this.#selection) return null;
    return { ...aboutBar(pass, found.row, found.bar), chart: this.#selection.chart };
  }

  /** Returns how long lanes were in each state within `view`, in ms, over all passes. */
  totals(view: View): Map<BarState, number> {
    const passes = this.#scene.passes.flatMap((pass, i) => {
      if (pass === null) return [];
      return [{ index: this.#indexOf(pass), nowMs: this.#scene.nowMs[i] ?? 0 }];
    });
    return totalsIn(passes, view);
  }

  #indexOf(pass: PassTimeline): PassIndex {
    const index = this.#indexes.get(pass) ?? new PassIndex(pass);
    this.#indexes.set(pass, index);
    return index;
  }

  /** The critical path of each ended pass: that of a running pass changes at each moment. */
  get paths(): { mode: Mode; path: Segment[] }[] {
    const { passes, isLive, isMoving } = this.#scene;
    const isStill = !isLive && !isMoving;
    return passes.flatMap((pass) =>
      pass && (isStill || pass.ended !== null)
        ? [{ mode: pass.mode, path: this.#overlayBuilder.pathOf(pass) }]
        : [],
    );
  }

  /** What the times count. */
  get #unit(): TimeUnit {
    return commonUnit(this.#scene.passes);
  }

  show(scene: Scene): void {
    const isElsewhere = scene.atMs !== this.#scene.atMs;
    this.#scene = scene;
    const isInSteps = this.#unit === 'step';
    this.#viewport.closestMs = isInSteps ? 1 : CLOSEST_MS;
    this.#viewport.all = { minMs: 0, maxMs: Math.max(scene.spanMs, ...scene.nowMs) };
    if (scene.isLive) {
      const live = scene.nowMs.filter((_, i) => scene.passes[i]?.ended === null);
      this.#viewport.advance(Math.max(0, ...live));
    }
    const { selected, turns } = this;
    if (scene.isNew || this.#isOverlayStale || isElsewhere) {
      const { passes, atMs } = scene;
      const state = {
        turns,
        selected,
        measured: this.#measured,
        line: this.#line,
        atMs,
        pointed: this.#pointing.pointed,
      };
      this.#overlays = this.#overlayBuilder.build(passes, state);
    }
    this.#isOverlayStale = false;
    this.#panels.show(scene, this.view, this.#overlays, turns.has('jobs'), (pass) => this.#indexOf(pass));
    this.#pointing.showSelected();
  }

  /** Shows a range; null for everything. */
  look(view: View | null): void {
    this.#viewport.look(view);
    this.#change();
  }

  /** Shows a range `factor` times as long, around `atMs`. */
  zoom(factor: number, atMs: number): void {
    this.#viewport.zoom(factor, atMs);
    this.#change();
  }

  /** Moves right by a share of the visible range. */
  move(share: number): void {
    this.#viewport.move(share);
    this.#change();
  }

  /** Follows a live run again, at the current zoom. */
  follow(): void {
    this.#viewport.follow();
    this.#change();
  }

  turn(what: Turn, isOn = !this.turns.has(what)): void {
    if (what === 'jobs' && !this.#panels.hasJobs) return;
    if (what === 'path' && this.#unit === 'step') return;
    if (isOn) this.turns.add(what);
    else this.turns.delete(what);
    this.#change();
  }

  /** Measures a range, whole steps where times count steps; null for none. */
  measure(measured: View | null): void {
    this.#measured = measured && this.#unit === 'step' ? wholeSteps(measured) : measured;
    this.#change();
  }

  /** Selects a bar; if `isReached`, also makes it visible. */
  select(selection: Selection | null, isReached = false): void {
    this.#selection = selection;
    this.#measured = null;
    this.#line = null;
    const { selected } = this;
    if (selected === null) this.#pointing.release();
    else this.#pointing.select(isReached);
    if (isReached && selected) {
      const { startMs, endMs } = selected.bar;
      const isSeen = startMs < this.view.maxMs && (endMs ?? Infinity) > this.view.minMs;
      if (!isSeen) this.#viewport.reveal(startMs);
      this.#rootOf(selected.chart)?.scrollIntoView({ block: 'nearest' });
    }
    this.#change();
  }

  /** Marks the bars that were at a line of the program, instead of a selection; null marks none. */
  mark(line: number | null): void {
    this.select(null);
    this.#line = line;
  }

  /** Moves the focus to the chart of the selected bar. */
  focus(): void {
    this.#rootOf(this.selected?.chart ?? 0)?.focus({ preventScroll: true });
  }

  #rootOf(chart: number): HTMLElement | undefined {
    return (this.jobs ?? this.charts[chart])?.root;
  }

  /** Selects the bar that a step leads to; without a selection, a bar of the focused chart. */
  step(to: Step): void {
    const focused = this.charts.findIndex(({ root }) => root.contains(document.activeElement));
    const { jobs } = this.#panels;
    const next = jobs
      ? jobs.step(this.#selection, to, this.view)
      : step(this.#scene.passes, this.#selection, to, this.view, Math.max(0, focused));
    this.select(next, true);
  }

  /** Shows only the measured range, or the selected bar, or everything. */
  fit(): void {
    const { selected } = this;
    const [fromMs, toMs] = this.#measured
      ? [this.#measured.minMs, this.#measured.maxMs]
      : selected
        ? [selected.bar.startMs, selected.bar.endMs ?? this.#scene.nowMs[selected.chart] ?? 0]
        : [0, 0];
    this.look(toMs > fromMs ? around(fromMs, toMs, this.#viewport.all) : null);
  }

  /** Selects the cause of the selected bar. Returns whether there is one. */
  goToRelease(): boolean {
    const { selected } = this;
    const cause = selected?.release;
    const at = cause ? barOfCause(selected, cause) : null;
    if (!cause || !at) return false;
    this.#viewport.reveal(cause.from.atMs);
    this.select(at, true);
    return true;
  }

  /** Fits the charts to the width of the page. */
  resize(): void {
    this.#panels.resize();
  }

  recolour(palette: Palette): void {
    this.#panels.recolour(palette);
  }

  remove(): void {
    this.#pointing.remove();
    this.#listeners.abort();
    this.#panels.remove();
  }

  #change(): void {
    this.#isOverlayStale = true;
    this.#changed();
  }
}

/** The nearest range of whole steps, at least one. */
function wholeSteps({ minMs, maxMs }: View): View {
  const from = Math.round(minMs);
  return from < Math.round(maxMs)
    ? { minMs: from, maxMs: Math.round(maxMs) }
    : { minMs: Math.floor(minMs), maxMs: Math.floor(minMs) + 1 };
}
