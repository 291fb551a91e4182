/** Replays one or several ended runs on one clock: the clock, and its controls. */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { Replay } from '../../server/timeline/replay.ts';
import { elapsedWords, type TimeUnit } from '../../server/words/pass-times.ts';

/** How long a step is shown at the usual speed, in ms: long enough to read what it did. */
const STEP_MS = 500;

export class ReplayPlayer {
  /** Run time per page time. */
  speed = 1;
  /**
   * The events of each run; null until all have ended. Sorted when first played, so as not to delay the first drawing.
   */
  #events: RunEvent[][] | null = null;
  #made: Replay[] | null = null;
  /** Length of the longest pass, in ms. */
  endMs = 0;
  /** null at the end, where the live timelines are shown. */
  #atMs: number | null = null;
  /** Page time of the last frame while it plays. */
  #playedMs: number | null = null;
  readonly #parts: {
    play: HTMLButtonElement | null;
    scrubber: HTMLInputElement | null;
    time: HTMLElement | null;
    speed: HTMLSelectElement | null;
  };
  /** What the runs' times count. Steps are played one by one. */
  readonly #unit: TimeUnit;
  readonly #controls: (HTMLButtonElement | HTMLInputElement | HTMLSelectElement)[];
  readonly #changed: () => void;

  /** Handles the controls in `root` until `signal` aborts; calls `changed` when another moment must be shown. */
  constructor(root: HTMLElement, changed: () => void, signal: AbortSignal) {
    this.#changed = changed;
    this.#unit = root.querySelector('.player[data-unit=step]') ? 'step' : 'ms';
    this.#parts = {
      play: root.querySelector('button.play'),
      scrubber: root.querySelector('input.scrubber'),
      time: root.querySelector('.replay-time'),
      speed: root.querySelector('.speed select'),
    };
    this.#controls = [
      ...root.querySelectorAll<HTMLButtonElement>('.replay button, .replay input, .replay select'),
    ];
    const { play, scrubber, speed } = this.#parts;
    play?.addEventListener('click', () => this.toggle(), { signal });
    scrubber?.addEventListener('input', () => this.go(Number(scrubber.value)), { signal });
    speed?.addEventListener(
      'change',
      () => {
        this.speed = Number(speed.value);
        changed();
      },
      { signal },
    );
    const step = (selector: string, by: 1 | -1) =>
      root.querySelector(selector)?.addEventListener('click', () => this.step(by), { signal });
    step('.event-back', -1);
    step('.event-on', 1);
  }

  /**
   * Enables the controls once all runs have ended, unless none of them began. `endMs` is the time of the last event,
   * since its pass began.
   */
  begin(runs: RunEvent[][], endMs: number): void {
    if (endMs === 0) return;
    this.#events = runs;
    this.endMs = endMs;
    for (const control of this.#controls) control.disabled = false;
    this.#showControls();
  }

  /** Whether the runs can be played. */
  get isReady(): boolean {
    return this.#events !== null;
  }

  /** The current moment; null at the end, and until the runs can be played. */
  get atMs(): number | null {
    return this.#atMs !== null && this.#unit === 'step' ? Math.floor(this.#atMs) : this.#atMs;
  }

  get isPlaying(): boolean {
    return this.#playedMs !== null;
  }

  get #replays(): Replay[] {
    if (this.#events) this.#made ??= this.#events.map((events) => new Replay(events));
    return this.#made ?? [];
  }

  /** The runs at the current moment; null at the end. */
  timelines(): RunTimeline[] | null {
    const { atMs } = this;
    return atMs === null ? null : this.#replays.map((replay) => replay.at(atMs));
  }

  /** Pauses, or plays from the current moment; from the beginning if that is the end. */
  toggle(): void {
    if (!this.isReady) return;
    if (this.isPlaying) this.#playedMs = null;
    else {
      if (this.#atMs === null) this.#atMs = 0;
      this.#playedMs = performance.now();
    }
    this.#showControls();
    this.#changed();
  }

  /** Pauses and shows the moment `ms`; the end if `ms` is not before it. */
  go(ms: number): void {
    if (!this.isReady) return;
    this.#playedMs = null;
    this.#set(ms);
  }

  /** Moves to the next event of any run, or to the previous one. */
  step(by: 1 | -1): void {
    const from = this.atMs ?? this.endMs;
    if (this.#unit === 'step') {
      this.go(from + by);
      return;
    }
    const found = this.#replays
      .map((replay) => (by > 0 ? replay.next(from) : replay.previous(from)))
      .filter((ms) => ms !== null);
    this.go(by > 0 ? Math.min(this.endMs, ...found) : Math.max(0, ...found));
  }

  /** Advances the clock. Call it at each frame while it plays. */
  tick(pageMs: number): void {
    if (this.#playedMs === null) return;
    const ms =
      (this.#atMs ?? 0) + ((pageMs - this.#playedMs) * this.speed) / (this.#unit === 'step' ? STEP_MS : 1);
    this.#playedMs = pageMs;
    if (ms >= this.endMs) this.#playedMs = null;
    this.#atMs = ms >= this.endMs ? null : Math.max(0, ms);
    this.#showControls();
  }

  /** Sets the speed from outside the controls: from a link. */
  setSpeed(speed: number): void {
    this.speed = speed;
    if (this.#parts.speed) this.#parts.speed.value = String(speed);
  }

  #set(ms: number): void {
    this.#atMs = ms >= this.endMs ? null : Math.max(0, ms);
    this.#showControls();
    this.#changed();
  }

  #showControls(): void {
    const { play, scrubber, time } = this.#parts;
    const atMs = this.atMs ?? this.endMs;
    play?.classList.toggle('is-playing', this.isPlaying);
    play?.setAttribute('aria-label', this.isPlaying ? 'Pause' : 'Play');
    if (scrubber) {
      if (scrubber.max !== String(this.endMs)) scrubber.max = String(this.endMs);
      scrubber.value = String(atMs);
      scrubber.setAttribute(
        'aria-valuetext',
        this.#words(atMs, (ms) => elapsedWords(ms, 'ms')),
      );
    }
    if (time) {
      const words = this.#words(atMs, (ms) => (ms / 1000).toFixed(2));
      time.textContent = this.#unit === 'step' ? words : `${words} s`;
    }
  }

  /** `step 3 of 7`; other times as `ofTime` says them. */
  #words(atMs: number, ofTime: (ms: number) => string): string {
    if (this.#unit === 'step') return `step ${atMs} of ${this.endMs}`;
    return `${ofTime(atMs)} of ${ofTime(this.endMs)}`;
  }
}
