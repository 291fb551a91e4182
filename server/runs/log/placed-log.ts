/** A run’s place in the queue, which readers of its log receive. */
import type { Place } from '../../protocol/place.ts';

/** The part of a log that is about the run's place: see `Log`. */
export class PlacedLog {
  #place: Place | null = null;
  #listeners = new Set<() => void>();

  get place(): Place | null {
    return this.#place;
  }

  /** Sets the place in the queue, which readers receive at once. */
  setPlace(place: Place | null): void {
    if (this.#place === place) return;
    this.#place = place;
    for (const listener of this.#listeners) listener();
  }

  watchPlace(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
