/** `<run-view>`: follows a run's events and keeps the page's timelines and words up to date with them. */
import type { RunEvent } from '../server/runs/events.ts';
import { sentence } from '../server/runs/summary.ts';
import { apply, newTimeline, type PassTimeline, type RunTimeline } from '../server/runs/timeline.ts';
import { passTime } from '../views/progress.ts';
import { PassClock } from './clock.ts';
import { copyButton } from './copy-link.ts';
import { LookAround } from './look-around.ts';
import { readPalette } from './palette.ts';
import { ReplayPlayer } from './replay-player.ts';
import { RunSpeaker } from './run-speaker.ts';
import { Stage } from './stage.ts';
import { follow } from './stream.ts';
import type { Chart } from './timeline.ts';
import { Tip } from './tip.ts';
import { RunWords } from './words.ts';

/** How often a live drawing moves for readers who asked for less motion, in ms. */
const CALM_MS = 250;

export class RunView extends HTMLElement {
  /** The run as far as its events have come. */
  timeline: RunTimeline = newTimeline();
  #events: RunEvent[] = [];
  #clocks: PassClock[] = [];
  #words: RunWords | null = null;
  readonly #speaker = new RunSpeaker(this);
  /** The timelines; none until the events have caught up with what the server drew. */
  #stage: Stage | null = null;
  #player: ReplayPlayer | null = null;
  #lookAround: LookAround | null = null;
  /** Whether what the address asks for has been shown: once, when the run has ended. */
  #isRestored = false;
  #frame = 0;
  /** When the next drawing of what goes on by itself may begin, in page time. */
  #restsUntilMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lostAtMs: number | null = null;
  /** Whether events have come that the page does not tell yet. */
  #isNew = true;
  /** What the words on the page tell of. */
  #told: RunTimeline | null = null;
  #toldSeq = -1;
  /** Undoes what `connectedCallback` did. */
  #leaving = new AbortController();

  /** One chart a pass, in order. */
  get charts(): readonly Chart[] {
    return this.#stage?.charts ?? [];
  }

  /** The chart of all passes job by job; null where they are not shown so. */
  get jobs(): Chart | null {
    return this.#stage?.jobs ?? null;
  }

  connectedCallback(): void {
    this.#leaving = new AbortController();
    this.#words = new RunWords(this);
    const { signal } = this.#leaving;
    this.#player = new ReplayPlayer(this, () => this.#schedule(), signal);
    const close = follow(this.dataset.events ?? '', {
      onEvents: (events) => this.#take(events),
      onLost: () => this.#setLost(performance.now()),
      onBack: () => this.#setLost(null),
      onEnd: () => this.#end(),
      after: () => this.timeline.seq,
    });
    signal.addEventListener('abort', close);
    const resized = new ResizeObserver(() => this.#stage?.resize());
    // This element has no box of its own where its parts are laid out by the page.
    const passes = this.querySelector('.passes');
    if (passes !== null) resized.observe(passes);
    signal.addEventListener('abort', () => resized.disconnect());
    const recolour = () => this.#stage?.recolour(readPalette(this, devicePixelRatio));
    // On paper the style sheet is light, and so must be what is painted.
    for (const query of ['(prefers-color-scheme: dark)', 'print']) {
      matchMedia(query).addEventListener('change', recolour, { signal });
    }
    window.addEventListener('dppxchange', recolour, { signal });
    copyButton(this, () => this.#lookAround?.fragment ?? '', signal);
    this.#schedule();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
    this.#stage?.remove();
    this.#stage = null;
  }

  #take(events: RunEvent[]): void {
    const pageMs = performance.now();
    for (const event of events) {
      if (event.seq <= this.timeline.seq) continue;
      this.#events.push(event);
      apply(this.timeline, event);
      if (event.pass === null) continue;
      this.#clocks[event.pass] ??= new PassClock();
      this.#clocks[event.pass]?.hear(event.atMs, pageMs);
    }
    this.#isNew = true;
    this.#scheduleNext();
  }

  #end(): void {
    this.#setLost(null);
    document.title = `${sentence(this.timeline)} · Concurrency Playground`;
    // The page may have words of its own for it.
    this.dataset.status = this.timeline.status ?? '';
    this.dispatchEvent(new Event('run-end', { bubbles: true }));
    const endMs = Math.max(0, ...this.timeline.passes.map(({ latestMs }) => latestMs));
    this.#player?.begin([this.#events], endMs);
  }

  #setLost(atMs: number | null): void {
    this.#lostAtMs = atMs;
    const line = this.querySelector<HTMLElement>('.lost');
    if (line !== null) line.hidden = atMs === null;
    this.#schedule();
  }

  /** One drawing for all that came since the last. */
  #schedule(): void {
    if (this.#frame === 0 && this.isConnected) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** The same, but for what goes on by itself: after a rest as long as the last drawing took, so that the page answers. */
  #scheduleNext(): void {
    clearTimeout(this.#timer);
    const waitMs = this.#restsUntilMs - performance.now();
    if (waitMs > 1) this.#timer = setTimeout(() => this.#schedule(), waitMs);
    else this.#schedule();
  }

  #draw(): void {
    this.#frame = 0;
    // What the server has drawn stays until the events have told as much.
    if (this.timeline.seq < Number(this.dataset.seq ?? 0)) return;
    const isFirst = this.#stage === null;
    this.#stage ??= this.#makeStage();
    const stage = this.#stage;
    const pageMs = performance.now();
    this.#player?.tick(pageMs);
    const atMs = this.#player?.atMs ?? null;
    const shown = this.#player?.timelines()?.[0] ?? this.timeline;
    const isNew = this.#isNew || shown !== this.#told || shown.seq !== this.#toldSeq;
    this.#isNew = false;
    this.#told = shown;
    this.#toldSeq = shown.seq;
    // The first time the charts come before the words, which the server has written already.
    if (isNew && !isFirst) this.#tell(shown);

    const passes = stage.charts.map((_, i) => shown.passes.find(({ pass }) => pass === i) ?? null);
    const nowMs = passes.map((pass, i) => this.#nowMs(pass, i, this.#lostAtMs ?? pageMs));
    const isLive = this.timeline.state === 'running' && passes.some((pass) => pass?.ended === null);
    const isMoving = (isLive && this.#lostAtMs === null) || this.#player?.isPlaying === true;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const spanMs = Math.max(Number(this.dataset.spanMs) || 1, this.#player?.endMs ?? 0);
    stage.show({ passes, nowMs, spanMs, isNew, isMoving: isMoving && !isCalm, isLive, atMs });
    stage.charts.forEach((chart, i) => {
      const text = chart.root.parentElement?.querySelector('.pass-time');
      const time = passTime(passes[i] ?? null, nowMs[i]);
      if (text && text.textContent !== time) text.textContent = time;
    });
    this.#lookAround?.show();
    if (!this.#isRestored && this.#player?.isReady) {
      this.#isRestored = true;
      this.#lookAround?.begin();
    }
    if (isFirst) {
      this.#isNew = true;
      this.#schedule();
    }
    // Bars grow with time.
    clearTimeout(this.#timer);
    if (isMoving && isCalm) this.#timer = setTimeout(() => this.#schedule(), CALM_MS);
    // The charts paint just after this.
    queueMicrotask(() => {
      const paintedMs = performance.now();
      this.#restsUntilMs = paintedMs + (paintedMs - pageMs);
      if (isMoving && !isCalm) this.#scheduleNext();
    });
  }

  #tell(shown: RunTimeline): void {
    this.#words?.show(shown, shown !== this.timeline);
    this.#speaker.hear(this.timeline);
    const isEnd = this.dataset.state !== 'ended' && this.timeline.state === 'ended';
    this.dataset.state = this.timeline.state;
    if (isEnd) this.#words?.end();
  }

  #nowMs(pass: PassTimeline | null, i: number, pageMs: number): number {
    if (pass === null) return 0;
    if (pass.ended !== null) return pass.latestMs;
    const atMs = this.#player?.atMs ?? null;
    if (atMs !== null) return Math.max(pass.latestMs, atMs);
    if (this.timeline.state === 'ended') return pass.latestMs;
    return this.#clocks[i]?.now(pass.latestMs, pageMs) ?? pass.latestMs;
  }

  #makeStage(): Stage {
    const roots = [...this.querySelectorAll<HTMLElement>('figure.pass')].flatMap((figure) => {
      const root = figure.querySelector<HTMLElement>('.chart');
      const series = figure.querySelector<HTMLElement>('.series');
      return root === null ? [] : [{ root, rows: Number(figure.dataset.rows), series }];
    });
    const stage = new Stage(
      roots,
      readPalette(this, devicePixelRatio),
      new Tip(this),
      () => this.#schedule(),
      this.querySelector<HTMLElement>('figure.jobs'),
    );
    const player = this.#player;
    if (player) this.#lookAround = new LookAround(this, stage, player, this.#leaving.signal);
    return stage;
  }
}
