/** The form that starts a run. It shows the values exactly as they were typed, with errors beside them. */
import { html } from 'hono/html';
import { MODE_TRAITS, MODES } from '../../server/spec/modes.ts';
import { RUNTIME_NAMES, RUNTIMES } from '../../server/spec/runtimes.ts';
import { DEFAULTS, type FieldErrors, SPEC_FIELDS, WORKS } from '../../server/spec/spec.ts';
import { capital, inMode } from '../../server/words/english.ts';
import { checkField, errorText, radioField, textField } from './fields.ts';
import type { FormValues } from './values.ts';

export type FormProps = {
  /** See `Site`. */
  base: string;
  values: FormValues;
  errors: FieldErrors;
  /** A message about the form as a whole: the server is busy. */
  message?: string;
  /** How long the runs of a family will take, or why there can be none; empty for one run, or if an error says why. */
  expected: string;
  /** Whether the page shows a run. If not, Run gets the focus. */
  hasRun: boolean;
  limits: { maxRepeat: number; maxJobs: number; maxProcesses: number; passSeconds: number };
};

/**
 * Renders the form. The first invalid field gets the focus; if all are valid and the page shows no run, Run gets it.
 */
export function runForm({ base, values, errors, message, expected, limits, hasRun }: FormProps) {
  const focus = SPEC_FIELDS.find((name) => errors[name] !== undefined) ?? null;
  const field = { values, errors, focus };
  const usual = { runtime: DEFAULTS.runtime, workers: '', seed: '', repeat: '', sweep: '' };
  const more = ['runtime', 'workers', 'seed', 'repeat', 'sweep'] as const;
  const isMoreOpen = more.some((name) => errors[name] !== undefined || values[name] !== usual[name]);
  return html`<form id="run-form" method="post" action="${base}/runs" novalidate hx-post="${base}/runs" hx-target="#run" hx-swap="outerHTML" hx-disable="find #run-button">
<input type="hidden" name="lesson" value="${values.lesson}">
${errorText('lesson', errors)}
<fieldset${describe('modes', errors)}>
<legend>Run them</legend>
${MODES.map(
  (mode) => html`${checkField('modes', mode, capital(inMode(mode)), MODE_TRAITS[mode].hint, field)}
`,
)}${errorText('modes', errors)}
</fieldset>
<div class="pair">
${textField('jobs', 'Jobs', 'numeric', field)}
<div class="range" role="group" aria-label="Seconds each job takes">
${textField('minSeconds', html`Seconds <small class="unseen">at least</small>`, 'decimal', field)}
${textField('maxSeconds', html`to <small class="unseen">at most</small>`, 'decimal', field)}
</div>
</div>
${errorText('jobs', errors)}${errorText('minSeconds', errors)}${errorText('maxSeconds', errors)}
<fieldset class="choices"${describe('work', errors)}>
<legend>A job’s work</legend>
${WORKS.map(
  (work) => html`${radioField('work', work, work, field)}
`,
)}${errorText('work', errors)}
</fieldset>
<details id="more"${isMoreOpen ? html` open` : null}>
<summary>More</summary>
<fieldset class="choices"${describe('runtime', errors)}>
<legend>On</legend>
${RUNTIMES.map(
  (runtime) => html`${radioField('runtime', runtime, RUNTIME_NAMES[runtime], field)}
`,
)}${errorText('runtime', errors)}
</fieldset>
<div class="pair">
${textField('workers', 'Workers', 'numeric', field, 'one per job')}
${textField('seed', 'Seed', 'numeric', field, 'any')}
</div>
${errorText('workers', errors)}${errorText('seed', errors)}
<p class="quiet">Workers: a pool of this many workers takes the jobs in order. Seed: the same seed gives the same seconds again.</p>
<div class="pair">
${textField('repeat', 'Repeat', 'numeric', field, 'once')}
${textField('sweep', 'Try 1 to … workers', 'numeric', field, 'no sweep')}
</div>
${errorText('repeat', errors)}${errorText('sweep', errors)}
<p id="expected" aria-live="polite" hx-get="${base}/expected" hx-include="#run-form" hx-trigger="input delay:300ms from:#run-form" hx-sync="replace">${expected}</p>
<p class="quiet">Repeat: up to ${limits.maxRepeat} identical runs, to see what varies by chance. Sweep: a run with one worker, one with two, and so on, in threads and processes. They go one after the other.</p>
</details>
<div class="press"><div id="form-message" role="alert">${message ?? null}</div><button id="run-button" class="primary" type="submit"${focus === null && !hasRun ? html` autofocus` : null}>Run</button></div>
<p class="quiet">Up to ${limits.maxJobs} jobs, ${limits.maxProcesses} processes at once, ${limits.passSeconds} s per mode.</p>
</form>`;
}

function describe(name: keyof FieldErrors, errors: FieldErrors) {
  return errors[name] === undefined ? null : html` aria-describedby="${name}-error"`;
}
