/**
 * What a stage shows of the bar under the pointer: the tip, and its cause once the pointer rests on it. The tip of the
 * selected bar is the same one.
 */
import type { BarState, Row } from '../../server/timeline/model.ts';
import { barLines } from '../../server/words/bar-words.ts';
import { rowTitle } from '../../server/words/names.ts';
import { commonUnit } from '../../server/words/pass-times.ts';
import { measuredLines } from '../../server/words/totals.ts';
import type { Chart } from '../chart/timeline.ts';
import { aboutBar, type OverlayState } from './overlays.ts';
import type { Pointed } from './panel-events.ts';
import type { Scene } from './scene.ts';
import type { Tip } from './tip.ts';
import { TipOwner } from './tip-owner.ts';
import type { View } from './view.ts';

/** How long the pointer must rest on a bar before its cause is shown, in ms. */
const RESTED_MS = 200;

/** What it reads of its stage. */
type Shown = Pick<OverlayState, 'selected' | 'measured'> & {
  charts: readonly Chart[];
  jobs: Chart | null;
  scene: Scene;
  view: View;
  totals(view: View): Map<BarState, number>;
};

export class Pointing {
  readonly #stage: Shown;
  readonly #tipOwner: TipOwner;
  readonly #changed: () => void;
  #pointed: OverlayState['pointed'] = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Calls `changed` when another cause is to be shown. */
  constructor(stage: Shown, tip: Tip, changed: () => void) {
    this.#stage = stage;
    this.#tipOwner = new TipOwner(tip);
    this.#changed = changed;
  }

  /** The cause of the bar that the pointer rests on, and the chart of its pass. */
  get pointed(): OverlayState['pointed'] {
    return this.#pointed;
  }

  /** Shows the tip for what is under the pointer, or for the range being measured. */
  point(on: Chart, at: Pointed | null): void {
    const { scene, measured } = this.#stage;
    const pass = at && scene.passes[at.chart];
    const bar = at?.row.bars[at.bar ?? -1];
    const selected = pass && bar ? aboutBar(pass, at.row, bar) : null;
    this.#rest(at && selected?.release ? { chart: at.chart, release: selected.release } : null);
    const lines = (): string[] => {
      if (measured) {
        const unit = commonUnit(scene.passes);
        return measuredLines(measured.maxMs - measured.minMs, this.#stage.totals(measured), unit);
      }
      if (selected === null) return at ? [rowTitle(at.row)] : [];
      return barLines({ ...selected, ...this.#timesOf(at?.chart ?? 0) }, selected.release);
    };
    const clear = selected && this.#stage.jobs === null ? on.spanOf(causeRow(selected)) : null;
    this.#tipOwner.point(on, pass ? lines : null, clear);
  }

  /** A bar was selected: by a key or a jump if `isReached`. */
  select(isReached: boolean): void {
    this.#tipOwner.select(isReached);
  }

  /** Hides the tip of the selected bar: nothing is selected, or the timelines have lost the focus. */
  release(): void {
    this.#tipOwner.release(this.#stage.charts[0]);
  }

  /** Shows the tip beside the selected bar, if a key, a jump or a tap selected it. */
  showSelected(): void {
    const { charts, jobs, scene, selected } = this.#stage;
    const chart = charts[selected?.chart ?? 0];
    if (!chart) return;
    const { isMoving, isLive } = scene;
    // It would cover a replay; and at an earlier moment the bar is not there yet.
    const isHidden = selected === null || jobs !== null || (isMoving && !isLive);
    const place = isHidden ? null : chart.placeOf(selected.row, selected.bar);
    const at = place && selected && { ...place, clear: chart.spanOf(causeRow(selected)) };
    this.#tipOwner.showSelected(chart, at, () =>
      selected ? barLines({ ...selected, ...this.#timesOf(selected.chart) }, selected.release) : [],
    );
  }

  remove(): void {
    clearTimeout(this.#timer);
  }

  /** Shows a cause once the pointer rests on its bar, not while the view moves below it. */
  #rest(pointed: OverlayState['pointed']): void {
    clearTimeout(this.#timer);
    if (pointed?.release === this.#pointed?.release) return;
    this.#timer = setTimeout(() => {
      this.#pointed = pointed;
      this.#changed();
    }, RESTED_MS);
  }

  #timesOf(chart: number): { nowMs: number; spanMs: number } {
    const { scene, view } = this.#stage;
    return { nowMs: scene.nowMs[chart] ?? 0, spanMs: view.maxMs - view.minMs };
  }
}

/** Returns the row in which the cause of a bar is. */
function causeRow({ pass, release }: ReturnType<typeof aboutBar>): Row | undefined {
  return pass.rows.find((row) => row.lane === release?.from.lane && row.slot === release.from.slot);
}
