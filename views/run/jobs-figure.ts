/** The container for a run's passes job by job; hidden until the page's script draws them. */
import { html } from 'hono/html';
import type { Mode } from '../../server/spec/modes.ts';
import { inMode, listed, modeName } from '../../server/words/english.ts';

/** Renders the container; null if the run has a single pass. `jobs` is the expected number of jobs. */
export function jobsFigure(modes: readonly Mode[], jobs: number) {
  if (modes.length < 2) return null;
  const names = modes.map(modeName).join();
  return html`<figure class="jobs" data-names="${names}" data-jobs="${jobs}" hidden>
<figcaption><b>Job by job</b> <span class="quiet">each job, from top to bottom: ${listed(modes.map(inMode))}</span></figcaption>
<div class="chart"></div>
</figure>`;
}
