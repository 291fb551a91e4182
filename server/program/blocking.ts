/**
 * Sleeps that block a thread: `Atomics.wait` with a timeout, JavaScript's way to sleep without an `await`. On the event
 * loop it is no wait, because nothing else can have the thread meanwhile.
 */
import type { Mode } from '../spec/modes.ts';
import { currentJob, jobOf } from './console.ts';
import { emit } from './emit.ts';
import { type Lines, MAX_FRAMES } from './line.ts';
import { MOST_OWN_SLEEPS, SHORTEST_OWN_MS } from './waiting.ts';

/** As long as `sleep` takes at most, in ms. */
const LONGEST_MS = 1e9;

/** Reports them as sleeps of the running job, or of main, from now on. */
export function watchBlocking(lane: number, mode: Mode, lines: Lines): void {
  if (mode === 'event-loop') return;
  const { Atomics: atomics } = globalThis;
  const original = atomics.wait;
  let left = MOST_OWN_SLEEPS;
  Reflect.set(atomics, 'wait', function wait(array: Int32Array, index: number, value: number, ms?: number) {
    const waits = () => Reflect.apply(original, atomics, [array, index, value, ms]);
    const owner = currentJob.getStore();
    if (owner === undefined || typeof ms !== 'number' || left === 0) return waits();
    if (!(ms >= SHORTEST_OWN_MS && ms <= LONGEST_MS)) return waits();
    left--;
    const sleep = { lane, job: jobOf(owner), for: 'sleep', on: `${ms / 1000} s` } as const;
    emit({ type: 'wait-started', ...sleep, line: lines.ofCall(wait, MAX_FRAMES) });
    try {
      return waits();
    } finally {
      emit({ type: 'wait-ended', ...sleep });
    }
  });
}
