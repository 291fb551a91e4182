/**
 * Updates the text of a comparison to the current moment of its replay; at the end it is again as the server wrote it.
 */
import { modePair } from '../../server/figures/comparison.ts';
import { summarize } from '../../server/figures/summary.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { stepShownWords } from '../../server/words/order-sentence.ts';
import { progress } from '../../server/words/progress.ts';
import { modeRows } from '../../views/compare/table.ts';

const REPLAY_SENTENCE = 'Replay: A and B start together.';

/** Shortest time between updates while it plays, in ms: figures that change faster cannot be read. */
const REST_MS = 200;

export class ComparedWords {
  readonly #root: HTMLElement;
  /** Each part's HTML for the ended runs. */
  readonly #ended = new Map<HTMLElement, string>();
  /** The moment that is shown; null for the end. */
  #atMs: number | null = null;
  #updatedMs = Number.NEGATIVE_INFINITY;

  /** `root` holds the text that the server wrote when both runs had ended, above and below the timelines. */
  constructor(root: HTMLElement) {
    this.#root = root;
    const parts = root.querySelectorAll<HTMLElement>('h1, .run-told, tbody[data-mode]');
    for (const part of parts) this.#ended.set(part, part.innerHTML);
  }

  /**
   * Shows the runs as they were at `atMs`; both arguments are null at the end. Updates are throttled during playback.
   */
  show(timelines: readonly RunTimeline[] | null, atMs: number | null, isPlaying: boolean): void {
    if (atMs === this.#atMs) return;
    const pageMs = performance.now();
    const isSwitch = atMs === null || this.#atMs === null;
    if (isPlaying && !isSwitch && pageMs - this.#updatedMs < REST_MS) return;
    this.#updatedMs = pageMs;
    this.#atMs = atMs;
    if (isSwitch) this.#holdHeights(atMs !== null);
    for (const [part, ended] of this.#ended) {
      const words = timelines === null ? ended : wordsOf(part, timelines, ended);
      if (part.innerHTML !== words) part.innerHTML = words;
    }
  }

  /** Keeps the content below in place while the text is shorter. */
  #holdHeights(isHeld: boolean): void {
    const parts = '#compare-told, #compare-figures, h1, .compared dd';
    for (const part of this.#root.querySelectorAll<HTMLElement>(parts))
      part.style.minHeight = isHeld ? `${part.getBoundingClientRect().height}px` : '';
  }
}

function wordsOf(part: HTMLElement, timelines: readonly RunTimeline[], ended: string): string {
  const { mode, run, jobs, terms } = part.dataset;
  if (mode !== undefined && terms !== undefined) {
    const [a = null, b = null] = timelines.map((timeline) =>
      summarize(timeline).find((one) => one.mode === mode),
    );
    const known = a ?? b;
    return known === null ? ended : modeRows(modePair(known.mode, a, b, JSON.parse(terms))).toString();
  }
  const timeline = timelines[run === 'b' ? 1 : 0];
  if (run === undefined || timeline === undefined) return REPLAY_SENTENCE;
  if (timeline.state === 'ended') return ended;
  return stepShownWords(timeline) ?? progress(jobs ? Number(jobs) : null, timeline).text;
}
