/** Which stretch of the time axis is seen: everything, one that was chosen, or one that goes along with a live run. */
import { moved, reaching, type View, within, zoomed } from './view.ts';

/** How much of the width stays free right of where a live run is, as a share. */
const AHEAD = 0.05;

export class Seen {
  /** Everything there is to see. */
  all: View = { minMs: 0, maxMs: 1 };
  /** The stretch that was chosen; null: everything. */
  #view: View | null = null;
  #isFollowing = true;

  /** What is seen now. */
  get view(): View {
    return this.#view ?? this.all;
  }

  /** The chosen stretch; null where everything is seen. */
  get chosen(): View | null {
    return this.#view;
  }

  /** Whether a live run goes on out of sight: the view was moved by hand. */
  get isLeftBehind(): boolean {
    return this.#view !== null && !this.#isFollowing;
  }

  /** Looks at a stretch; null: at everything. */
  look(view: View | null): void {
    this.#view = view && within(view, this.all);
    this.#isFollowing = view === null;
  }

  /** Shows `factor` times as much, around `atMs`. */
  zoom(factor: number, atMs: number): void {
    const view = zoomed(this.view, factor, atMs, this.all);
    this.look(view.maxMs - view.minMs >= this.all.maxMs - this.all.minMs ? null : view);
  }

  /** Moves by a share of what is seen, to the right. */
  move(share: number): void {
    if (this.#view) this.look(moved(this.#view, share * (this.#view.maxMs - this.#view.minMs), this.all));
  }

  /** Has `atMs` in sight; what is seen moves no further than that takes. */
  reach(atMs: number): void {
    if (this.#view) this.#view = reaching(this.#view, atMs, this.all);
  }

  /** Goes along with a live run from now on, as close as it is looked at. */
  follow(): void {
    this.#isFollowing = true;
  }

  /** A live run has come to `nowMs`. */
  goTo(nowMs: number): void {
    if (!this.#view || !this.#isFollowing) return;
    const { minMs, maxMs } = this.#view;
    this.#view = moved(this.#view, nowMs - maxMs + (maxMs - minMs) * AHEAD, this.all);
  }
}
