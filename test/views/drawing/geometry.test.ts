/** The measures of a timeline, which the style sheets repeat. */
import fs from 'node:fs';
import { expect, it } from 'vitest';
import { axisMs, LABEL_WIDTH, RIGHT_WIDTH, rowsOf } from '../../../views/drawing/geometry.ts';
import {
  events,
  laneReady,
  laneStarted,
  passEnded,
  passStarted,
  run,
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

it('geometry: the axis is the time that a run took; that of a run which never began is the one it was planned for', () => {
  const threads = run([{ mode: 'threads', jobs: [{ from: 0, to: 50 }], wallMs: 60 }]);
  expect(axisMs(timelineOf(threads), 3000)).toBe(60);
  expect(axisMs(timelineOf(threads.slice(0, -1)), 3000)).toBe(3000);
  expect(axisMs(timelineOf(run([], 'cancelled')), 3000)).toBe(3000);
});
