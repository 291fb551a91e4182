/**
 * Decides whether the tip follows the pointer or the selection. A bar selected by a key, a jump or a tap keeps the tip
 * until the pointer moves.
 */
import type { Chart } from '../chart/timeline.ts';
import type { At, Tip } from './tip.ts';

/** Matches if the primary pointer cannot hover. */
const TAPS = matchMedia('(hover: none)');

export class TipOwner {
  readonly #tip: Tip;
  #isOfSelection = false;
  /** The last position of the pointer. */
  #pointed: { chart: Chart; left: number; top: number } | null = null;

  constructor(tip: Tip) {
    this.#tip = tip;
  }

  /**
   * Shows `lines` for the pointer's position in `chart`; null if it is over nothing. Also called when a chart is
   * redrawn.
   */
  point(chart: Chart, lines: (() => string[]) | null): void {
    const { left = -1, top = -1 } = chart.u.cursor;
    const before = this.#pointed;
    this.#pointed = { chart, left, top };
    const isElsewhere = before?.chart !== chart || before.left !== left || before.top !== top;
    // A finger does not hover, whatever events browsers emit for a tap.
    if (this.#isOfSelection && (lines === null || !isElsewhere || TAPS.matches)) return;
    this.#isOfSelection = false;
    this.#tip.show(chart, { left, top }, lines === null ? null : lines());
  }

  /**
   * Records that a bar was selected: by a key or a jump (`isReached`), else by a click, after which the pointer has the
   * tip, or by a tap.
   */
  select(isReached: boolean): void {
    this.#isOfSelection = isReached || TAPS.matches;
  }

  /** Shows the tip for the selection, unless the pointer has the tip; `at` is null if the bar is out of view. */
  tell(chart: Chart, at: At | null, lines: () => string[]): void {
    if (this.#isOfSelection) this.#tip.show(chart, at ?? { left: 0, top: 0 }, at && lines());
  }

  /** Hides the selection's tip: nothing is selected, or the chart has lost the focus. */
  end(chart: Chart | undefined): void {
    if (this.#isOfSelection && chart) this.#tip.show(chart, { left: 0, top: 0 }, null);
    this.#isOfSelection = false;
  }
}
