/** `shared` as programs see it: each access to the memory of the process is checked, and is an event. */
import { emit } from './emit.ts';
import { toJson } from './json.ts';
import { Memory } from './memory.ts';
import { shown } from './shown.ts';
import type { Shared } from './types.ts';

/**
 * Returns `shared` for job `job` on `lane`, in `buffer`. An access and its event are one step that no other thread
 * comes between, so events are in the order of the accesses, and those of pushes in the order of the list. Other
 * threads may come between a read and a write of the counter.
 */
export function sharedApi(buffer: SharedArrayBuffer, lane: number, job: number | null): Shared {
  const memory = new Memory(buffer);

  // Frozen, because it looks like an ordinary object: a property that a program set would not be in shared memory.
  return Object.freeze({
    push(value: unknown) {
      const json = toJson(value);
      return memory.exclusively(() => {
        const length = memory.push(json);
        emit({ type: 'shared-written', lane, job, key: 'list', value: JSON.parse(json), length });
        return length;
      });
    },
    values: () => memory.exclusively(() => memory.values()),
    counter: Object.freeze({
      read() {
        return memory.exclusively(() => {
          const value = memory.read();
          emit({ type: 'shared-read', lane, job, key: 'counter', value });
          return value;
        });
      },
      write(value: number) {
        if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31) {
          throw new RangeError(`counter.write(${shown(value)}): needs a whole number of 32 bits.`);
        }
        memory.exclusively(() => {
          memory.write(value);
          emit({ type: 'shared-written', lane, job, key: 'counter', value, length: null });
        });
      },
      add(amount = 1) {
        if (!Number.isInteger(amount))
          throw new RangeError(`counter.add(${shown(amount)}): needs a whole number.`);
        return memory.exclusively(() => {
          const value = memory.add(amount);
          emit({ type: 'shared-written', lane, job, key: 'counter', value, length: null, atomic: true });
          return value;
        });
      },
    }),
  });
}
