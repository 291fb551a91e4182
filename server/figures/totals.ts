/** How the time of a pass is spent, by state: of any stretch of it, without going through its bars. */
import { BAR_STATES, type PassTimeline, type Row } from '../timeline/model.ts';
import { RowIndex } from '../timeline/row-index.ts';

export { END_CUT_OFF, END_FAILED, type Merged, RowIndex } from '../timeline/row-index.ts';

/** The indexes of a pass's rows, made as they are asked for; keep one with each pass that is drawn. */
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
   * Time in each state from `minMs` to `maxMs` of all rows together, in ms, in order of BAR_STATES. Rows run at the same
   * time, so that it may be more than the stretch is long; on the event loop main's own row, which tells what main does,
   * runs at the same time as the jobs' rows, though all share one thread.
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
