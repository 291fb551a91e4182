/**
 * Says how a run goes: that it waits or has begun, what each pass came to as it ends, and at last the run's sentence.
 * Not each job: who wants to know finds it in the sentence, which is kept up to date in silence.
 */
import { summarize } from '../../server/figures/summary.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { inMode } from '../../server/words/english.ts';
import { sentence } from '../../server/words/sentence.ts';
import { passSpoken } from '../../server/words/spoken.ts';
import { say } from '../page/speaker.ts';

export class RunSpeaker {
  readonly #root: HTMLElement;
  /** How far the run had come when something was said last. */
  #heard = '';
  /** Passes whose end has been said; null: nothing has been seen of the run. */
  #ended: number | null = null;

  /** A run that has ended when the page comes has all of its words there to be read. */
  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** To be called when events have come. Says nothing where nothing has begun or ended. */
  hear(timeline: RunTimeline): void {
    if (this.#root.dataset.state === 'ended') return;
    const { state, position, passes } = timeline;
    const ended = passes.filter((pass) => pass.ended).length;
    const heard = `${state} ${position} ${passes.length > 0} ${ended}`;
    if (heard === this.#heard) return;
    this.#heard = heard;
    const first = passes[0];
    if (state === 'queued') say(this.#root, sentence(timeline));
    if (state === 'running' && first && this.#ended === null)
      say(this.#root, `Running ${inMode((passes.at(-1) ?? first).mode)}.`);
    // What had ended before the page came stands in its table.
    const from = this.#ended ?? ended;
    for (const summary of summarize(timeline).slice(from, ended)) say(this.#root, passSpoken(summary));
    if (state === 'ended') say(this.#root, sentence(timeline));
    if (first) this.#ended = ended;
  }
}
