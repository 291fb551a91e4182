/** How the time of a pass was spent, by state, over any interval, without visiting all of its bars. */
import { BAR_STATES, type PassTimeline, type Row } from '../timeline/model.ts';
import { RowIndex } from '../timeline/row-index.ts';

export { END_CUT_OFF, END_FAILED, type Merged, newMerged, RowIndex } from '../timeline/row-index.ts';

/** The indexes of a pass's rows, created on first use. Keep one with each pass that is drawn. */
export class PassIndex {
  #pass: PassTimeline;
  #rows = new Map<Row, RowIndex>();

  constructor(pass: PassTimeline) {
    this.#pass = pass;
  }

  of(row: Row): RowIndex {
    const index = this.#rows.get(row) ?? new RowIndex(row);
    this.#rows.set(row, index);
    return index;
  }

  /**
   * Returns the time in each state from `minMs` to `maxMs` over all rows, in ms, in the order of BAR_STATES. Rows run
   * in parallel, so the total may exceed the interval. On the event loop, main's own row runs in parallel with the
   * jobs' rows although all share one thread.
   */
  totalsBetween(minMs: number, maxMs: number, nowMs: number): Float64Array {
    const totals = new Float64Array(BAR_STATES.length);
    for (const row of this.#pass.rows) {
      this.of(row)
        .between(minMs, maxMs, nowMs)
        .forEach((ms, state) => {
          totals[state] = (totals[state] ?? 0) + ms;
        });
    }
    return totals;
  }
}
