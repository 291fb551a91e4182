/** Which calls of `compute` are reported. */
import { beforeEach, expect, it, vi } from 'vitest';
import { reportComputing } from '../../server/program/computing.ts';
import type { Report } from '../../server/protocol/reports.ts';

const { reports } = vi.hoisted(() => ({ reports: [] as Report[] }));
vi.mock('../../server/program/emit.ts', () => ({
  emit: (report: Report) => reports.push(report),
  latestReport: () => reports.at(-1) ?? null,
}));
beforeEach(() => {
  reports.length = 0;
});

const computed = () =>
  reports.flatMap((one) => (one.type === 'compute-started' ? [[one.job, one.line]] : []));

it('reportComputing: calls in a row at the same line are one report', () => {
  for (const line of [3, 3, 3, 4, 4, 3]) reportComputing(1, 0, 0.5, () => line);
  expect(computed()).toEqual([
    [0, 3],
    [0, 4],
    [0, 3],
  ]);
});

it('reportComputing: another job, or anything between, makes it another report', () => {
  reportComputing(0, 0, 0.5, () => 3);
  reportComputing(0, 1, 0.5, () => 3);
  reports.push({ type: 'lock-released', lane: 0, job: 1, on: 'A' });
  reportComputing(0, 1, 0.5, () => 3);
  expect(computed()).toEqual([
    [0, 3],
    [1, 3],
    [1, 3],
  ]);
});

it('reportComputing: looks up the line of hardly any of many short calls', () => {
  const lineOf = vi.fn(() => 3);
  const began = performance.now();
  for (let i = 0; i < 20_000; i++) reportComputing(1, 0, 0, lineOf);
  // One for each 10 ms begun, and the first.
  expect(lineOf.mock.calls.length).toBeLessThanOrEqual((performance.now() - began) / 10 + 2);
});
