/** Tiles of recorded runs, at every moment: small, and nothing in them that the run does not have. */
import { describe, expect, it } from 'vitest';
import { TILE_LOOKS, tileOf } from '../../server/figures/tile.ts';
import { apply, newTimeline } from '../../server/timeline/timeline.ts';
import { recordedRuns } from '../recorded/read.ts';

const RUNS = recordedRuns();

describe('tileOf', () => {
  it.each(RUNS)('$name: is small, and its bars follow one another', ({ events }) => {
    const timeline = newTimeline();
    for (const [i, event] of events.entries()) {
      apply(timeline, event);
      // Often enough to see every state of a run.
      if (i % 20 !== 0 && i !== events.length - 1) continue;
      const tile = tileOf(timeline);
      expect(JSON.stringify(tile).length).toBeLessThan(8000);
      for (const { rows, wallMs, latestMs } of tile.passes) {
        expect(rows.length).toBeLessThanOrEqual(9);
        for (const numbers of rows) {
          expect(numbers.length % 3).toBe(0);
          for (let at = 0; at < numbers.length; at += 3) {
            const [start = Number.NaN, end = Number.NaN, look = Number.NaN] = numbers.slice(at, at + 3);
            expect(TILE_LOOKS[look]).toBeDefined();
            expect(start).toBeGreaterThanOrEqual(at === 0 ? 0 : (numbers[at - 2] ?? 0));
            if (end === -1) expect(wallMs).toBeNull();
            else expect(end).toBeGreaterThanOrEqual(start);
            expect(end).toBeLessThanOrEqual(latestMs + 1);
          }
        }
      }
    }
    const { state, status } = tileOf(timeline);
    expect([state, status]).toEqual([timeline.state, timeline.status]);
  });
});
