/** What a run threw, as the editor marks it. */
import { expect, it } from 'vitest';
import type { Line } from '../../../server/timeline/model.ts';
import { thrownAt } from '../../../static/run/thrown.ts';

const said = (text: string, line: number | null, stream: Line['stream'] = 'stderr'): Line => ({
  seq: 1,
  pass: 0,
  atMs: 0,
  lane: 0,
  job: null,
  stream,
  text,
  line,
});

it('thrown: jobs that failed at a line in the same way are named together; other output is left out', () => {
  const lines = [
    said('Job 2 failed: Error: no', 4),
    said('Job 0 failed: Error: no', 4),
    said('Job 0 failed: Error: no', 4),
    said('Job 1 failed: Error: other\n    and more', 4),
    said('Main failed: TypeError: x', 9),
    said('Check failed: Error: lost', 12),
    said('Uncaught in worker 1: 5', 7),
    said('Job 3 failed: Error: nowhere', null),
    said('Job 3 failed: Error: no', 4, 'stdout'),
    said('a warning', 4),
  ];
  expect(thrownAt(lines)).toEqual([
    { line: 4, column: 1, text: 'Jobs 0 and 2 failed: Error: no' },
    { line: 4, column: 1, text: 'Job 1 failed: Error: other' },
    { line: 9, column: 1, text: 'Main failed: TypeError: x' },
    { line: 12, column: 1, text: 'Check failed: Error: lost' },
    { line: 7, column: 1, text: 'Uncaught in worker 1: 5' },
  ]);
  expect(thrownAt(Array.from({ length: 100 }, (_, i) => said('Main failed: x', i + 1)))).toHaveLength(20);
});
