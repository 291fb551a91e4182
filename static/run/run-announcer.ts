/**
 * Announces a run's progress: that it is queued or has begun, the result of each pass as it ends, and finally the run's
 * sentence. Not each job: the page's text has these, and is updated silently.
 */
import { summarize } from '../../server/figures/summary.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import type { Claim } from '../../server/words/claim.ts';
import { inMode, passNoun } from '../../server/words/english.ts';
import { sentence } from '../../server/words/sentence.ts';
import { passSpoken } from '../../server/words/spoken.ts';
import { announce } from '../page/announcer.ts';

export class RunAnnouncer {
  readonly #root: HTMLElement;
  /** The run's progress at the last announcement. */
  #announced = '';
  /** The place in the queue that was announced last. */
  #place = Number.POSITIVE_INFINITY;
  /** Number of passes with an announced end; null before the first pass is seen. */
  #ended: number | null = null;

  /** A run that has ended when the page loads is not announced: its text is on the page. */
  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /**
   * Announces what is new in `timeline`, if anything has begun or ended. Call it when events have arrived. `claim`: the
   * lesson's.
   */
  update(timeline: RunTimeline, claim: Claim | null): void {
    if (this.#root.dataset.state === 'ended') return;
    const { state, place, passes } = timeline;
    const ended = passes.filter((pass) => pass.ended).length;
    const progress = `${state} ${this.#placeOf(place?.position)} ${passes.length > 0} ${ended}`;
    if (progress === this.#announced) return;
    this.#announced = progress;
    const first = passes[0];
    if (state === 'queued') announce(this.#root, sentence(timeline));
    if (state === 'running' && first && this.#ended === null)
      announce(this.#root, `Running ${inMode((passes.at(-1) ?? first).mode)}.`);
    // Passes that ended before the page loaded are in its table.
    const from = this.#ended ?? ended;
    const summaries = summarize(timeline);
    for (const [i, pass] of passes.slice(from, ended).entries())
      announce(this.#root, passSpoken(summaries[from + i]!, passNoun(pass)));
    if (state === 'ended') announce(this.#root, sentence(timeline, claim));
    if (first) this.#ended = ended;
  }

  /** Returns the place to announce: the first one, one that is half of the last that was announced, and the next. */
  #placeOf(position?: number): number | undefined {
    if (position === undefined) return undefined;
    if (position === 1 || position <= this.#place / 2 || position > this.#place) this.#place = position;
    return this.#place;
  }
}
