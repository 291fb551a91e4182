/** Passes grouped by job: a job's row has all bars of the job and no others. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JobRow, jobRows } from '../../server/timeline/job-rows.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneStarted,
  oneByOne,
  passStarted,
  run,
  timelineOf,
} from './made-events.ts';
import { garbage, madeLog } from './made-logs.ts';

const barsMs = ({ bars }: JobRow) =>
  bars.reduce((sum, bar) => sum + ((bar.endMs ?? Number.NaN) - bar.startMs), 0);

describe('jobRows', () => {
  it('jobRows: a job’s row has all of its time and nothing else, in any log', () => {
    fc.assert(
      fc.property(fc.array(madeLog, { minLength: 1, maxLength: 3 }), (logs) => {
        const passes = logs.map((log) => timelineOf(log.events).passes[0] ?? null);
        const rows = jobRows(passes);
        logs.forEach((log, chart) => {
          const own = rows.filter((row) => row.chart === chart && row.row !== null);
          const jobs = new Map(own.map((row) => [row.job, row]));
          for (const [job, { startMs, endMs }] of log.jobs) {
            const row = jobs.get(job);
            if (endMs > startMs) expect(row && barsMs(row)).toBeCloseTo(endMs - startMs, 6);
            if (!row) continue;
            expect(row.bars.every((bar) => bar.job === job)).toBe(true);
            expect(row.bars[0]?.startMs).toBe(startMs);
          }
          // Each bar of a job is in one row, at the index given.
          const all = passes[chart]?.rows.flatMap((row) => row.bars.filter((bar) => bar.job !== null)) ?? [];
          expect(own.flatMap((row) => row.bars).length).toBe(all.length);
          for (const { row, bars, barIndexes: places } of own) {
            expect(places.map((place) => row?.bars[place])).toEqual(bars);
            expect(places).toEqual(places.toSorted((a, b) => a - b));
          }
        });
      }),
    );
  });

  it('jobRows: a job has a row for each pass, one below the other, even if it has not begun there', () => {
    const { passes } = timelineOf(
      run([oneByOne('sleep', 2), { mode: 'threads', jobs: [{ from: 5, to: 9 }] }]),
    );
    const rows = jobRows([...passes, null], 3);
    expect(rows.map(({ job, chart, bars }) => [job, chart, bars.length])).toEqual([
      [0, 0, 1],
      [0, 1, 1],
      [0, 2, 0],
      [1, 0, 1],
      [1, 1, 0],
      [1, 2, 0],
      [2, 0, 0],
      [2, 1, 0],
      [2, 2, 0],
    ]);
  });

  it('jobRows: if a job was started again, its last execution is shown', () => {
    const pass = timelineOf(
      events(0, [
        [0, passStarted('threads')],
        [0, laneStarted(1, 'threads')],
        [1, jobStarted(1, 0)],
        [3, jobEnded(1, 0)],
        [3, laneStarted(2, 'threads')],
        [4, jobStarted(2, 0)],
        [9, jobEnded(2, 0)],
      ]),
    ).passes[0]!;
    const [row] = jobRows([pass]);
    expect(row?.row?.lane).toBe(2);
    expect(row?.bars.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([[4, 9]]);
  });

  it('jobRows: logs that make no sense do not break it', () => {
    fc.assert(
      fc.property(garbage, (log) => {
        for (const { job, bars } of jobRows(timelineOf(log).passes))
          expect(bars.every((bar) => bar.job === job)).toBe(true);
      }),
    );
  });
});
