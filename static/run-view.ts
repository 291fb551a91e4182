/** `<run-view>`: follows a run's events and keeps the page's timelines and words up to date with them. */
import type { RunEvent } from '../server/runs/events.ts';
import { sentence } from '../server/runs/summary.ts';
import { apply, newTimeline, type PassTimeline, type RunTimeline } from '../server/runs/timeline.ts';
import { passTime } from '../views/progress.ts';
import { PassClock } from './clock.ts';
import { copyButton } from './copy.ts';
import { endLesson } from './lessons.ts';
import { readPalette } from './palette.ts';
import { follow } from './stream.ts';
import { Chart, type View } from './timeline.ts';
import { Tip } from './tip.ts';
import { RunWords } from './words.ts';

/** How often a live drawing moves for readers who asked for less motion, in ms. */
const CALM_MS = 250;

export class RunView extends HTMLElement {
  /** The run as far as its events have come. */
  timeline: RunTimeline = newTimeline();
  /** One chart a pass, in order; none until the events have caught up with what the server drew. */
  charts: Chart[] = [];
  #clocks: PassClock[] = [];
  #words: RunWords | null = null;
  #zoom: View | null = null;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lostAtMs: number | null = null;
  /** Whether events have come that the words on the page do not tell yet. */
  #isNew = true;
  /** Undoes what `connectedCallback` did. */
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    this.#words = new RunWords(this);
    const { signal } = this.#leaving;
    const close = follow(this.dataset.events ?? '', {
      onEvents: (events) => this.#take(events),
      onLost: () => this.#setLost(performance.now()),
      onBack: () => this.#setLost(null),
      onEnd: () => this.#end(),
      after: () => this.timeline.seq,
    });
    signal.addEventListener('abort', close);
    const resized = new ResizeObserver(() => {
      for (const chart of this.charts) chart.resize();
    });
    // This element has no box of its own where its parts are laid out by the page.
    const passes = this.querySelector('.passes');
    if (passes !== null) resized.observe(passes);
    signal.addEventListener('abort', () => resized.disconnect());
    const recolour = () => this.#recolour();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour, { signal });
    window.addEventListener('dppxchange', recolour, { signal });
    copyButton(this, signal);
    this.#schedule();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
    for (const chart of this.charts) chart.u.destroy();
    this.charts = [];
  }

  #take(events: RunEvent[]): void {
    const pageMs = performance.now();
    for (const event of events) {
      apply(this.timeline, event);
      if (event.pass === null) continue;
      this.#clocks[event.pass] ??= new PassClock();
      this.#clocks[event.pass]?.hear(event.atMs, pageMs);
    }
    this.#isNew = true;
    this.#schedule();
  }

  #end(): void {
    this.#setLost(null);
    document.title = `${sentence(this.timeline)} · Concurrency Playground`;
    endLesson(this, this.timeline);
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

  #draw(): void {
    this.#frame = 0;
    // What the server has drawn stays until the events have told as much.
    if (this.timeline.seq < Number(this.dataset.seq ?? 0)) return;
    const isFirst = this.charts.length === 0;
    const isNew = this.#isNew || isFirst;
    this.#isNew = false;
    if (isNew) this.#words?.show(this.timeline);
    if (isFirst) this.#makeCharts();
    const pageMs = this.#lostAtMs ?? performance.now();
    const passes = this.charts.map((_, i) => this.timeline.passes.find(({ pass }) => pass === i) ?? null);
    const nows = passes.map((pass, i) => this.#nowMs(pass, i, pageMs));
    const isLive = this.timeline.state === 'running' && passes.some((pass) => pass?.ended === null);
    const isMoving = isLive && this.#lostAtMs === null;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const view = this.#zoom ?? { minMs: 0, maxMs: Math.max(Number(this.dataset.spanMs) || 1, ...nows) };
    this.charts.forEach((chart, i) => {
      const pass = passes[i] ?? null;
      chart.show({ pass, nowMs: nows[i] ?? 0, view, isNew, isMoving: isMoving && !isCalm });
      const text = chart.root.parentElement?.querySelector('.pass-time');
      const time = passTime(pass, nows[i]);
      if (text && text.textContent !== time) text.textContent = time;
    });
    // Bars grow with time.
    clearTimeout(this.#timer);
    if (isMoving && isCalm) this.#timer = setTimeout(() => this.#schedule(), CALM_MS);
    else if (isMoving) this.#schedule();
  }

  #nowMs(pass: PassTimeline | null, i: number, pageMs: number): number {
    if (pass === null) return 0;
    if (pass.ended !== null || this.timeline.state === 'ended') return pass.latestMs;
    return this.#clocks[i]?.now(pass.latestMs, pageMs) ?? pass.latestMs;
  }

  #makeCharts(): void {
    const palette = readPalette(this, devicePixelRatio);
    const tip = new Tip(this);
    this.charts = [...this.querySelectorAll<HTMLElement>('figure.pass')].flatMap((figure) => {
      const root = figure.querySelector<HTMLElement>('.chart');
      if (root === null) return [];
      return new Chart(root, Number(figure.dataset.rows), palette, {
        onZoom: (view) => {
          this.#zoom = view;
          this.#schedule();
        },
        onPoint: (chart, row, bar) => tip.show(chart, row, bar),
      });
    });
  }

  #recolour(): void {
    const palette = readPalette(this, devicePixelRatio);
    for (const chart of this.charts) chart.recolour(palette);
  }
}
