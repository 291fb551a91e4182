/** Who has the tip: the pointer, or what was selected by a key, a jump or a finger, until the pointer moves on. */
import type { Chart } from '../chart/timeline.ts';
import type { At, Tip } from './tip.ts';

/** Whether what one points with cannot hover. */
const TAPS = matchMedia('(hover: none)');

export class TipOwner {
  readonly #tip: Tip;
  #isOfSelection = false;
  /** Where the pointer was last. */
  #pointed: { chart: Chart; left: number; top: number } | null = null;

  constructor(tip: Tip) {
    this.#tip = tip;
  }

  /** The pointer is in `chart`, over what `lines` tell of; null: over nothing. A chart that is drawn again says so again. */
  point(chart: Chart, lines: (() => string[]) | null): void {
    const { left = -1, top = -1 } = chart.u.cursor;
    const before = this.#pointed;
    this.#pointed = { chart, left, top };
    const isElsewhere = before?.chart !== chart || before.left !== left || before.top !== top;
    // A finger points at nothing, whatever browsers make of a tap.
    if (this.#isOfSelection && (lines === null || !isElsewhere || TAPS.matches)) return;
    this.#isOfSelection = false;
    this.#tip.show(chart, { left, top }, lines === null ? null : lines());
  }

  /** A bar was selected: by a key or a jump (`isReached`), else by a click, which was told already, or a tap, which was not. */
  select(isReached: boolean): void {
    this.#isOfSelection = isReached || TAPS.matches;
  }

  /** Tells of what is selected, where that is not the pointer's; `at` is null where it is out of sight. */
  tell(chart: Chart, at: At | null, lines: () => string[]): void {
    if (this.#isOfSelection) this.#tip.show(chart, at ?? { left: 0, top: 0 }, at && lines());
  }

  /** Nothing is selected any more, or nobody is there who selected it. */
  end(chart: Chart | undefined): void {
    if (this.#isOfSelection && chart) this.#tip.show(chart, { left: 0, top: 0 }, null);
    this.#isOfSelection = false;
  }
}
