/** Reading a log into its timeline. */
import { describe, expect, it } from 'vitest';
import { readTimeline } from '../../server/runs/read-timeline.ts';
import { timelineOfLines } from '../../server/timeline/timeline.ts';
import { line } from './log/written-log.ts';

describe('readTimeline', () => {
  it('a log of 24 MB: the same as at once, and others have their turn meanwhile', async () => {
    const text = 'x'.repeat(4000);
    const lines = Array.from({ length: 6000 }, (_, at) =>
      JSON.stringify({ seq: at + 1, pass: 0, atMs: at, ...line(text + at) }),
    );
    let turns = 0;
    const count = () => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const timeline = await readTimeline(lines);
    clearImmediate(next);
    expect(timeline).toEqual(timelineOfLines(lines));
    expect(turns).toBeGreaterThan(0);
  });
});
