/** `shared`: a list and a counter in one SharedArrayBuffer, which the threads of a process have in common. */
import { Buffer } from 'node:buffer';
import { emit } from './emit.ts';
import { shown } from './shown.ts';
import type { Shared } from './types.ts';

/** Most bytes of all values of the list together. */
const LIST_BYTES = 256 * 1024;
/** Longest value of a list or a message, in bytes as JSON, so that it fits a line of a report. */
export const VALUE_BYTES = 1024;

// The words at the start of the memory; the list follows, each value as its length and its JSON.
const COUNTER = 0;
const COUNT = 1;
const USED = 2;
const LATCH = 3;
const HEADER_BYTES = 16;

/** New memory, for a process. */
export function newMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + LIST_BYTES);
}

/** A value as JSON. Throws where it, or a part of it, cannot be copied that way, or where it is too large. */
export function toJson(value: unknown): string {
  if (value === undefined) throw uncopied('undefined');
  let json: string | undefined;
  try {
    json = JSON.stringify(value, copied);
  } catch (cause) {
    if (cause instanceof UncopiedError) throw new TypeError(cause.message);
    throw new TypeError('This value cannot be copied: it has no form in JSON.', { cause });
  }
  if (json === undefined) throw new TypeError(uncopied('What toJSON made of this object').message);
  if (Buffer.byteLength(json) > VALUE_BYTES)
    throw new RangeError(`A value may have at most ${VALUE_BYTES} bytes as JSON.`);
  return json;
}

class UncopiedError extends TypeError {}

function uncopied(what: string): UncopiedError {
  return new UncopiedError(`${what} cannot be copied to another lane.`);
}

/** For `JSON.stringify`, which would leave such values out, or make nothing or null of them, and say nothing. */
function copied(this: unknown, _key: string, value: unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol')
    throw uncopied(`A ${typeof value}`);
  if (value === undefined && Array.isArray(this)) throw uncopied('undefined in a list');
  if (typeof value === 'number' && !Number.isFinite(value)) throw uncopied(String(value));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const made = Object.getPrototypeOf(value)?.constructor;
    if (made !== undefined && made !== Object)
      throw uncopied(`${/^[AEIO]/.test(made.name) ? 'An' : 'A'} ${made.name || 'class'}`);
  }
  return value;
}

/** `shared` as job `job` on `lane` sees it: every access is an event. */
export function sharedApi(memory: SharedArrayBuffer, lane: number, job: number | null): Shared {
  const words = new Int32Array(memory, 0, HEADER_BYTES / 4);
  const bytes = new Uint8Array(memory, HEADER_BYTES);
  const view = new DataView(memory, HEADER_BYTES);

  /**
   * Does `step` while no other thread does one. Pushing is several writes, and a list is no lesson in losing them. Of
   * the counter it is one access and its event, so that the events stand in the order of the accesses; between a read
   * and a write others come as they like, and updates are lost.
   */
  function alone<T>(step: () => T): T {
    while (Atomics.compareExchange(words, LATCH, 0, 1) !== 0) Atomics.wait(words, LATCH, 1, 1);
    try {
      return step();
    } finally {
      Atomics.store(words, LATCH, 0);
      Atomics.notify(words, LATCH, 1);
    }
  }

  // Frozen: it looks like an object of the program's own, and what one wrote to it would be in no memory at all.
  return Object.freeze({
    push(value: unknown) {
      const json = toJson(value);
      const encoded = new TextEncoder().encode(json);
      const length = alone(() => {
        const at = words[USED] ?? 0;
        if (at + 4 + encoded.length > LIST_BYTES)
          throw new RangeError(`The shared list is full: ${LIST_BYTES} bytes.`);
        view.setUint32(at, encoded.length);
        bytes.set(encoded, at + 4);
        words[USED] = at + 4 + encoded.length;
        const count = (words[COUNT] ?? 0) + 1;
        words[COUNT] = count;
        // Told before another thread can push: the events stand in the order of the list.
        emit({ type: 'shared-written', lane, job, key: 'list', value: JSON.parse(json), length: count });
        return count;
      });
      return length;
    },
    values: () =>
      alone(() => {
        const values: unknown[] = [];
        for (let at = 0; at < (words[USED] ?? 0); at += 4 + view.getUint32(at)) {
          const encoded = bytes.slice(at + 4, at + 4 + view.getUint32(at));
          values.push(JSON.parse(new TextDecoder().decode(encoded)));
        }
        return values;
      }),
    counter: Object.freeze({
      read() {
        return alone(() => {
          const value = Atomics.load(words, COUNTER);
          emit({ type: 'shared-read', lane, job, key: 'counter', value });
          return value;
        });
      },
      write(value: number) {
        if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31) {
          throw new RangeError(`counter.write(${shown(value)}): needs a whole number of 32 bits.`);
        }
        alone(() => {
          Atomics.store(words, COUNTER, value);
          emit({ type: 'shared-written', lane, job, key: 'counter', value, length: null });
        });
      },
      add(amount = 1) {
        if (!Number.isInteger(amount))
          throw new RangeError(`counter.add(${shown(amount)}): needs a whole number.`);
        return alone(() => {
          const value = (Atomics.add(words, COUNTER, amount) + amount) | 0;
          emit({ type: 'shared-written', lane, job, key: 'counter', value, length: null, atomic: true });
          return value;
        });
      },
    }),
  });
}
