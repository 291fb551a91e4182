/**
 * Decides whether the tip follows the pointer or the selection. A bar selected by a key, a jump or a tap keeps the tip
 * until the pointer moves.
 */
import type { Chart } from '../chart/timeline.ts';
import type { At, Span, Tip } from './tip.ts';

/** Matches if the primary pointer cannot hover. */
const NO_HOVER = matchMedia('(hover: none)');

export class TipOwner {
  readonly #tip: Tip;
  #showsSelection = false;
  /** The last position of the pointer. */
  #lastPoint: { chart: Chart; left: number; top: number } | null = null;

  constructor(tip: Tip) {
    this.#tip = tip;
  }

  /**
   * Shows `lines` for the pointer's position in `chart`; null if it is over nothing. The tip does not cover
   * the row `clear`. Also called when a chart is redrawn.
   */
  point(chart: Chart, lines: (() => string[]) | null, clear: Span | null = null): void {
    const { left = -1, top = -1 } = chart.u.cursor;
    const before = this.#lastPoint;
    this.#lastPoint = { chart, left, top };
    const isElsewhere = before?.chart !== chart || before.left !== left || before.top !== top;
    // A finger does not hover, whatever events browsers emit for a tap.
    if (this.#showsSelection && (lines === null || !isElsewhere || NO_HOVER.matches)) return;
    this.#showsSelection = false;
    this.#tip.show(chart, { left, top, clear }, lines === null ? null : lines());
  }

  /**
   * Records that a bar was selected: by a key or a jump (`isReached`), else by a click, after which the pointer has the
   * tip, or by a tap.
   */
  select(isReached: boolean): void {
    this.#showsSelection = isReached || NO_HOVER.matches;
  }

  /** Shows the tip for the selection, unless the pointer has the tip; `at` is null if the bar is out of view. */
  showSelected(chart: Chart, at: At | null, lines: () => string[]): void {
    if (this.#showsSelection) this.#tip.show(chart, at ?? { left: 0, top: 0 }, at && lines());
  }

  /** Hides the selection's tip: nothing is selected, or the chart has lost the focus. */
  release(chart: Chart | undefined): void {
    if (this.#showsSelection && chart) this.#tip.show(chart, { left: 0, top: 0 }, null);
    this.#showsSelection = false;
  }
}
