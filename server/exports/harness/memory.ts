/** The shared list and the counter: memory of a process, which its threads share. */
import type { Shared } from '../../program/types.ts';
import { setup } from './setup.ts';

// ----- Memory: threads share that of main, a process has its own

const ENTRIES = 4096; // most values in the list
const ENTRY_BYTES = 1024; // of each, as JSON
// Words: the counter, the length of the list, and the bytes of each entry. Then the entries.
export const memory = setup?.memory ?? new SharedArrayBuffer((2 + ENTRIES) * 4 + ENTRIES * ENTRY_BYTES);
const words = new Int32Array(memory, 0, 2 + ENTRIES);
const entries = new Uint8Array(memory, words.byteLength);

export const sharedMemory: Shared = {
  push(value) {
    const json = new TextEncoder().encode(toJson(value));
    const n = Atomics.add(words, 1, 1); // nobody else gets this place
    if (n >= ENTRIES) throw new RangeError('The shared list is full.');
    entries.set(json, n * ENTRY_BYTES);
    Atomics.store(words, 2 + n, json.length); // from now on it can be read
    return n + 1;
  },
  values() {
    const length = Math.min(Atomics.load(words, 1), ENTRIES);
    return Array.from({ length }, (_, n) => {
      while (Atomics.load(words, 2 + n) === 0); // another thread writes it at this moment
      const json = entries.slice(n * ENTRY_BYTES, n * ENTRY_BYTES + Atomics.load(words, 2 + n));
      return JSON.parse(new TextDecoder().decode(json));
    });
  },
  counter: {
    read: () => Atomics.load(words, 0),
    write: (value) => void Atomics.store(words, 0, value),
    add: (amount = 1) => (Atomics.add(words, 0, amount) + amount) | 0,
  },
};

export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`A ${typeof value} cannot be copied.`);
  if (new TextEncoder().encode(json).length > ENTRY_BYTES) throw new RangeError('This value is too large.');
  return json;
}
