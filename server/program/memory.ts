/** A list and a counter in one SharedArrayBuffer, which the threads of a process have in common. */

/** Most bytes of all values of the list together. */
const LIST_BYTES = 256 * 1024;

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

/** The list and the counter in `memory`, as one thread has them: all threads see the same. */
export class Memory {
  #words: Int32Array;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#bytes = new Uint8Array(memory, HEADER_BYTES);
    this.#view = new DataView(memory, HEADER_BYTES);
  }

  /** Does `step` while no other thread does one. */
  alone<T>(step: () => T): T {
    const words = this.#words;
    while (Atomics.compareExchange(words, LATCH, 0, 1) !== 0) Atomics.wait(words, LATCH, 1, 1);
    try {
      return step();
    } finally {
      Atomics.store(words, LATCH, 0);
      Atomics.notify(words, LATCH, 1);
    }
  }

  /** Adds a value, as JSON, to the end of the list; returns its new length. Several writes: to be done `alone`. */
  push(json: string): number {
    const encoded = new TextEncoder().encode(json);
    const at = this.#words[USED] ?? 0;
    if (at + 4 + encoded.length > LIST_BYTES)
      throw new RangeError(`The shared list is full: ${LIST_BYTES} bytes.`);
    this.#view.setUint32(at, encoded.length);
    this.#bytes.set(encoded, at + 4);
    this.#words[USED] = at + 4 + encoded.length;
    const count = (this.#words[COUNT] ?? 0) + 1;
    this.#words[COUNT] = count;
    return count;
  }

  /** Copies of the list's values. To be taken `alone`. */
  values(): unknown[] {
    const values: unknown[] = [];
    for (let at = 0; at < (this.#words[USED] ?? 0); at += 4 + this.#view.getUint32(at)) {
      const encoded = this.#bytes.slice(at + 4, at + 4 + this.#view.getUint32(at));
      values.push(JSON.parse(new TextDecoder().decode(encoded)));
    }
    return values;
  }

  /** The counter. Between a read and a write another thread can come, and its update is lost. */
  read(): number {
    return Atomics.load(this.#words, COUNTER);
  }

  write(value: number): void {
    Atomics.store(this.#words, COUNTER, value);
  }

  /** Reads, adds and writes the counter in one step. Returns the new value, of 32 bits. */
  add(amount: number): number {
    return (Atomics.add(this.#words, COUNTER, amount) + amount) | 0;
  }
}
