/** What a family needs to know of a run, from the run's log. */
import { describe, expect, it } from 'vitest';
import { resultOf } from '../../server/figures/result.ts';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Place } from '../../server/protocol/place.ts';
import {
  events,
  jobEnded,
  jobStarted,
  passEnded,
  passStarted,
  type TimedFact,
} from '../timeline/made-events.ts';

const runEnded = (status: 'completed' | 'cancelled'): Fact => ({ type: 'run-ended', status, error: null });
const log = (...parts: [pass: number | null, facts: TimedFact[]][]): string[] =>
  parts.flatMap(([pass, facts]) => events(pass, facts)).map((event) => JSON.stringify(event));

/** A run that was submitted and of which nothing else is known. */
const NOT_YET = { status: null, queued: null, startedMs: null, endedMs: null };

describe('resultOf', () => {
  it('resultOf: each pass with its time, and its jobs in the order of the times at which they ended', () => {
    const lines = log(
      [
        0,
        [
          [0, passStarted('sequential')],
          [1, jobStarted(0, 0)],
          [5, jobEnded(0, 0)],
          [9, passEnded(9)],
        ],
      ],
      [
        1,
        [
          [0, passStarted('processes')],
          [5, jobEnded(2, 1)],
          // Reported by another process, and received later.
          [4, jobEnded(1, 0, 'failed')],
          [8, passEnded(8, 'failed')],
        ],
      ],
      [null, [[20, runEnded('completed')]]],
    );
    expect(resultOf(lines)).toEqual({
      ...NOT_YET,
      status: 'completed',
      endedMs: 20,
      passes: [
        { mode: 'sequential', status: 'completed', wallMs: 9, cpuMs: 9, cores: 4, order: [0] },
        { mode: 'processes', status: 'failed', wallMs: 8, cpuMs: 8, cores: 4, order: [0, 1] },
      ],
    });
  });

  it('resultOf: a run under way has no status, nor has its last pass', () => {
    const lines = log([
      0,
      [
        [0, passStarted('threads')],
        [5, jobEnded(1, 3)],
      ],
    ]);
    expect(resultOf(lines)).toEqual({
      ...NOT_YET,
      passes: [{ mode: 'threads', status: null, wallMs: null, cpuMs: null, cores: 4, order: [3] }],
    });
    expect(resultOf([])).toEqual({ ...NOT_YET, passes: [] });
  });

  it("resultOf: a pass cut off by the end of its run has the run's status, and its cut-off jobs are in no order", () => {
    const lines = log(
      [
        0,
        [
          [0, passStarted('threads')],
          [5, jobEnded(1, 0)],
          [6, jobEnded(2, 1, 'cut-off')],
        ],
      ],
      [null, [[7, runEnded('cancelled')]]],
    );
    expect(resultOf(lines)).toEqual({
      ...NOT_YET,
      status: 'cancelled',
      endedMs: 7,
      passes: [{ mode: 'threads', status: 'cancelled', wallMs: null, cpuMs: null, cores: 4, order: [0] }],
    });
  });

  it('resultOf: its position in the queue while it waits, then when it started and ended', () => {
    const facts: TimedFact[] = [
      [80, { type: 'run-started' }],
      [120, runEnded('completed')],
    ];
    const first = (count: number, place: Place | null = null) =>
      resultOf(log([null, facts.slice(0, count)]), place);
    expect(first(0, { pass: 0, position: 3, waitMs: null })).toMatchObject({ queued: 3, startedMs: null });
    expect(first(1)).toMatchObject({ queued: null, startedMs: 80, endedMs: null });
    expect(first(1, { pass: 1, position: 2, waitMs: 900 })).toMatchObject({ queued: 2, startedMs: 80 });
    expect(first(2)).toMatchObject({ queued: null, startedMs: 80, endedMs: 120, status: 'completed' });
    const old: TimedFact = [0, { type: 'run-queued', position: 3 }];
    const gaveUp = log([null, [old, [60, runEnded('cancelled')]]]);
    expect(resultOf(gaveUp)).toMatchObject({
      queued: null,
      startedMs: null,
      endedMs: 60,
      status: 'cancelled',
    });
  });

  it('resultOf: ignores events that a program printed', () => {
    const text = '{"type":"job-ended","job":7},"type":"run-ended"';
    const facts: TimedFact[] = [
      [0, passStarted('threads')],
      [1, { type: 'log', lane: 1, job: 0, stream: 'stdout', text }],
      [2, passEnded(2)],
    ];
    expect(resultOf(log([0, facts]))).toEqual({
      ...NOT_YET,
      passes: [{ mode: 'threads', status: 'completed', wallMs: 2, cpuMs: 2, cores: 4, order: [] }],
    });
  });
});
