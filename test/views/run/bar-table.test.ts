/** The timelines as tables: the text of a row, the order of rows, and where a table ends. */
import { describe, expect, it } from 'vitest';
import type { PassTimeline } from '../../../server/timeline/model.ts';
import { barRows, barTables, moreWords } from '../../../views/run/bar-table.ts';
import { atOnce, events, inTurn, pass, run, timelineOf } from '../../timeline/made-events.ts';

const passOf = (count: number): PassTimeline => {
  const jobs = inTurn(count, 10, 'sleep');
  return timelineOf(events(0, pass({ mode: 'sequential', jobs }))).passes[0]!;
};
const cells = (row: unknown) =>
  [...String(row).matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, text = '']) =>
    text.replace(/<[^>]+>/g, ''),
  );

describe('barRows', () => {
  it('barRows: each bar except idle ones, in order of time', () => {
    const { passes } = timelineOf(run([{ mode: 'threads', jobs: atOnce(3, 500, 'sleep', 20) }]));
    const [threads] = passes as [PassTimeline];
    const rows = barRows(threads, 0).map(cells);
    const bars = threads.rows.flatMap(({ bars }) => bars).filter(({ state }) => state !== 'idle');
    expect(rows).toHaveLength(bars.length);
    expect(moreWords(threads)).toBe(`${bars.length} rows.`);
    const from = rows.map(([, , , at = '']) => Number.parseFloat(at));
    expect(from).toEqual(from.toSorted((a, b) => a - b));
    expect(rows.filter(([, job]) => job === '2').map(([lane]) => lane)).toContain('job 2');
  });

  it('barRows: the first bars of a long pass, and the text below says of how many', () => {
    const long = passOf(500);
    const all = long.rows.flatMap(({ bars }) => bars).filter(({ state }) => state !== 'idle').length;
    expect(all).toBe(500);
    const rows = barRows(long, 0);
    expect(rows.length).toBeLessThan(all);
    expect(moreWords(long)).toBe(`The first ${rows.length} of ${all.toLocaleString('en-US')} rows.`);
    // The first of all bars, not those of the drawing's first rows.
    const last = cells(rows.at(-1))[3] ?? '';
    const shown = long.rows.flatMap(({ bars }) => bars).toSorted((a, b) => a.startMs - b.startMs)[
      rows.length - 1
    ]!;
    expect(Number.parseFloat(last)).toBeCloseTo(shown.startMs / 1000, 2);
  });
});

it('barTables: before a run there is one for each mode, without rows or links', async () => {
  const markup = String(await barTables(null, ['sequential', 'threads'], timelineOf([])));
  expect(markup.match(/<tbody><\/tbody>/g)).toHaveLength(2);
  expect(markup).not.toContain('.csv');
});
