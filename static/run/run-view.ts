/** `<run-view>`: follows a run's events and keeps the page's timelines and words up to date with them. */
import type { RunTimeline } from '../../server/timeline/model.ts';
import { newTimeline } from '../../server/timeline/timeline.ts';
import { passTime } from '../../server/words/progress.ts';
import { sentence } from '../../server/words/sentence.ts';
import { axisMs } from '../../views/drawing/geometry.ts';
import { readPalette } from '../chart/palette.ts';
import type { Chart } from '../chart/timeline.ts';
import { copyButton } from '../page/copy-link.ts';
import { LookAround } from '../stage/look-around.ts';
import { Stage } from '../stage/stage.ts';
import { Tip } from '../stage/tip.ts';
import { FollowedRun } from './followed-run.ts';
import { ReplayPlayer } from './replay-player.ts';
import { RunSpeaker } from './run-speaker.ts';
import { RunWords } from './run-text.ts';

/** How often a live drawing moves for readers who asked for less motion, in ms. */
const CALM_MS = 250;

export class RunView extends HTMLElement {
  #run: FollowedRun | null = null;
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
  /** Whether events have come that the page does not tell yet. */
  #isNew = true;
  /** Undoes what `connectedCallback` did. */
  #leaving = new AbortController();

  /** The run as far as its events have come. */
  get timeline(): RunTimeline {
    return this.#run?.timeline ?? newTimeline();
  }

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
    const hearing = {
      heard: () => {
        this.#isNew = true;
        this.#scheduleNext();
      },
      lost: () => {
        const line = this.querySelector<HTMLElement>('.lost');
        if (line !== null) line.hidden = !run.isLost;
        this.#schedule();
      },
      ended: () => this.#end(run),
    };
    const { events = '', seq = '0' } = this.dataset;
    const run = new FollowedRun(events, Number(seq), hearing, signal);
    this.#run = run;
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

  #end(run: FollowedRun): void {
    document.title = `${sentence(run.timeline)} · Concurrency Playground`;
    // The page may have words of its own for it.
    this.dataset.status = run.timeline.status ?? '';
    this.dispatchEvent(new Event('run-end', { bubbles: true }));
    this.#player?.begin([run.events], run.latestMs);
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
    const run = this.#run;
    // What the server has drawn stays until the events have told as much.
    if (run === null || !run.isThere) return;
    const isFirst = this.#stage === null;
    this.#stage ??= this.#makeStage();
    const stage = this.#stage;
    const pageMs = performance.now();
    this.#player?.tick(pageMs);
    const atMs = this.#player?.atMs ?? null;
    const isOther = run.show(this.#player?.timelines()?.[0] ?? null);
    const isNew = this.#isNew || isOther;
    this.#isNew = false;
    // The first time the charts come before the words, which the server has written already.
    if (isNew && !isFirst) this.#tell(run);

    const passes = stage.charts.map((_, i) => run.pass(i));
    const nowMs = passes.map((_, i) => run.nowMs(i, pageMs, atMs));
    const { isLive } = run;
    const isMoving = run.isMoving || this.#player?.isPlaying === true;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const spanMs = axisMs(run.timeline, Number(this.dataset.spanMs));
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

  #tell({ timeline, shown }: FollowedRun): void {
    this.#words?.show(shown, shown !== timeline);
    this.#speaker.hear(timeline);
    const isEnd = this.dataset.state !== 'ended' && timeline.state === 'ended';
    this.dataset.state = timeline.state;
    if (isEnd) this.#words?.end();
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
