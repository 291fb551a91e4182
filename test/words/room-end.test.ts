/** When a room ends, in words. */
import { expect, it } from 'vitest';
import { endsSoon, NOTICE_MS } from '../../server/words/room-end.ts';

it.each([
  [14 * 86_400_000, null],
  [NOTICE_MS + 1, null],
  [NOTICE_MS, 'in 3 days'],
  [NOTICE_MS - 1, 'in 2 days'],
  [48 * 3_600_000 - 1, 'in 47 hours'],
  [2 * 3_600_000, 'in 2 hours'],
  [7_199_999, 'in 119 minutes'],
  [120_000, 'in 2 minutes'],
  [119_999, 'in a moment'],
  [1, 'in a moment'],
  [0, null],
  [-5, null],
])('endsSoon: %i ms before its end, a room ends %s', (leftMs, words) => {
  expect(endsSoon(1e12 + leftMs, 1e12)).toBe(words);
});
