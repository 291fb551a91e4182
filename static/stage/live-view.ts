/**
 * What the elements with live timelines share: they are there while they are on the page, are drawn when something is
 * new or moves by itself, and play again what has ended.
 */
import { readPalette } from '../chart/palette.ts';
import type { Chart } from '../chart/timeline.ts';
import { ReplayPlayer } from '../run/replay-player.ts';
import { LookAround } from './look-around.ts';
import type { Stage } from './stage.ts';

/** How often a live drawing moves for readers who asked for less motion, in ms. */
const CALM_MS = 250;

/** A drawing under way, and the moment in page time that it is of. */
export type Drawing = {
  stage: Stage;
  player: ReplayPlayer;
  pageMs: number;
  isFirst: boolean;
  /** Whether the reader asked for less motion. */
  isCalm: boolean;
};

/** An element with live timelines. It begins when it is put on a page, and leaves nothing behind when it is taken off. */
export abstract class LiveView extends HTMLElement {
  #stage: Stage | null = null;
  #player: ReplayPlayer | null = null;
  #lookAround: LookAround | null = null;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the next drawing of what goes on by itself may begin, in page time. */
  #restsUntilMs = 0;
  /** Undoes what `connectedCallback` did. */
  #leaving = new AbortController();

  /** Begins to follow what it shows, until `signal` aborts. */
  protected abstract follow(signal: AbortSignal): void;
  /** Whether the events have told as much as the server has drawn: until then its drawing stays. */
  protected abstract get isThere(): boolean;
  protected abstract makeStage(): Stage;
  /** Draws; returns whether it moves by itself, so that another drawing must follow. */
  protected abstract draw(drawing: Drawing): boolean;

  /** The timelines; none until the first drawing. */
  protected get stage(): Stage | null {
    return this.#stage;
  }

  /** Plays again what it shows, once that has ended. */
  protected get player(): ReplayPlayer | null {
    return this.#player;
  }

  /** How the reader looks at it; none until the first drawing. */
  protected get lookAround(): LookAround | null {
    return this.#lookAround;
  }

  /** Its charts, in the order of the page. */
  get charts(): readonly Chart[] {
    return this.#stage?.charts ?? [];
  }

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.#player = new ReplayPlayer(this, () => this.wake(), signal);
    this.follow(signal);
    const resized = new ResizeObserver(() => this.#stage?.resize());
    // An element whose parts are laid out by the page has no box of its own.
    resized.observe(this.querySelector('.passes') ?? this);
    signal.addEventListener('abort', () => resized.disconnect());
    const recolour = () => this.#stage?.recolour(readPalette(this, devicePixelRatio));
    // On paper the style sheet is light, and so must be what is painted.
    for (const query of ['(prefers-color-scheme: dark)', 'print']) {
      matchMedia(query).addEventListener('change', recolour, { signal });
    }
    window.addEventListener('dppxchange', recolour, { signal });
    this.wake();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
    this.#stage?.remove();
    this.#stage = null;
  }

  /** Asks for one drawing for all that came since the last. */
  protected wake(): void {
    if (this.#frame === 0 && this.isConnected) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** The same, for what goes on by itself: after a rest as long as the last drawing took, so that the page answers. */
  protected wakeAfterRest(): void {
    clearTimeout(this.#timer);
    const waitMs = this.#restsUntilMs - performance.now();
    if (waitMs > 1) this.#timer = setTimeout(() => this.wake(), waitMs);
    else this.wake();
  }

  #draw(): void {
    this.#frame = 0;
    const player = this.#player;
    if (player === null || !this.isThere) return;
    const isFirst = this.#stage === null;
    const stage = this.#stage ?? this.makeStage();
    if (isFirst) this.#lookAround = new LookAround(this, stage, player, this.#leaving.signal);
    this.#stage = stage;
    const pageMs = performance.now();
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const isMoving = this.draw({ stage, player, pageMs, isFirst, isCalm });
    clearTimeout(this.#timer);
    if (isMoving && isCalm) this.#timer = setTimeout(() => this.wake(), CALM_MS);
    // The charts paint just after this.
    queueMicrotask(() => {
      const paintedMs = performance.now();
      this.#restsUntilMs = paintedMs + (paintedMs - pageMs);
      if (isMoving && !isCalm) this.wakeAfterRest();
    });
  }
}
