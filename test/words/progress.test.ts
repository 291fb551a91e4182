/** How far a run has come. */
import { expect, it } from 'vitest';
import type { Status } from '../../server/protocol/facts.ts';
import { passTime, progress } from '../../server/words/progress.ts';
import { type Job, run, timelineOf } from '../timeline/made-events.ts';

const shown = (jobs: Job[], status: Status | null, planned: number | null = 24) =>
  progress(
    planned,
    timelineOf(run([{ mode: 'threads', jobs, wallMs: status && 90, ...(status && { status }) }], status)),
  );

it('progress: the text counts the jobs done, like the sentence and the table; the bar counts all that ended by themselves', () => {
  const cut: Job[] = [
    { from: 0, to: 50 },
    { from: 0, to: 90, status: 'cut-off' },
  ];
  expect(shown(cut, 'cancelled')).toEqual({ value: 1, max: 24, text: 'cancelled, 1 of 24 jobs' });
  // What the program did start is known by then.
  expect(shown(cut, 'completed')).toEqual({ value: 2, max: 2, text: '1 of 2 jobs' });
  expect(shown([{ from: 0, to: 50 }, { from: 0 }], null)).toEqual({
    value: 1,
    max: 24,
    text: '1 of 24 jobs',
  });
  const failed: Job[] = [{ from: 0, to: 50, status: 'failed' }];
  expect(shown(failed, 'completed')).toEqual({ value: 1, max: 1, text: '0 of 1 job' });
});

it('passTime: no pass that has ended took 0.0 s', () => {
  const took = (wallMs: number) =>
    passTime(
      timelineOf(run([{ mode: 'threads', jobs: [{ from: 0, to: wallMs, status: 'failed' }], wallMs }]))
        .passes[0] ?? null,
    );
  expect([24, 99, 120].map(took)).toEqual(['24 ms', '99 ms', '0.1 s']);
});

it('progress: of a script, nobody knows how many jobs there will be', () => {
  const failed: Job[] = [
    { from: 0, to: 50, status: 'failed' },
    { from: 0, to: 60 },
  ];
  expect(shown([], null, null)).toEqual({ value: 0, max: 1, text: 'no jobs so far' });
  expect(shown([{ from: 0, to: 50 }, { from: 0 }], null, null).text).toBe('1 of 2 jobs so far');
  expect(shown(failed, 'failed', null)).toEqual({ value: 2, max: 2, text: 'failed, 1 of 2 jobs' });
});
