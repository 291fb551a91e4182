/** A run's program, exactly as it is run, and the ways to download it: as it is, or as a script of a run. */
import { html, raw } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { type Language, languageOf } from '../../server/spec/language.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { isolated } from '../../server/words/isolated.ts';
import { shownText } from '../../server/words/shown-text.ts';
import type { Html } from './html.ts';
import { programField } from './program-field.ts';

/** The scripts of a run's program: file extension, name, and language. If one does not exist, the server says why. */
const SCRIPTS = [
  ['mjs', 'Node', 'ts'],
  ['ts', 'Deno', 'ts'],
  ['py', 'Python', 'py'],
] as const;

/** What the program's panel needs. */
export type ProgramProps = {
  /** Without a slug, somebody wrote or changed it. */
  entry: Pick<CatalogueEntry, 'slug' | 'title' | 'program' | 'python'>;
  /** The run on the page; null if there is none. */
  runId: string | null;
  /** Its runtime says which language the program is in. */
  spec: Pick<Spec, 'runtime'>;
  /** By language: why this server runs no changed programs in it; null if it does. */
  whyFixed: Readonly<Record<Language, string | null>>;
  /** See `Site`. */
  base: string;
};

/** Reports whether the editor is open when the page loads: before a run, of a program that somebody writes or changes. */
export function isEditorOpen({ entry, spec, runId, whyFixed }: Omit<ProgramProps, 'base'>): boolean {
  return entry.slug === '' && runId === null && whyFixed[languageOf(spec.runtime)] === null;
}

/** Renders the whole program with numbered, linkable lines, in the first tab. */
export function programDetails(props: ProgramProps) {
  const { entry, spec, runId, whyFixed, base } = props;
  const { slug, title, program, python } = entry;
  const chosen = languageOf(spec.runtime);
  // Before a run, the page shows both programs of a lesson: that in JavaScript, and then that in Python.
  const isBefore = runId === null && slug !== '';
  const both = isBefore ? python : null;
  const language = isBefore ? 'ts' : chosen;
  const address = textAddress(slug, runId, base, language);
  const name = slug === '' ? title : slug;
  const edited = both !== null && chosen === 'py' && whyFixed.py === null ? 'py' : language;
  const why = whyFixed[edited];
  const text = edited === language ? program : (both ?? program);
  return html`<details id="program" class="program" open>
<summary>Program</summary>
${takeAway(slug, language, runId, address, base)}
<div id="panel-program" class="panel" data-language="${language}">
${why === null ? programField(text, { isOpen: isEditorOpen(props), isCopy: runId !== null, language: edited }) : fixedProgram(slug === '' ? program : '', why)}
${panelHead(why !== null && slug === '' && runId === null ? 'The program.' : 'The program as it runs here.', address)}
${programText(program, name, true)}
${both === null ? null : pythonBefore(both, slug, whyFixed, base)}
</div>
</details>`;
}

/** Renders a lesson's program in Python before a run: style.css shows it while a Python is chosen as the runtime. */
function pythonBefore(python: string, slug: string, whyFixed: ProgramProps['whyFixed'], base: string) {
  const isFixed = whyFixed.py !== null && whyFixed.ts === null;
  return html`<div class="in-python"${isFixed ? html` data-fixed` : null}>
${isFixed ? html`<p class="why-fixed quiet">${whyFixed.py}</p>` : null}
${whyFixed.py === null ? html`<p class="unscripted"><a href="${base}/lessons/${slug}?runtime=python#program">Edit the program in Python</a></p>` : null}
${panelHead('The program as it runs on Python.', textAddress(slug, null, base, 'py'))}
${programText(python, `${slug} in Python`, false)}
</div>`;
}

/** Renders the text of a program. `isLinked`: its lines can be linked to. */
export function programText(program: string, name: string, isLinked: boolean) {
  const lines = program.replace(/\n$/, '').split('\n');
  return html`<pre tabindex="0" role="group" aria-label="Program of ${isolated(name)}"><code>${lines.map((line, i) => html`<span class="line"${isLinked ? html` id="line-${i + 1}"` : null} data-line="${i + 1}">${shownText(line)}</span>${raw('\n')}`)}</code></pre>`;
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
function takeAway(slug: string, language: Language, runId: string | null, text: string | null, base: string) {
  const untranslated = slug === '' ? UNTRANSLATED[language] : null;
  const scripts = SCRIPTS.map(([ending, name, needed]) => {
    const why = needed === language ? null : untranslated;
    const address = why === null ? scriptAddress(runId, ending, base) : null;
    return { ending, name, address, missing: why ?? NO_RUN };
  });
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
${untranslated && html`<span class="unscripted quiet">${untranslated}</span>`}
</div>
${scripts.map(scriptPanel)}
</take-away>`;
}

const NO_RUN = 'Run it once to get this script: it contains the seed and settings of a run.';
/** By language of a program that is no lesson's: why there is no script of it in the other. */
const UNTRANSLATED = {
  ts: 'Only the lessons have a Python version: programs are not translated.',
  py: 'This program is in Python, and programs are not translated. Only the lessons are in both languages.',
};

/** Returns the address of the program as it is; null for one that is on this page only. */
function textAddress(slug: string, runId: string | null, base: string, language: Language): string | null {
  if (slug !== '') return `${base}/lessons/${slug}/program.${language}`;
  return runId === null ? null : `${base}/runs/${runId}/source.${language}`;
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
