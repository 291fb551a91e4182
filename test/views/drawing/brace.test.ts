/** The event loop's rows are one thread's: in the drawing, in its name and in the table. */
import { expect, it } from 'vitest';
import type { Mode } from '../../../server/spec/modes.ts';
import { passDrawing } from '../../../views/drawing/drawing.ts';
import { barTables } from '../../../views/run/bar-table.ts';
import { elements } from '../../markup.ts';
import { atOnce, run, timelineOf } from '../../timeline/made-events.ts';

it('brace: around the rows of the event loop and of no other mode, with its words if they fit', () => {
  const drawn = (mode: Mode, rows: number) => {
    const html = String(passDrawing(null, { mode, rows, noun: 'job', spanMs: 100, id: 'x' }));
    const words = elements(html, 'text').filter(({ attributes }) => attributes.class?.includes('brace-text'));
    return { braces: html.split('class="brace"').length - 1, words: words.map(({ text }) => text) };
  };
  expect(drawn('event-loop', 4)).toEqual({ braces: 1, words: ['one thread'] });
  expect(drawn('event-loop', 2)).toEqual({ braces: 1, words: [] });
  for (const mode of ['sequential', 'threads', 'processes'] as const)
    expect(drawn(mode, 4)).toEqual({ braces: 0, words: [] });
});

it('brace: the table and the drawing say it too', () => {
  const timeline = timelineOf(run([{ mode: 'event-loop', jobs: atOnce(2, 100, 'sleep') }]));
  const table = String(barTables(null, ['event-loop', 'threads'], timeline));
  expect(elements(table, 'caption').map(({ text }) => text)).toEqual([
    'On the event loop: one thread',
    'In threads',
  ]);
  const [pass = null] = timeline.passes;
  const svg = String(passDrawing(pass, { mode: 'event-loop', rows: 3, noun: 'job', spanMs: 100, id: 'x' }));
  expect(svg).toContain('aria-label="Timeline: on the event loop, one thread"');
});
