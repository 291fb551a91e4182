/** Many processes to start at once: what else the server does meanwhile. */
import { expect, it } from 'vitest';
import { StartTurns } from '../../server/launch/start-turns.ts';

it('StartTurns: of a burst none waits; then the server has as long for everything else as starts take', async () => {
  const turns = new StartTurns();
  let busyMs = 0;
  /** Holds up the event loop, as starting a process does, and counts how long. */
  const start = async () => {
    await turns.next();
    const began = performance.now();
    while (performance.now() - began < 20);
    const tookMs = performance.now() - began;
    busyMs += tookMs;
    turns.took(tookMs);
    return performance.now();
  };
  const began = performance.now();
  const times = await Promise.all(Array.from({ length: 15 }, start));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  // The last start and the burst are not waited for.
  expect((times.at(-1) ?? 0) - began).toBeGreaterThan(2 * busyMs - 150);
  const later = performance.now();
  while (performance.now() - later < 200);
  // What is owed is forgotten with time: the next can start at once.
  let waited = 0;
  const tick = setImmediate(() => waited++);
  await turns.next();
  await turns.next();
  clearImmediate(tick);
  expect(waited).toBeLessThanOrEqual(1);
});

it('StartTurns: between two starts, a request is answered that takes several turns of the event loop', async () => {
  const turns = new StartTurns();
  await turns.next();
  let taken = 0;
  const turn = () => {
    if (++taken < 10) setImmediate(turn);
  };
  setImmediate(turn);
  await turns.next();
  expect(taken).toBe(10);
});
