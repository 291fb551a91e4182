/** `shared` as programs see it: each access to the memory of the process is checked, and is an event. */
import { emit } from './emit.ts';
import { toJson } from './json.ts';
import { type Lines, MAX_FRAMES } from './line.ts';
import { Memory } from './memory.ts';
import { shown } from './shown.ts';
import type { BeforeAccess } from './steps.ts';
import type { Shared } from './types.ts';

/**
 * Returns `shared` for job `job` on `lane`, in `buffer`. An access and its event are one step that no other thread
 * comes between, so events are in the order of the accesses, and those of pushes in the order of the list. Other
 * threads may come between a read and a write of the counter. `lines` are those of the program. `before` is called
 * before each access.
 */
export function sharedApi(
  buffer: SharedArrayBuffer,
  lane: number,
  job: number | null,
  lines: Pick<Lines, 'ofFrequentCall'>,
  before?: BeforeAccess,
): Shared {
  const memory = new Memory(buffer);
  const isOrdered = before !== undefined;
  const step = before ?? (() => {});

  // Lines are looked up before the step, during which other threads wait.
  function push(value: unknown): number {
    const json = toJson(value);
    const line = lines.ofFrequentCall(push, MAX_FRAMES);
    step({ what: 'push', on: 'list', job }, line);
    return memory.exclusively(() => {
      const length = memory.push(json);
      emit({ type: 'shared-written', lane, job, key: 'list', value: JSON.parse(json), length, line });
      return length;
    });
  }

  function read(): number {
    const line = lines.ofFrequentCall(read, MAX_FRAMES);
    step({ what: 'read', on: 'counter', job }, line);
    return memory.exclusively(() => {
      const value = memory.read();
      emit({ type: 'shared-read', lane, job, key: 'counter', value, line });
      return value;
    });
  }

  function write(value: number): void {
    if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31) {
      throw new RangeError(`counter.write(${shown(value)}): needs a 32-bit whole number.`);
    }
    const line = lines.ofFrequentCall(write, MAX_FRAMES);
    step({ what: 'write', on: 'counter', job }, line);
    memory.exclusively(() => {
      memory.write(value);
      emit({ type: 'shared-written', lane, job, key: 'counter', value, length: null, line });
    });
  }

  function add(amount = 1): number {
    if (!Number.isInteger(amount))
      throw new RangeError(`counter.add(${shown(amount)}): needs a whole number.`);
    const line = lines.ofFrequentCall(add, MAX_FRAMES);
    step({ what: 'add', on: 'counter', job }, line);
    return memory.exclusively(() => {
      const value = memory.add(amount);
      emit({ type: 'shared-written', lane, job, key: 'counter', value, length: null, atomic: true, line });
      return value;
    });
  }

  function values(): unknown[] {
    // Nothing but an order says where the list was read.
    const line = isOrdered ? lines.ofFrequentCall(values, MAX_FRAMES) : undefined;
    step({ what: 'values', on: 'list', job }, line);
    return memory.exclusively(() => memory.values());
  }

  // Frozen, because it looks like an ordinary object: a property that a program set would not be in shared memory.
  return Object.freeze({
    push,
    values,
    counter: Object.freeze({ read, write, add }),
  });
}
