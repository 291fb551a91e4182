/** The measures of a timeline, which the style sheets repeat. */
import fs from 'node:fs';
import { expect, it } from 'vitest';
import { LABEL_WIDTH, RIGHT_WIDTH, rowsOf } from '../../../views/drawing/geometry.ts';
import {
  events,
  laneReady,
  laneStarted,
  passEnded,
  passStarted,
  timelineOf,
} from '../../timeline/made-events.ts';

it('geometry: the style sheets reserve the space that the drawings take', () => {
  const css = fs.readFileSync(new URL('../../../static/chart/timeline.css', import.meta.url), 'utf8');
  expect(css).toContain(`--label-width: ${LABEL_WIDTH}px;`);
  expect(css).toContain(`--right-width: ${RIGHT_WIDTH}px;`);
});

it('geometry: a pass has room for all jobs until it has ended, and then no empty rows', () => {
  const spec = { jobs: 5, workers: null, code: '', runtime: 'node' } as const;
  const facts: Parameters<typeof events>[1] = [
    [0, passStarted('threads')],
    ...[0, 1, 2].flatMap((lane): typeof facts => [
      [lane, laneStarted(lane, 'threads')],
      [lane, laneReady(lane)],
    ]),
  ];
  const rows = (more: typeof facts) =>
    rowsOf(timelineOf(events(0, [...facts, ...more])).passes[0] ?? null, 'threads', spec);
  expect(rowsOf(null, 'threads', spec)).toBe(6);
  expect(rows([])).toBe(6);
  expect(rows([[9, passEnded(9)]])).toBe(3);
});
