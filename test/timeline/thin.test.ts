import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PassTimeline } from '../../server/timeline/model.ts';
import { thin } from '../../server/timeline/thin.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneEnded,
  laneReady,
  laneStarted,
  passEnded,
  passStarted,
  type TimedFact,
  timelineOf,
  waitEnded,
  waitStarted,
} from './made-events.ts';
import { garbage, madeLog } from './made-logs.ts';

const barsOf = (passes: PassTimeline[]) => passes.flatMap(({ rows }) => rows.flatMap(({ bars }) => bars));

describe('thin', () => {
  it('thin: bars of at least the given width stay as they are, and no two overlap', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          madeLog.map(({ events }) => events),
          garbage,
        ),
        fc.integer({ min: 1, max: 40 }),
        (log, ms) => {
          const { passes } = timelineOf(log);
          const thinned = thin(passes, ms);
          passes.forEach((pass, p) => {
            pass.rows.forEach((row, r) => {
              const bars = thinned[p]?.rows[r]?.bars ?? [];
              const end = (bar: { startMs: number; endMs: number | null }) =>
                bar.endMs ?? Math.max(pass.latestMs, bar.startMs);
              for (const bar of row.bars) if (end(bar) - bar.startMs >= ms) expect(bars).toContain(bar);
              for (const [i, bar] of bars.entries()) {
                if (i > 0) expect(bar.startMs).toBeGreaterThanOrEqual(end(bars[i - 1]!));
              }
              expect([bars[0]?.startMs, bars.length && end(bars.at(-1)!)]).toEqual([
                row.bars[0]?.startMs,
                row.bars.length && end(row.bars.at(-1)!),
              ]);
              for (const how of ['failed', 'cut-off'] as const) {
                const isIn = (all: typeof bars) => all.some((bar) => bar.end === how);
                if (isIn(bars)) expect(isIn(row.bars)).toBe(true);
              }
              expect(bars.some((bar) => bar.end !== null)).toBe(row.bars.some((bar) => bar.end !== null));
            });
          });
        },
      ),
    );
  });

  it('thin: merged bars show the state with most time', () => {
    const facts: TimedFact[] = [
      [0, passStarted('threads')],
      [0, laneStarted(1, 'threads')],
      [0, laneReady(1)],
      [0, jobStarted(1, 7)],
    ];
    for (let ms = 0; ms < 100; ms += 10) {
      facts.push([ms + 2, waitStarted(1, 7, 'lock', 'a')], [ms + 10, waitEnded(1, 7, 'lock', 'a')]);
    }
    facts.push([100, jobEnded(1, 7, 'failed')]);
    facts.push([100, laneEnded(1)]);
    const { passes } = timelineOf(events(0, facts));
    expect(barsOf(passes)).toHaveLength(20);
    expect(barsOf(thin(passes, 50))).toMatchObject([
      { startMs: 0, endMs: 50, state: 'lock', job: 7, end: null },
      { startMs: 50, endMs: 100, state: 'lock', job: 7, end: 'failed' },
    ]);
  });

  it('thin: a hundred lanes of a thousand stretches each become a picture of a few thousand', () => {
    const facts: TimedFact[] = [[0, passStarted('threads')]];
    for (let lane = 1; lane <= 100; lane++) {
      facts.push([0, laneStarted(lane, 'threads')], [0, laneReady(lane)], [0, jobStarted(lane, lane)]);
      for (let ms = 0; ms < 1000; ms += 2) {
        facts.push(
          [ms + 1, waitStarted(lane, lane, 'sleep', '1')],
          [ms + 2, waitEnded(lane, lane, 'sleep', '1')],
        );
      }
    }
    facts.push([1000, passEnded(1000)]);
    const { passes } = timelineOf(events(0, facts));
    expect(barsOf(passes)).toHaveLength(100_000);
    const bars = barsOf(thin(passes, 1));
    expect(bars.length).toBeGreaterThan(1000);
    expect(bars.length).toBeLessThanOrEqual(6000);
  });
});
