/** Reading a log into its timeline. */
import { describe, expect, it } from 'vitest';
import { readTimeline } from '../../server/runs/read-timeline.ts';
import { timelineOfLines } from '../../server/timeline/timeline.ts';
import { line } from './written-log.ts';

describe('readTimeline', () => {
  it('a log of 8 MB: the same as at once, and others have their turn meanwhile', async () => {
    const text = 'x'.repeat(4000);
    const lines = Array.from({ length: 2000 }, (_, at) =>
      JSON.stringify({ seq: at + 1, pass: 0, atMs: at, ...line(text + at) }),
    );
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const timeline = await readTimeline(lines);
    clearInterval(timer);
    expect(timeline).toEqual(timelineOfLines(lines));
    expect(turns).toBeGreaterThan(0);
  });
});
