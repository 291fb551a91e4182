/** `shared` as a program has it: each access to the memory of its process is checked, and is an event. */
import { emit } from './emit.ts';
import { toJson } from './json.ts';
import { Memory } from './memory.ts';
import { shown } from './shown.ts';
import type { Shared } from './types.ts';

/**
 * `shared` as job `job` on `lane` sees it, in `buffer`. An access and its event are one step that no other thread comes
 * between, so that the events stand in the order of the accesses, and those of pushes in the order of the list. Between
 * a read and a write of the counter others come as they like.
 */
export function sharedApi(buffer: SharedArrayBuffer, lane: number, job: number | null): Shared {
  const memory = new Memory(buffer);

  // Frozen: it looks like an object of the program's own, and what one wrote to it would be in no memory at all.
  return Object.freeze({
    push(value: unknown) {
      const json = toJson(value);
      return memory.alone(() => {
        const length = memory.push(json);
        emit({ type: 'shared-written', lane, job, key: 'list', value: JSON.parse(json), length });
        return length;
      });
    },
    values: () => memory.alone(() => memory.values()),
    counter: Object.freeze({
      read() {
        return memory.alone(() => {
          const value = memory.read();
          emit({ type: 'shared-read', lane, job, key: 'counter', value });
          return value;
        });
      },
      write(value: number) {
        if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31) {
          throw new RangeError(`counter.write(${shown(value)}): needs a whole number of 32 bits.`);
        }
        memory.alone(() => {
          memory.write(value);
          emit({ type: 'shared-written', lane, job, key: 'counter', value, length: null });
        });
      },
      add(amount = 1) {
        if (!Number.isInteger(amount))
          throw new RangeError(`counter.add(${shown(amount)}): needs a whole number.`);
        return memory.alone(() => {
          const value = memory.add(amount);
          emit({ type: 'shared-written', lane, job, key: 'counter', value, length: null, atomic: true });
          return value;
        });
      },
    }),
  });
}
