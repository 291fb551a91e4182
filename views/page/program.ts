/** A lesson's program, exactly as it is run, and the ways to download it: as it is, or as a script of a run. */
import { html, raw } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { shownText } from '../../server/words/shown-text.ts';
import { programField } from './program-field.ts';

/** The scripts of a run's program, by file extension. If one does not exist, the server says why. */
const SCRIPTS = [
  ['mjs', 'Node'],
  ['ts', 'Deno'],
  ['py', 'Python'],
] as const;

/**
 * Renders the whole program with numbered, linkable lines, in the first tab; `runId` is the run on the page, or null.
 * `base`: see `Site`.
 */
export function programDetails(
  { slug, title, program }: Pick<CatalogueEntry, 'slug' | 'title' | 'program'>,
  runId: string | null,
  base: string,
) {
  const name = slug === '' ? title : slug;
  const lines = program.replace(/\n$/, '').split('\n');
  return html`<details id="program" class="program" open>
<summary>Program</summary>
${takeAway(slug, runId, base)}
<div id="panel-program" class="panel">
${programField(program, slug === '' && runId === null)}
${slug === '' ? html`<p class="panel-head"><span class="quiet">The program as it runs here.</span></p>` : panelHead('The program as it runs here.', addressOf(slug, base))}
<pre tabindex="0" aria-label="Program of ${name}"><code>${lines.map((line, i) => html`<span class="line" id="line-${i + 1}" data-line="${i + 1}">${shownText(line)}</span>${raw('\n')}`)}</code></pre>
</div>
</details>`;
}

/**
 * Renders the tabs, and the panels of the run's scripts, which have its seed and settings: none before the first run.
 * Without script they are a list of links; static/page/take-away.ts turns it into tabs.
 */
function takeAway(slug: string, runId: string | null, base: string) {
  return html`<take-away id="take-away">
<div class="take-away">
<h3 id="take-away-title">Get the code</h3>
<ul class="tabs" aria-labelledby="take-away-title">
<li><a id="tab-program" class="tab" data-tab="program" href="${slug === '' ? '#program' : addressOf(slug, base)}">Program</a></li>
${SCRIPTS.map(
  ([ending, name]) => html`<li>${scriptTab(ending, name, scriptAddress(runId, ending, base))}</li>
`,
)}</ul>
${runId === null ? html`<span class="unscripted quiet">Run it once to get the scripts.</span>` : null}
</div>
${SCRIPTS.map(([ending, name]) => scriptPanel(ending, name, scriptAddress(runId, ending, base)))}
</take-away>`;
}

const addressOf = (slug: string, base: string) => `${base}/lessons/${slug}/program.ts`;
const scriptAddress = (runId: string | null, ending: string, base: string) =>
  runId === null ? null : `${base}/runs/${runId}/program.${ending}`;

/**
 * Renders a link that the page's script turns into a tab, and a link for use without script; without a target if
 * `address` is null.
 */
function scriptTab(ending: string, name: string, address: string | null) {
  const text = `${name} (.${ending})`;
  const saved =
    address &&
    html` <a class="save quiet" href="${address}" download aria-label="Download ${text}">download</a>`;
  return html`<a id="tab-${ending}" class="tab" data-tab="${ending}"${address === null ? null : html` href="${address}"`}>${text}</a>${saved}`;
}

/** Renders the panel of a script, whose text is fetched when the panel is first shown (`data-from`). */
function scriptPanel(ending: string, name: string, address: string | null) {
  const held =
    address === null
      ? html`<p class="quiet">Run it once to get this script: it contains the seed and settings of a run.</p>`
      : html`${panelHead(`One file for ${name}, with nothing to install.`, address)}
<pre tabindex="0" aria-label="Script for ${name}"><code data-from="${address}"></code></pre>`;
  return html`<div id="panel-${ending}" class="panel"${address === null ? html` tabindex="0"` : null} hidden>
${held}
</div>
`;
}

function panelHead(words: string, address: string) {
  return html`<p class="panel-head"><span class="quiet">${words}</span> <button type="button" data-copy="${address}">Copy</button> <a href="${address}" download>Download</a></p>`;
}
