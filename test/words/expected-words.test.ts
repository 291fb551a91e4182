/** How long a run will take, in words. */
import { describe, expect, it } from 'vitest';
import { expectedRun } from '../../server/words/expected-words.ts';

const LIMITS = { passSeconds: 60, runSeconds: 300 };
const plan = (sequential: number, threads: number) => [
  { mode: 'sequential' as const, ms: 1000 * sequential },
  { mode: 'threads' as const, ms: 1000 * threads },
];

describe('expectedRun', () => {
  it('expectedRun: the mean of its samples, in all and by mode', () => {
    expect(expectedRun([plan(8, 2), plan(10, 4)], LIMITS)).toEqual({
      inAll: 'about 12 s',
      byMode: { sequential: 'about 9 s', threads: 'about 3 s' },
      warning: '',
    });
  });

  it('expectedRun: warns of a mode that is cut off with every seed, and of one that may be', () => {
    const { inAll, byMode, warning } = expectedRun([plan(110, 9), plan(90, 11)], LIMITS);
    expect([inAll, byMode.sequential]).toEqual(['about 1 min 10 s', 'cut off at 60 s']);
    expect(warning).toBe('One by one, the jobs need about 1 min 40 s. Each mode is cut off after 60 s.');
    expect(expectedRun([plan(61, 9), plan(50, 9)], LIMITS).warning).toBe(
      'One by one, the jobs may be cut off after 60 s.',
    );
    expect(expectedRun([plan(90, 70)], LIMITS).warning).toBe(
      'One by one, the jobs need about 1 min 30 s; in threads about 1 min 10 s. Each mode is cut off after 60 s.',
    );
  });

  it('expectedRun: warns of a run that is cut off, though its passes are not', () => {
    const { inAll, warning } = expectedRun([plan(50, 40)], { passSeconds: 60, runSeconds: 70 });
    expect([inAll, warning]).toEqual(['about 1 min 10 s', 'The run will be cut off after 1 min 10 s.']);
  });
});
