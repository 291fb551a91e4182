/** Who yielded the thread, and for how long, in a turn of the event loop. */
import { expect, test } from 'vitest';
import { Yields } from '../../server/program/yields.ts';

test('yields: what was forgotten is not returned again, even for whoever runs', () => {
  const yields = new Yields();
  yields.note(0);
  yields.note(1);
  const sinceMs = performance.now();
  while (performance.now() === sinceMs);
  yields.note(0);
  yields.forget(0);
  expect(yields.lastedMs(0)).toBe(0);
});
