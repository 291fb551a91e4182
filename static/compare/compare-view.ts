/**
 * `<compare-view>`: follows two runs, and shows the passes of both in timelines that share one axis, cursor and zoom.
 * When both have ended it plays them again on one clock, from each pass's own start, with the words in step.
 */
import { newTimeline } from '../../server/timeline/timeline.ts';
import { passTime } from '../../server/words/progress.ts';
import { drawnLooks } from '../../views/drawing/legend.ts';
import { readPalette } from '../chart/palette.ts';
import type { Chart } from '../chart/timeline.ts';
import { FollowedRun } from '../run/followed-run.ts';
import { ReplayPlayer } from '../run/replay-player.ts';
import { LookAround } from '../stage/look-around.ts';
import { Stage } from '../stage/stage.ts';
import { Tip } from '../stage/tip.ts';
import { ComparedWords } from './compared-text.ts';

/** How often a live drawing moves for readers who asked for less motion, in ms. */
const CALM_MS = 250;

/** A chart's place on the page, with the run and the pass that it shows. */
type Mount = { root: HTMLElement; rows: number; run: FollowedRun; pass: number };

export class CompareView extends HTMLElement {
  #runs: FollowedRun[] = [];
  #places: Mount[] = [];
  #player: ReplayPlayer | null = null;
  /** None until both runs can be played again. */
  #words: ComparedWords | null = null;
  /** None until the events have caught up with what the server drew. */
  #stage: Stage | null = null;
  #lookAround: LookAround | null = null;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether events have come since the last drawing. */
  #isNew = true;
  #leaving = new AbortController();

  /** In the order of the page. */
  get charts(): readonly Chart[] {
    return this.#stage?.charts ?? [];
  }

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const changed = () => {
      this.#isNew = true;
      this.#schedule();
    };
    const hearing = { heard: changed, lost: changed, ended: changed };
    const { a = '', b = '', aSeq, bSeq } = this.dataset;
    const runs = {
      a: new FollowedRun(a, Number(aSeq), hearing, signal),
      b: new FollowedRun(b, Number(bSeq), hearing, signal),
    };
    this.#runs = [runs.a, runs.b];
    this.#player = new ReplayPlayer(this, () => this.#schedule(), signal);
    this.#words = null;
    // The words of the end may have come.
    document.addEventListener('htmx:after:swap', () => this.#schedule(), { signal });
    this.#places = [...this.querySelectorAll<HTMLElement>('.chart')].map((root) => {
      const { run, pass, rows } = root.dataset;
      return { root, rows: Number(rows), run: run === 'b' ? runs.b : runs.a, pass: Number(pass) };
    });
    const resized = new ResizeObserver(() => this.#stage?.resize());
    resized.observe(this);
    signal.addEventListener('abort', () => resized.disconnect());
    const recolour = () => this.#stage?.recolour(readPalette(this, devicePixelRatio));
    // On paper the style sheet is light, and so must be what is painted.
    for (const query of ['(prefers-color-scheme: dark)', 'print']) {
      matchMedia(query).addEventListener('change', recolour, { signal });
    }
    window.addEventListener('dppxchange', recolour, { signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
    this.#stage?.remove();
    this.#stage = null;
  }

  /** One drawing for all that came since the last. */
  #schedule(): void {
    if (this.#frame === 0 && this.isConnected) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    const player = this.#player;
    if (player === null || !this.#runs.every((run) => run.isThere)) return;
    const isFirst = this.#stage === null;
    this.#stage ??= this.#makeStage(player);
    const stage = this.#stage;
    const pageMs = performance.now();
    if (!player.isReady) this.#beginReplay(player);
    player.tick(pageMs);
    const { atMs, endMs, isPlaying } = player;
    const replayed = player.timelines();
    const isOther = this.#runs.map((run, i) => run.show(replayed?.[i] ?? null)).includes(true);
    const passes = this.#places.map(({ run, pass }) => run.pass(pass));
    const nowMs = this.#places.map(({ run, pass }) => run.nowMs(pass, pageMs, atMs));
    const isMoving = isPlaying || this.#runs.some((run) => run.isMoving);
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    stage.show({
      passes,
      nowMs,
      spanMs: Math.max(Number(this.dataset.spanMs) || 1, endMs),
      isNew: this.#isNew || isOther,
      isMoving: isMoving && !isCalm,
      isLive: this.#runs.some((run) => run.isLive),
      atMs,
    });
    this.#places.forEach(({ root }, i) => {
      const text = root.previousElementSibling?.querySelector('.pass-time');
      const time = passTime(passes[i] ?? null, nowMs[i]);
      if (text && text.textContent !== time) text.textContent = time;
    });
    if (this.#isNew) this.#tell();
    this.#words?.show(replayed, atMs, isPlaying);
    this.#lookAround?.show();
    if (isFirst) this.#lookAround?.begin();
    this.#isNew = false;
    // Bars grow with time.
    clearTimeout(this.#timer);
    if (isMoving && isCalm) this.#timer = setTimeout(() => this.#schedule(), CALM_MS);
    else if (isMoving) this.#schedule();
  }

  /** Both runs can be played again once they have ended, and the server's words say how. */
  #beginReplay(player: ReplayPlayer): void {
    const told = document.getElementById('compare-told');
    if (told === null || told.hasAttribute('hx-get')) return;
    if (this.#runs.some(({ timeline }) => timeline.state !== 'ended')) return;
    this.#words = new ComparedWords(told);
    player.begin(
      this.#runs.map(({ events }) => events),
      Math.max(...this.#runs.map(({ latestMs }) => latestMs)),
    );
  }

  /** Explains what is drawn for the first time, and says where a connection was lost. */
  #tell(): void {
    const passes = this.#runs.flatMap(({ timeline }) => timeline.passes);
    for (const look of drawnLooks({ ...newTimeline(), passes })) {
      this.querySelector(`.legend [data-look="${look}"]`)?.removeAttribute('hidden');
    }
    const lost = this.querySelector<HTMLElement>('.lost');
    if (lost !== null) lost.hidden = !this.#runs.some((run) => run.isLost);
  }

  #makeStage(player: ReplayPlayer): Stage {
    const stage = new Stage(this.#places, readPalette(this, devicePixelRatio), new Tip(this), () =>
      this.#schedule(),
    );
    for (const { root } of this.#places) root.setAttribute('aria-label', root.dataset.label ?? 'Timeline');
    this.#lookAround = new LookAround(this, stage, player, this.#leaving.signal);
    return stage;
  }
}
