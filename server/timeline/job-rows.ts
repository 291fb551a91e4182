/**
 * The passes of a run grouped by job: a row for each job in each pass, so that the same job can be compared across
 * modes. Pure.
 */
import type { Bar, JobTimes, PassTimeline, Row } from './model.ts';

/** A job in one pass. */
export type JobRow = {
  job: number;
  /** Index of the pass in `passes`. */
  chart: number;
  /** The row that the job ran in; null if it has not begun in this pass. */
  row: Row | null;
  /** The job's bars, in order of time; the same objects as in `row`. */
  bars: Bar[];
  /** Index of each of them in the bars of `row`. */
  barIndexes: number[];
};

/**
 * Returns a row for each job in each of `passes` (null: not begun), grouped by job and then in the order of the passes.
 * The jobs are 0 to `expected - 1` and any others that a pass has run. If a job was started again in a pass, only its
 * last execution is shown.
 */
export function jobRows(passes: readonly (PassTimeline | null)[], expected = 0): JobRow[] {
  const jobs = new Set(Array.from({ length: expected }, (_, job) => job));
  for (const pass of passes) for (const job of pass?.jobs.keys() ?? []) jobs.add(job);
  const rowsByPass = passes.map((pass, chart) => rowsOf(pass, chart));
  return [...jobs]
    .sort((a, b) => a - b)
    .flatMap((job) =>
      rowsByPass.map((rows, chart) => rows.get(job) ?? { job, chart, row: null, bars: [], barIndexes: [] }),
    );
}

/** Returns the rows of one pass by job, found in one scan of its bars. */
function rowsOf(pass: PassTimeline | null, chart: number): Map<number, JobRow> {
  const rows = new Map<number, JobRow>();
  for (const row of pass?.rows ?? []) {
    row.bars.forEach((bar, index) => {
      const times = bar.job === null ? undefined : pass?.jobs.get(bar.job);
      if (!times || !belongsTo(times, row, bar)) return;
      const jobRow = rows.get(times.job) ?? { job: times.job, chart, row, bars: [], barIndexes: [] };
      rows.set(times.job, jobRow);
      jobRow.bars.push(bar);
      jobRow.barIndexes.push(index);
    });
  }
  return rows;
}

function belongsTo({ lane, startMs }: JobTimes, row: Row, bar: Bar): boolean {
  return row.lane === lane && bar.startMs >= startMs;
}
