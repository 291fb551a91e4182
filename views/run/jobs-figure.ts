/** The place for a run's passes job by job, one over the other; hidden until the page's script draws them there. */
import { html } from 'hono/html';
import type { Mode } from '../../server/spec/modes.ts';
import { inMode, listed, modeName } from '../../server/words/english.ts';

/** null where there is one pass alone, and nothing to hold against it. `jobs` are those that are expected. */
export function jobsFigure(modes: readonly Mode[], jobs: number) {
  if (modes.length < 2) return null;
  const names = modes.map(modeName).join();
  return html`<figure class="jobs" data-names="${names}" data-jobs="${jobs}" hidden>
<figcaption><b>Job by job</b> <span class="quiet">each, from the top: ${listed(modes.map(inMode))}</span></figcaption>
<div class="chart"></div>
</figure>`;
}
