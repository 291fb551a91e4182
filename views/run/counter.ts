/** The counter of a memory: its value, or its value after each way of changing it, if main set it in between. */
import { html } from 'hono/html';
import { counterPhases } from '../../server/figures/counter-phases.ts';
import type { PassTimeline } from '../../server/timeline/model.ts';
import type { Memory } from '../../server/timeline/state-model.ts';
import { PHASE_WORDS } from '../../server/words/counter-words.ts';

/**
 * Renders the counter. A program that sets it, lets jobs change it, and sets it again for other jobs is shown each
 * result, named, so that the last one is not taken for all: `1 after read, work, write`, `4 after adding in one step`.
 */
export function counterItem(pass: PassTimeline | null, { lanes, counter }: Memory) {
  const phases = pass && lanes.includes(0) ? counterPhases(pass.state) : [];
  const key = html`<span class="key">counter</span>`;
  // Jobs with memories of their own never change main's.
  if (phases.length < 2 || !phases.some(({ isShared }) => isShared))
    return html`${key}<b class="figure">${counter}</b>`;
  const known = phases.filter(({ updates }, i) => updates > 0 || i === phases.length - 1);
  return html`${key}${known.map(({ value, how }) => html`<span class="counter-phase"><b class="figure">${value}</b> ${how === null ? 'now' : `after ${PHASE_WORDS[how]}`}</span>`)}`;
}
