/** The counter below a pass's timeline. */
import { expect, it } from 'vitest';
import type { Fact } from '../../../server/protocol/facts.ts';
import type { Mode } from '../../../server/spec/modes.ts';
import { counterItem } from '../../../views/run/counter.ts';
import { events, laneStarted, passStarted, timelineOf } from '../../timeline/made-events.ts';

const set = (value: number): Fact => written(0, null, value);
const written = (lane: number, job: number | null, value: number, atomic?: true): Fact =>
  ({ type: 'shared-written', lane, job, key: 'counter', value, length: null, atomic }) as Fact;
const read = (lane: number, job: number | null, value: number): Fact =>
  ({ type: 'shared-read', lane, job, key: 'counter', value }) as Fact;

/** The text of main's counter after `facts`, in which lanes 1 and 2 have one memory with main unless they are processes. */
function shown(facts: Fact[], mode: Mode = 'threads'): string {
  const lanes = [0, 1, 2].map((lane): Fact => {
    const started = laneStarted(lane, mode) as Extract<Fact, { type: 'lane-started' }>;
    return mode === 'threads' ? { ...started, pid: 100 } : started;
  });
  const all = [passStarted(mode), ...lanes, ...facts];
  const [pass] = timelineOf(
    events(
      0,
      all.map((fact, atMs) => [atMs, fact]),
    ),
  ).passes;
  const memory = pass?.state.memoryOf.get(0);
  if (!pass || !memory) throw new Error('There is no memory.');
  return String(counterItem(pass, memory))
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const crossed = [set(0), read(1, 0, 0), read(2, 2, 0), written(1, 0, 1), written(2, 2, 1), read(0, null, 1)];
const added = [set(0), written(1, 1, 1, true), written(2, 3, 2, true), read(0, null, 2)];

it('counterItem: what the counter was after each way of changing it, once main has set it again', () => {
  expect(shown(crossed)).toBe('counter 1');
  expect(shown([...crossed, set(0)])).toBe('counter 1 after read, work, write 0 now');
  expect(shown([...crossed, ...added])).toBe('counter 1 after read, work, write 2 after adding in one step');
  expect(shown([...added, ...crossed])).toBe('counter 2 after adding in one step 1 after read, work, write');
});

it('counterItem: only the value of a counter that main sets once, or that jobs in processes never change', () => {
  expect(shown([])).toBe('counter 0');
  expect(shown([read(1, 0, 0), written(1, 0, 1), ...added.slice(1, 2)])).toBe('counter 1');
  expect(shown([...crossed.slice(0, 5), read(0, null, 0), ...added.slice(0, 3)], 'processes')).toBe(
    'counter 0',
  );
});
