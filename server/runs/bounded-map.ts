/** A map that forgets. */

/** A map of at most `most` entries: past them, the entry that was set longest ago is forgotten. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  /** Sets an entry, which is then the latest, also where the key was there before. */
  override set(key: Key, value: Value): this {
    this.delete(key);
    super.set(key, value);
    for (const oldest of this.keys()) {
      if (this.size <= this.#most) break;
      this.delete(oldest);
    }
    return this;
  }
}
