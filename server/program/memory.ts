/** A list and a counter in one SharedArrayBuffer, common to the threads of a process. */

/** Most bytes of all values of the list together. */
const LIST_BYTES = 256 * 1024;

// The words at the start of the memory. The list follows: the length and the JSON of each value.
const COUNTER = 0;
const COUNT = 1;
const USED = 2;
const LATCH = 3;
const HEADER_BYTES = 16;

/** Returns new memory for a process. */
export function newMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + LIST_BYTES);
}

/** The list and the counter in `memory`. Each thread has an object of its own; the contents are shared. */
export class Memory {
  #words: Int32Array;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#bytes = new Uint8Array(memory, HEADER_BYTES);
    this.#view = new DataView(memory, HEADER_BYTES);
  }

  /** Makes it as new. No thread may use it at the same time. */
  clear(): void {
    this.#words.fill(0);
  }

  /** Runs `step` under a lock between threads. */
  exclusively<T>(step: () => T): T {
    const words = this.#words;
    while (Atomics.compareExchange(words, LATCH, 0, 1) !== 0) Atomics.wait(words, LATCH, 1, 1);
    try {
      return step();
    } finally {
      Atomics.store(words, LATCH, 0);
      Atomics.notify(words, LATCH, 1);
    }
  }

  /**
   * Adds a value, as JSON, to the end of the list; returns its new length. This is several writes: call it in
   * `exclusively`.
   */
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

  /** Returns copies of the list's values. Call it in `exclusively`. */
  values(): unknown[] {
    const values: unknown[] = [];
    for (let at = 0; at < (this.#words[USED] ?? 0); at += 4 + this.#view.getUint32(at)) {
      const encoded = this.#bytes.slice(at + 4, at + 4 + this.#view.getUint32(at));
      values.push(JSON.parse(new TextDecoder().decode(encoded)));
    }
    return values;
  }

  /** Reads the counter. Another thread may come between a read and a write; its update is then lost. */
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
