/** Something that many streams do at the same pace. With a timer each, the timers would cost more than what is done. */
export class Ticks {
  #ms: number;
  #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  /** Creates ticks every `ms`, which come only while somebody listens. */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Calls `listener` at each tick. Returns a function that ends that. */
  on(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => {
      for (const tell of this.#listeners) tell();
    }, this.#ms);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }
}
