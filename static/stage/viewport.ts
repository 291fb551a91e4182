/** The visible range of the time axis: everything, a chosen range, or one that follows a live run. */
import { CLOSEST_MS, moved, reaching, type View, within, zoomed } from './view.ts';

/** Share of the width that stays free to the right of a live run's current time. */
const AHEAD = 0.05;

export class Viewport {
  /** The whole time axis. */
  all: View = { minMs: 0, maxMs: 1 };
  /** The shortest range to zoom to: one step, where times count steps. */
  closestMs = CLOSEST_MS;
  /** The chosen range; null for everything. */
  #view: View | null = null;
  #isFollowing = true;

  /** The visible range. */
  get view(): View {
    return this.#view ?? this.all;
  }

  /** The chosen range; null if everything is visible. */
  get chosen(): View | null {
    return this.#view;
  }

  /** Whether a live run continues out of view because the view was moved by hand. */
  get isLeftBehind(): boolean {
    return this.#view !== null && !this.#isFollowing;
  }

  /** Shows a range; null for everything. */
  look(view: View | null): void {
    this.#view = view && within(view, this.all);
    this.#isFollowing = view === null;
  }

  /** Shows a range `factor` times as long, around `atMs`. */
  zoom(factor: number, atMs: number): void {
    const view = zoomed(this.view, factor, atMs, this.all, this.closestMs);
    this.look(view.maxMs - view.minMs >= this.all.maxMs - this.all.minMs ? null : view);
  }

  /** Moves right by a share of the visible range. */
  move(share: number): void {
    if (this.#view) this.look(moved(this.#view, share * (this.#view.maxMs - this.#view.minMs), this.all));
  }

  /** Moves the view just enough to make `atMs` visible. */
  reveal(atMs: number): void {
    if (this.#view) this.#view = reaching(this.#view, atMs, this.all);
  }

  /** Follows a live run from now on, at the current zoom. */
  follow(): void {
    this.#isFollowing = true;
  }

  /** Moves the view when a live run has reached `nowMs`, if the view follows it. */
  advance(nowMs: number): void {
    if (!this.#view || !this.#isFollowing) return;
    const { minMs, maxMs } = this.#view;
    this.#view = moved(this.#view, nowMs - maxMs + (maxMs - minMs) * AHEAD, this.all);
  }
}
