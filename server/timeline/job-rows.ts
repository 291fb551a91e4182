/**
 * The passes of a run job by job: each job once for each pass, so that the same job can be seen in all modes, one
 * above the other. Pure.
 */
import type { Bar, JobTimes, PassTimeline, Row } from './model.ts';

/** A job in one pass. */
export type GhostRow = {
  job: number;
  /** The pass's place among `passes`, from 0. */
  chart: number;
  /** The row that the job ran in; null where it has not begun there. */
  row: Row | null;
  /** The job's bars and nothing else, in order of time, the very ones of its row. */
  bars: Bar[];
  /** The place of each of them among the bars of its row. */
  barIndexes: number[];
};

/**
 * A row for each job in each of `passes` (null: not begun), job by job, and in the order of the passes. Jobs are 0 to
 * `expected`, and those above it that a pass has had. Of a job that was started again in a pass, the last time counts.
 */
export function jobRows(passes: readonly (PassTimeline | null)[], expected = 0): GhostRow[] {
  const jobs = new Set(Array.from({ length: expected }, (_, job) => job));
  for (const pass of passes) for (const job of pass?.jobs.keys() ?? []) jobs.add(job);
  const found = passes.map((pass, chart) => rowsOf(pass, chart));
  return [...jobs]
    .sort((one, other) => one - other)
    .flatMap((job) =>
      found.map((rows, chart) => rows.get(job) ?? { job, chart, row: null, bars: [], barIndexes: [] }),
    );
}

/** The jobs of one pass, found in one walk over its bars. */
function rowsOf(pass: PassTimeline | null, chart: number): Map<number, GhostRow> {
  const found = new Map<number, GhostRow>();
  for (const row of pass?.rows ?? []) {
    row.bars.forEach((bar, place) => {
      const times = bar.job === null ? undefined : pass?.jobs.get(bar.job);
      if (!times || !isOf(times, row, bar)) return;
      const ghost = found.get(times.job) ?? { job: times.job, chart, row, bars: [], barIndexes: [] };
      found.set(times.job, ghost);
      ghost.bars.push(bar);
      ghost.barIndexes.push(place);
    });
  }
  return found;
}

function isOf({ lane, startMs }: JobTimes, row: Row, bar: Bar): boolean {
  return row.lane === lane && bar.startMs >= startMs;
}
