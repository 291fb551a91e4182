/**
 * Forms that lead to a comparison: on a run's page, in the list of one's own runs, and a page for any two runs. They
 * work without script.
 */
import { html } from 'hono/html';
import type { Status } from '../../server/protocol/facts.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { askedWords } from '../../server/words/asked-words.ts';
import { isolated } from '../../server/words/isolated.ts';
import { STATUS_WORDS } from '../../server/words/names.ts';

/**
 * One of this browser's runs, as a choice: `createdAt` is ms since 1970; `status` is null until it has ended;
 * `sentence` is set if the form shows it.
 */
export type OwnRun = {
  id: string;
  createdAt: number;
  title: string;
  spec: Spec;
  status: Status | null;
  sentence?: string;
};

/** The two fields as they were submitted, with their errors; `chosen` is the error of the checkboxes in the list. */
export type CompareInput = {
  values: { a: string; b: string };
  errors: { a?: string; b?: string; chosen?: string };
};

/** Renders the form on the page of run `id`: one field, for the other run. `base`: see `Site`. */
export function compareForm(id: string, own: OwnRun[], base: string) {
  return html`<form class="compare-form" method="get" action="${base}/compare">
<input type="hidden" name="a" value="${id}">
${linkField('b', 'Compare with another run', '', undefined)}
<button type="submit">Compare</button>
${ownRuns(
  own.filter((run) => run.id !== id),
  base,
)}
</form>`;
}

/** Renders the page with both fields. */
export function comparePair({ values, errors }: CompareInput, own: OwnRun[], base: string) {
  // Do not offer a run that is already given.
  const others = own.filter(({ id }) => !values.a.includes(id) && !values.b.includes(id));
  const isForA = errors.a !== undefined || (errors.b === undefined && values.a === '');
  return html`<section class="reading">
<h1>Compare two runs</h1>
<p>Paste the links to any two runs${others.length > 0 ? ', or choose from your latest ones' : ''}.</p>
${errors.chosen === undefined ? null : html`<p class="error" id="chosen-error">${errors.chosen}</p>`}
<form class="compare-form two" method="get" action="${base}/compare">
${linkField('a', 'Run A', values.a, errors.a, isForA)}
${linkField('b', 'Run B', values.b, errors.b, !isForA)}
<button type="submit">Compare</button>
${ownRuns(others, base)}
</form>
</section>`;
}

/** A row of the list: a run, or a family if it has a `kind`. */
type Listed = { id: string; createdAt: number; kind?: string | undefined };

/** Renders the button for the checkboxes of {@link chooseBox}; nothing if there are fewer than two runs. */
export function compareChosen(runs: Listed[], base: string) {
  if (runs.filter(({ kind }) => kind === undefined).length < 2) return null;
  return html`<form id="compare-chosen" class="compare-form" method="get" action="${base}/compare"><button type="submit">Compare the two checked runs</button></form>`;
}

/** Renders the checkbox of a run in the list. A family gets a placeholder: its runs are compared on its own page. */
export function chooseBox({ id, createdAt, kind }: Listed) {
  if (kind !== undefined) return html`<span class="no-box"></span>`;
  return html`<input type="checkbox" name="run" value="${id}" form="compare-chosen" aria-label="Compare the run of ${whenWords(createdAt)}">`;
}

function linkField(name: 'a' | 'b', label: string, value: string, error: string | undefined, focus = false) {
  const wrong = error === undefined ? null : html` aria-invalid="true" aria-describedby="${name}-error"`;
  return html`<div class="field"><label for="compare-${name}"><span>${label}</span></label>
<input id="compare-${name}" name="${name}" type="text" inputmode="url" autocomplete="off" spellcheck="false" list="own-runs" value="${value}" placeholder="A run’s link"${wrong}${focus ? html` autofocus` : null}>
${error === undefined ? null : html`<p class="error" id="${name}-error">${error}</p>`}</div>`;
}

function ownRuns(own: OwnRun[], base: string) {
  const minutes = own.map(({ createdAt }) => whenWords(createdAt));
  const isAlone = (minute: string) => minutes.indexOf(minute) === minutes.lastIndexOf(minute);
  const when = ({ createdAt }: OwnRun) => whenWords(createdAt, !isAlone(whenWords(createdAt)));
  return html`<datalist id="own-runs">${own.map((run) => html`<option value="${base}/runs/${run.id}">${labelOf(run, when(run))}</option>`)}</datalist>`;
}

function labelOf({ title, spec, status, sentence }: OwnRun, when: string): string {
  const ended = status === null ? 'not finished yet' : STATUS_WORDS[status];
  const what = `${isolated(title)}, ${when}: ${askedWords(spec)}, ${ended}`;
  return sentence === undefined ? what : `${what}. ${sentence}`;
}

/**
 * Formats a time as `2025-11-22 12:14 UTC`, or with seconds. In UTC, because the server does not know the reader's time
 * zone.
 */
export function whenWords(createdAt: number, hasSeconds = false): string {
  const end = hasSeconds ? 19 : 16;
  return `${new Date(createdAt).toISOString().slice(0, end).replace('T', ' ')} UTC`;
}
