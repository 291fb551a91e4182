/** A lesson's program, exactly as it is run, and the ways to take it along as a script. */
import { html, raw } from 'hono/html';
import type { CatalogueEntry } from '../server/lessons/catalogue.ts';

/** Scripts there are of a run's program, by the ending of their address. */
const SCRIPTS = [
  ['mjs', 'Node'],
  ['ts', 'Deno'],
  ['py', 'Python'],
] as const;

/** The program in full, its lines numbered and each to be linked to; `runId` is the run on the page, null before there is one. */
export function programDetails({ slug, program, python }: CatalogueEntry, runId: string | null) {
  const lines = program.replace(/\n$/, '').split('\n');
  return html`<details id="program" class="program">
<summary>Program</summary>
${takeAway(runId, python !== null)}
<pre tabindex="0" aria-label="Program of ${slug}"><code>${lines.map((line, i) => html`<span class="line" id="line-${i + 1}" data-line="${i + 1}">${line}</span>${raw('\n')}`)}</code></pre>
</details>`;
}

/**
 * Links to the scripts of a run, which hold its seed and settings: there is none before the first run. A run that is
 * started by htmx brings its own along, to take the place of those of the run before (`isSwap`).
 */
export function takeAway(runId: string | null, hasPython: boolean, isSwap = false) {
  const scripts = SCRIPTS.filter(([ending]) => ending !== 'py' || hasPython);
  const links =
    runId === null
      ? html`<span class="quiet">for ${scripts.map(([, name]) => name).join(', ')}, once it has run.</span>`
      : html`${scripts.map(([ending, name]) => html`<span class="script"><a href="/runs/${runId}/program.${ending}">${name}</a> <a class="quiet" href="/runs/${runId}/program.${ending}" download="program.${ending}" aria-label="Download for ${name}">download</a> <button type="button" data-copy="/runs/${runId}/program.${ending}" aria-label="Copy for ${name}">copy</button></span> `)}`;
  return html`<p id="take-away" class="take-away"${isSwap ? html` hx-swap-oob="true"` : null}>As a script: ${links}</p>`;
}
