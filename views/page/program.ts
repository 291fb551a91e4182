/** A run's program, exactly as it is run, and the ways to download it: as it is, or as a script of a run. */
import { html, raw } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { isolated } from '../../server/words/isolated.ts';
import { shownText } from '../../server/words/shown-text.ts';
import type { Html } from './html.ts';
import { programField } from './program-field.ts';

/** The scripts of a run's program, by file extension. If one does not exist, the server says why. */
const SCRIPTS = [
  ['mjs', 'Node'],
  ['ts', 'Deno'],
  ['py', 'Python'],
] as const;

/** What the program's panel needs. */
export type ProgramProps = {
  /** Without a slug, somebody wrote or changed it. */
  entry: Pick<CatalogueEntry, 'slug' | 'title' | 'program' | 'python'>;
  /** The run on the page; null if there is none. */
  runId: string | null;
  /** Why this server runs no changed programs; left out if it does. */
  whyFixed?: string | undefined;
  /** See `Site`. */
  base: string;
};

/** Reports whether the editor is open when the page loads: before a run, of a program that somebody writes or changes. */
export function isEditorOpen({ entry, runId, whyFixed }: Omit<ProgramProps, 'base'>): boolean {
  return entry.slug === '' && runId === null && whyFixed === undefined;
}

/** Renders the whole program with numbered, linkable lines, in the first tab. */
export function programDetails(props: ProgramProps) {
  const { entry, runId, whyFixed, base } = props;
  const { slug, title, program, python } = entry;
  const isPython = runId !== null && slug !== '' && program === python;
  const address = textAddress(slug, runId, base, isPython ? 'py' : 'ts');
  const name = slug === '' ? title : slug;
  const why = isPython ? ONLY_JAVASCRIPT : whyFixed;
  const isBefore = runId === null && slug !== '' && python !== null;
  return html`<details id="program" class="program" open>
<summary>Program</summary>
${takeAway(slug, runId, address, base)}
<div id="panel-program" class="panel">
${why === undefined ? programField(program, { isOpen: isEditorOpen(props), isCopy: runId !== null }) : fixedProgram(slug === '' ? program : '', why)}
${panelHead('The program as it runs here.', address)}
${programText(program, name, true)}
${isBefore ? pythonBefore(python, slug, base) : null}
</div>
</details>`;
}

/** Renders a lesson's program in Python before a run: style.css shows it while a Python is chosen as the runtime. */
function pythonBefore(python: string, slug: string, base: string) {
  return html`<div class="in-python">
<p class="why-fixed quiet">${ONLY_JAVASCRIPT}</p>
${panelHead('The program as it runs on Python.', textAddress(slug, null, base, 'py'))}
${programText(python, `${slug} in Python`, false)}
</div>`;
}

/** Renders the text. `isLinked`: its lines can be linked to. */
function programText(program: string, name: string, isLinked: boolean) {
  const lines = program.replace(/\n$/, '').split('\n');
  return html`<pre tabindex="0" role="group" aria-label="Program of ${isolated(name)}"><code>${lines.map((line, i) => html`<span class="line"${isLinked ? html` id="line-${i + 1}" data-line="${i + 1}"` : null}>${shownText(line)}</span>${raw('\n')}`)}</code></pre>`;
}

/** Renders why the program cannot be changed here; keeps what somebody has written already. */
function fixedProgram(own: string, why: string) {
  return html`<p class="why-fixed quiet">${why}</p>
${own === '' ? null : html`<input type="hidden" name="code" value="${own}" form="run-form">`}`;
}

/**
 * Renders the tabs, and the panels of the run's scripts, which have its seed and settings: none before the first run.
 * Without script they are a list of links; static/page/take-away.ts turns it into tabs.
 */
function takeAway(slug: string, runId: string | null, text: string | null, base: string) {
  const scripts = SCRIPTS.map(([ending, name]) => ({
    ending,
    name,
    address: slug === '' && ending === 'py' ? null : scriptAddress(runId, ending, base),
    missing: slug === '' && ending === 'py' ? NO_PYTHON : NO_RUN,
  }));
  return html`<take-away id="take-away">
<div class="take-away">
<h3 id="take-away-title">Get the code</h3>
<ul class="tabs" aria-labelledby="take-away-title">
<li><a id="tab-program" class="tab" data-tab="program" href="${text ?? '#program'}">Program</a></li>
${scripts.map(
  ({ ending, name, address }) => html`<li>${scriptTab(ending, name, address)}</li>
`,
)}</ul>
${runId === null ? html`<span class="unscripted quiet">Run it once to get the scripts.</span>` : null}
${slug === '' ? html`<span class="unscripted quiet">${NO_PYTHON}</span>` : null}
</div>
${scripts.map(scriptPanel)}
</take-away>`;
}

const NO_RUN = 'Run it once to get this script: it contains the seed and settings of a run.';
const ONLY_JAVASCRIPT = 'Only programs in JavaScript can be changed here. This one runs as it is.';
const NO_PYTHON = 'Only the lessons have a Python version: programs are not translated.';

/** Returns the address of the program as it is; null for one that is on this page only. */
function textAddress(slug: string, runId: string | null, base: string, ending: 'ts' | 'py'): string | null {
  if (slug !== '') return `${base}/lessons/${slug}/program.${ending}`;
  return runId === null ? null : `${base}/runs/${runId}/source.ts`;
}

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
function scriptPanel({
  ending,
  name,
  address,
  missing,
}: {
  ending: string;
  name: string;
  address: string | null;
  missing: string;
}): Html {
  const held =
    address === null
      ? html`<p class="quiet">${missing}</p>`
      : html`${panelHead(`One file for ${name}, with nothing to install.`, address)}
<pre tabindex="0" role="group" aria-label="Script for ${name}"><code data-from="${address}"></code></pre>`;
  return html`<div id="panel-${ending}" class="panel"${address === null ? html` tabindex="0"` : null} hidden>
${held}
</div>
`;
}

function panelHead(words: string, address: string | null) {
  if (address === null) return html`<p class="panel-head"><span class="quiet">${words}</span></p>`;
  return html`<p class="panel-head"><span class="quiet">${words}</span> <button type="button" data-copy="${address}">Copy</button> <a href="${address}" download>Download</a></p>`;
}
