/**
 * Timelines that share one time axis and one cursor: which stretch of it is seen, which bar is selected, what is drawn
 * besides. Knows nothing of where its passes come from: a run, a replay, or two runs side by side.
 */
import { PassIndex } from '../../server/figures/totals.ts';
import type { Mode } from '../../server/spec/modes.ts';
import type { Segment } from '../../server/timeline/critical-path.ts';
import type { BarState, PassTimeline } from '../../server/timeline/model.ts';
import { barLines } from '../../server/words/bar-words.ts';
import { rowTitle } from '../../server/words/names.ts';
import { measuredLines, totalsIn } from '../../server/words/totals.ts';
import type { Overlay } from '../chart/paint-look.ts';
import type { Palette } from '../chart/palette.ts';
import type { Chart } from '../chart/timeline.ts';
import type { Turn } from './fragment.ts';
import { aboutBar, type Looked, Looks, type Selected } from './looks.ts';
import type { Pointed } from './panel-events.ts';
import { type Mount, Panels } from './panels.ts';
import { EMPTY, type Scene } from './scene.ts';
import { Seen } from './seen.ts';
import { find, type Selection, type Step, step } from './selection.ts';
import type { Tip } from './tip.ts';
import { TipOwner } from './tip-owner.ts';
import { around, type View } from './view.ts';

/** How long the pointer must be on a bar for what let it go on to be shown, in ms. */
const RESTED_MS = 200;

export class Stage {
  readonly #panels: Panels;
  /** What is turned on; to be changed by `turn`. */
  readonly turns = new Set<Turn>();
  #scene: Scene = EMPTY;
  readonly #seen = new Seen();
  #selection: Selection | null = null;
  #measured: View | null = null;
  readonly #looks = new Looks();
  #indexes = new WeakMap<PassTimeline, PassIndex>();
  #pointed: Looked['pointed'] = null;
  #pointTimer: ReturnType<typeof setTimeout> | undefined;
  #overlays: Overlay[] = [];
  #isLookNew = true;
  readonly #teller: TipOwner;
  readonly #leaving = new AbortController();
  readonly #changed: () => void;

  /**
   * Puts a chart into each of `places`, and into `jobs`, a `.jobs` of the page, what shows them job by job; calls
   * `changed` when what is looked at has changed and is to be shown again.
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
      point: (on, at) => this.#pointAt(on, at),
      pick: (at) =>
        this.select(
          at === null || at.bar === null
            ? null
            : { chart: at.chart, lane: at.row.lane, slot: at.row.slot, bar: at.bar },
        ),
    });
    this.#teller = new TipOwner(tip);
    for (const root of this.roots) {
      root.addEventListener('focusout', () => this.#teller.end(this.charts[0]), {
        signal: this.#leaving.signal,
      });
    }
    document.addEventListener('scroll', () => this.#tellSelected(), {
      signal: this.#leaving.signal,
      capture: true,
      passive: true,
    });
  }

  /** One a pass, in order. */
  get charts(): readonly Chart[] {
    return this.#panels.charts;
  }

  /** Everything that can have the focus, and is moved about in by keys. */
  get roots(): HTMLElement[] {
    return this.#panels.roots;
  }

  /** The chart of the passes job by job; null where they are not shown so. */
  get jobs(): Chart | null {
    return this.#panels.jobs?.chart ?? null;
  }

  /** The stretch that is seen now. */
  get view(): View {
    return this.#seen.view;
  }

  /** The stretch that was chosen; null where everything is seen. */
  get chosen(): View | null {
    return this.#seen.chosen;
  }

  get selection(): Selection | null {
    return this.#selection;
  }

  get measured(): View | null {
    return this.#measured;
  }

  /** Whether a live run goes on out of sight, for the view was moved by hand. */
  get isLeftBehind(): boolean {
    return this.#scene.isLive && this.#seen.isLeftBehind;
  }

  /** The passes that are shown, and the time of each. */
  get scene(): Scene {
    return this.#scene;
  }

  /** The selected bar; null where there is none, or not yet. */
  get selected(): (Selected & { chart: number }) | null {
    const found = find(this.#scene.passes, this.#selection);
    const pass = this.#selection && this.#scene.passes[this.#selection.chart];
    if (!found || !pass || !this.#selection) return null;
    return { ...aboutBar(pass, found.row, found.bar), chart: this.#selection.chart };
  }

  /** How long lanes were in each state within `view`, over all passes. */
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

  /** The critical path of each pass that goes on no longer: that of another is a different one at each moment. */
  get paths(): { mode: Mode; path: Segment[] }[] {
    const { passes, isLive, isMoving } = this.#scene;
    const isStill = !isLive && !isMoving;
    return passes.flatMap((pass) =>
      pass && (isStill || pass.ended !== null) ? [{ mode: pass.mode, path: this.#looks.pathOf(pass) }] : [],
    );
  }

  /** Shows a scene. */
  show(scene: Scene): void {
    const isElsewhere = scene.atMs !== this.#scene.atMs;
    this.#scene = scene;
    this.#seen.all = { minMs: 0, maxMs: Math.max(scene.spanMs, ...scene.nowMs) };
    if (scene.isLive) {
      const live = scene.nowMs.filter((_, i) => scene.passes[i]?.ended === null);
      this.#seen.goTo(Math.max(0, ...live));
    }
    const { selected, turns } = this;
    if (scene.isNew || this.#isLookNew || isElsewhere) {
      const { passes, atMs } = scene;
      const looked = { turns, selected, measured: this.#measured, atMs, pointed: this.#pointed };
      this.#overlays = this.#looks.over(passes, looked);
    }
    this.#isLookNew = false;
    this.#panels.show(scene, this.view, this.#overlays, turns.has('jobs'), (pass) => this.#indexOf(pass));
    this.#tellSelected();
  }

  /** Looks at a stretch; null: at everything. */
  look(view: View | null): void {
    this.#seen.look(view);
    this.#change();
  }

  /** Shows `factor` times as much, around `atMs`. */
  zoom(factor: number, atMs: number): void {
    this.#seen.zoom(factor, atMs);
    this.#change();
  }

  /** Moves by a share of what is seen, to the right. */
  move(share: number): void {
    this.#seen.move(share);
    this.#change();
  }

  /** Goes along with a live run again, as close as it was looked at. */
  follow(): void {
    this.#seen.follow();
    this.#change();
  }

  turn(what: Turn, isOn = !this.turns.has(what)): void {
    if (what === 'jobs' && !this.#panels.hasJobs) return;
    if (isOn) this.turns.add(what);
    else this.turns.delete(what);
    this.#change();
  }

  measure(measured: View | null): void {
    this.#measured = measured;
    this.#change();
  }

  /** Selects a bar; `isReached`: and has it in sight. */
  select(selection: Selection | null, isReached = false): void {
    this.#selection = selection;
    this.#measured = null;
    const { selected } = this;
    if (selected === null) this.#teller.end(this.charts[0]);
    else this.#teller.select(isReached);
    if (isReached && selected) {
      const { startMs, endMs } = selected.bar;
      const isSeen = startMs < this.view.maxMs && (endMs ?? Infinity) > this.view.minMs;
      if (!isSeen) this.#seen.reach(startMs);
    }
    this.#change();
  }

  /** Selects the bar that a step leads to; where none is selected, one of the chart that has the focus. */
  step(to: Step): void {
    const focused = this.charts.findIndex(({ root }) => root.contains(document.activeElement));
    const { jobs } = this.#panels;
    const next = jobs
      ? jobs.step(this.#selection, to, this.view)
      : step(this.#scene.passes, this.#selection, to, this.view, Math.max(0, focused));
    this.select(next, true);
  }

  /** Looks at the selected bar alone, or at what is measured, or at everything. */
  fit(): void {
    const { selected } = this;
    const [fromMs, toMs] = this.#measured
      ? [this.#measured.minMs, this.#measured.maxMs]
      : selected
        ? [selected.bar.startMs, selected.bar.endMs ?? this.#scene.nowMs[selected.chart] ?? 0]
        : [0, 0];
    this.look(toMs > fromMs ? around(fromMs, toMs, this.#seen.all) : null);
  }

  /** Goes to what let the selected bar go on. */
  goToRelease(): boolean {
    const { selected } = this;
    if (!selected?.release) return false;
    const { lane, slot, atMs } = selected.release.from;
    const row = selected.pass.rows.find((one) => one.lane === lane && one.slot === slot);
    if (!row) return false;
    // What happened ends a bar, or stands in one.
    let bar = row.bars.findIndex(({ endMs }) => (endMs ?? Infinity) >= atMs);
    if (bar < 0) bar = row.bars.length - 1;
    this.#seen.reach(atMs);
    this.select({ chart: selected.chart, lane, slot, bar }, true);
    return true;
  }

  /** Fits the width of the page. */
  resize(): void {
    this.#panels.resize();
  }

  recolour(palette: Palette): void {
    this.#panels.recolour(palette);
  }

  remove(): void {
    clearTimeout(this.#pointTimer);
    this.#leaving.abort();
    this.#panels.remove();
  }

  /** Tells of what is under the pointer, or of what is measured with it. */
  #pointAt(on: Chart, at: Pointed | null): void {
    const pass = at && this.#scene.passes[at.chart];
    const bar = at?.row.bars[at.bar ?? -1];
    const selected = pass && bar ? aboutBar(pass, at.row, bar) : null;
    this.#point(at && selected?.release ? { chart: at.chart, release: selected.release } : null);
    const lines = (): string[] => {
      const { measured } = this;
      if (measured) return measuredLines(measured.maxMs - measured.minMs, this.totals(measured));
      if (selected === null) return at ? [rowTitle(at.row)] : [];
      return barLines({ ...selected, ...this.#sayAs(at?.chart ?? 0) }, selected.release);
    };
    this.#teller.point(on, pass ? lines : null);
  }

  /** Tells of what is selected beside it, where it was reached by keys, by a jump, or by a finger. */
  #tellSelected(): void {
    const { selected } = this;
    const chart = selected && this.charts[selected.chart];
    if (!chart) return;
    const at = this.jobs ? null : chart.placeOf(selected.row, selected.bar);
    this.#teller.tell(chart, at, () =>
      barLines({ ...selected, ...this.#sayAs(selected.chart) }, selected.release),
    );
  }

  /** Shows why the bar under the pointer went on, once the pointer rests on it: not while the view moves under it. */
  #point(pointed: Looked['pointed']): void {
    clearTimeout(this.#pointTimer);
    if (pointed?.release === this.#pointed?.release) return;
    this.#pointTimer = setTimeout(() => {
      this.#pointed = pointed;
      this.#change();
    }, RESTED_MS);
  }

  #change(): void {
    this.#isLookNew = true;
    this.#changed();
  }

  #sayAs(chart: number): { nowMs: number; spanMs: number } {
    const { minMs, maxMs } = this.view;
    return { nowMs: this.#scene.nowMs[chart] ?? 0, spanMs: maxMs - minMs };
  }
}
