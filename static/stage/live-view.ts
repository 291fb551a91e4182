/**
 * The base of elements with live timelines: their life cycle, when they are drawn, and the replay of what has ended.
 */
import { readPalette } from '../chart/palette.ts';
import type { Chart } from '../chart/timeline.ts';
import { ReplayPlayer } from '../run/replay-player.ts';
import { type AppliedLook, LookAround } from './look-around.ts';
import { printDrawings } from './print.ts';
import type { Stage } from './stage.ts';

/** Whether movement is to be kept low. Asked for at each frame, where a new list takes a millisecond on a long page. */
const CALM = matchMedia('(prefers-reduced-motion: reduce)');
/** Time between the updates of a live drawing with reduced motion, in ms. */
const CALM_MS = 250;
/**
 * How many times as long as an automatic drawing took the page rests after it, up to the time between two pictures of a
 * film: the browser's own part of it takes a multiple.
 */
const REST = 20;
const FRAME_MS = 1000 / 30;

/** One drawing of the timelines, at the page time `pageMs`. */
export type Drawing = {
  stage: Stage;
  player: ReplayPlayer;
  pageMs: number;
  isFirst: boolean;
  /** Whether the reader prefers reduced motion. */
  isCalm: boolean;
};

/** An element with live timelines. It starts when it is connected, and releases everything when it is disconnected. */
export abstract class LiveView extends HTMLElement {
  #stage: Stage | null = null;
  #player: ReplayPlayer | null = null;
  #lookAround: LookAround | null = null;
  /** A view that another page shares, until it is shown on timelines that can be replayed. */
  #awaited: (AppliedLook & { askedMs: number; isShown: boolean }) | null = null;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the next automatic drawing may start, in page time. */
  #restsUntilMs = 0;
  /** Removes what `connectedCallback` added. */
  #listeners = new AbortController();

  /** Starts following the events, until `signal` aborts. */
  protected abstract follow(signal: AbortSignal): void;
  /** Whether the events have caught up with the server's drawing, which stays until then. */
  protected abstract get hasCaughtUp(): boolean;
  protected abstract makeStage(): Stage;
  /** Draws; returns whether the drawing moves by itself, so that another one must follow. */
  protected abstract draw(drawing: Drawing): boolean;

  /** The timelines; null until the first drawing. */
  protected get stage(): Stage | null {
    return this.#stage;
  }

  /** The replay; it can play once the runs have ended. */
  protected get player(): ReplayPlayer | null {
    return this.#player;
  }

  /** The controls of the timelines; null until the first drawing. */
  protected get lookAround(): LookAround | null {
    return this.#lookAround;
  }

  /** The view, as the fragment of a link has it, and whether it plays; null until the first drawing. */
  get look(): { look: string; isPlaying: boolean } | null {
    if (this.#lookAround === null || this.#player === null) return null;
    return { look: this.#lookAround.fragment, isPlaying: this.#player.isPlaying };
  }

  /** Whether a view that another page shares is still to be shown. */
  get isAwaitingLook(): boolean {
    return this.#awaited?.isShown === false;
  }

  /**
   * Shows a view that another page shares, as soon as there are timelines; and once more when they can be replayed, for
   * a live run has no moments yet. Null: not once more, for the reader has changed it.
   */
  showLook(look: AppliedLook | null): void {
    this.#awaited = look && { ...look, askedMs: performance.now(), isShown: false };
    this.wake();
  }

  #showAwaited({ isReady }: ReplayPlayer): void {
    const awaited = this.#awaited;
    if (awaited === null || (awaited.isShown && !isReady)) return;
    const { askedMs, isShown: _, ...look } = awaited;
    this.#awaited = isReady ? null : { ...awaited, isShown: true };
    this.#lookAround?.share({ ...look, agoMs: look.agoMs + performance.now() - askedMs });
  }

  /** The charts, in page order. */
  get charts(): readonly Chart[] {
    return this.#stage?.charts ?? [];
  }

  connectedCallback(): void {
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    this.#player = new ReplayPlayer(this, () => this.wake(), signal);
    this.follow(signal);
    const resized = new ResizeObserver(() => this.#stage?.resize());
    // An element with `display: contents` has no box to observe.
    resized.observe(this.querySelector('.passes') ?? this);
    signal.addEventListener('abort', () => resized.disconnect());
    const recolour = () => this.#stage?.recolour(readPalette(this, devicePixelRatio));
    // Printing uses the light style sheet, so the canvas must be repainted.
    for (const query of ['(prefers-color-scheme: dark)', 'print']) {
      matchMedia(query).addEventListener('change', recolour, { signal });
    }
    window.addEventListener('dppxchange', recolour, { signal });
    this.wake();
  }

  disconnectedCallback(): void {
    this.#listeners.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
    this.#stage?.remove();
    this.#stage = null;
  }

  /** Requests a drawing; several requests before it share one. */
  protected wake(): void {
    if (this.#frame === 0 && this.isConnected) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** Requests an automatic drawing, after a rest, so that the page stays responsive. */
  protected wakeAfterRest(): void {
    clearTimeout(this.#timer);
    const waitMs = this.#restsUntilMs - performance.now();
    if (waitMs > 1) this.#timer = setTimeout(() => this.wake(), waitMs);
    else this.wake();
  }

  #draw(): void {
    this.#frame = 0;
    const player = this.#player;
    if (player === null || !this.hasCaughtUp) return;
    const isFirst = this.#stage === null;
    const stage = this.#stage ?? this.makeStage();
    if (isFirst) {
      this.#lookAround = new LookAround(this, stage, player, this.#listeners.signal);
      printDrawings(stage, this.#listeners.signal);
    }
    this.#stage = stage;
    const pageMs = performance.now();
    const isCalm = CALM.matches;
    const isMoving = this.draw({ stage, player, pageMs, isFirst, isCalm });
    this.#showAwaited(player);
    clearTimeout(this.#timer);
    if (isMoving && isCalm) this.#timer = setTimeout(() => this.wake(), CALM_MS);
    // The charts paint in a microtask that runs before this one.
    queueMicrotask(() => {
      const paintedMs = performance.now();
      const tookMs = paintedMs - pageMs;
      this.#restsUntilMs = paintedMs + Math.max(tookMs, Math.min(REST * tookMs, FRAME_MS));
      if (isMoving && !isCalm) this.wakeAfterRest();
    });
  }
}
