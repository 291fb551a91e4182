/**
 * The form that starts a run: Run, about how long it will take, and the settings. It shows the values exactly as they
 * were typed, with errors beside them.
 */
import { html } from 'hono/html';
import type { Ignorable } from '../../server/lessons/lesson.ts';
import { DEFAULT_SCHEDULES } from '../../server/spec/explore.ts';
import { MODE_TRAITS, MODES } from '../../server/spec/modes.ts';
import {
  isPython,
  JAVASCRIPT,
  PYTHONS,
  RUNTIME_NAMES,
  RUNTIMES,
  type Runtime,
} from '../../server/spec/runtimes.ts';
import {
  type CodeError,
  DEFAULTS,
  type FieldErrors,
  SPEC_FIELDS,
  type SpecField,
  WORKS,
} from '../../server/spec/spec.ts';
import { capital, inMode } from '../../server/words/english.ts';
import { scheduleWords } from '../../server/words/schedule-words.ts';
import { notOfferedWords } from '../../server/words/unavailable-words.ts';
import { swap } from '../page/html.ts';
import { codeErrorList } from './code-errors.ts';
import { type Expected, expectedIn, expectedInAll, expectedWarning } from './expected.ts';
import {
  boxField,
  checkField,
  errorText,
  type FieldContext,
  hiddenField,
  radioField,
  textField,
} from './fields.ts';
import { offerLinks } from './offer.ts';
import type { FormLesson, FormValues } from './values.ts';

export type FormProps = {
  /** See `Site`. */
  base: string;
  values: FormValues;
  errors: FieldErrors;
  /** What is wrong with the program, if it was compiled: shown in place of the message at `code`. */
  codeErrors: readonly CodeError[];
  /** The runtimes that can run a changed program, and why others cannot, or why none can. */
  sandbox: { runtimes: readonly Runtime[]; why: string };
  /** The runtimes that can be chosen: those that start. */
  runtimes: readonly Runtime[];
  /** A message about the form as a whole: the server is busy. */
  message?: string;
  /** How long the run or family will take, or why there can be no family; empty if an error says why. */
  expected: Expected;
  /** null if it no longer exists. */
  lesson: FormLesson | null;
  /** Whether the page shows a run. If not, Run gets the focus. */
  hasRun: boolean;
  /** Whether its program can be executed by hand. */
  isByHand: boolean;
  /** Whether the program is one that somebody wrote or changed. */
  isOwn: boolean;
  /** Whether this server does not run it, because it runs only programs of its own. The page says so beside it. */
  isFixed: boolean;
  limits: { maxRepeat: number; maxJobs: number; maxProcesses: number; passSeconds: number };
  /** The code of the room that its runs belong to. */
  room?: string;
  /** The number of the room's program that the form has to begin with. */
  start?: number;
};

/**
 * Renders the form. The first invalid field gets the focus; if all are valid and the page shows no run, Run gets it.
 * The settings are folded as long as they are the lesson's own. Fields that do nothing in the lesson are hidden, unless
 * they are wrong.
 */
export function runForm(props: FormProps) {
  const { base, values, message, expected, lesson, hasRun } = props;
  return html`<form id="run-form"${props.isOwn ? html` data-own` : null} method="post" action="${base}/runs" novalidate hx-post="${base}/runs" hx-target="#run" hx-swap="outerHTML" hx-disable="find #run-button">
${props.room === undefined ? null : html`<input type="hidden" name="room" value="${props.room}">`}${props.start === undefined ? null : html`<input type="hidden" name="start" value="${props.start}">`}<div class="press"><div id="form-message" role="alert">${message ?? null}</div><button id="run-button" class="primary" type="submit"${props.isFixed ? html` disabled` : focusOf(props) === null && !hasRun ? html` autofocus` : null}>Run</button>${expectedInAll(expected)}</div>
${
  props.isByHand && !props.isFixed
    ? html`<p class="by-hand"><button id="by-hand" type="submit" formaction="${base}/games" hx-post="${base}/games" hx-target="#run">Be the scheduler</button> <span class="quiet">Choose the order of the steps yourself.</span></p>
<p class="by-hand"><button id="every-order" type="submit" name="explore" value="possible">Try every order</button> <span class="quiet">In threads and on the event loop.</span></p>`
    : null
}
${codeErrorList(props)}
<div>${expectedWarning(expected)}${lesson && offerLinks(lesson, values, base)}</div>
${runSettings(props)}
</form>`;
}

/** Returns the first invalid field; null if all are valid. */
function focusOf({ errors }: FormProps): SpecField | null {
  return SPEC_FIELDS.find((name) => errors[name] !== undefined) ?? null;
}

/** Renders the settings of the form. `isSwap`: for an answer of htmx, which replaces those on the page. */
export function runSettings(props: FormProps, isSwap = false) {
  const { values, errors, lesson } = props;
  const own = lesson?.values;
  // The seed of a run is drawn, so it says nothing about what was chosen. The program is not among the settings, and a
  // changed one may need another runtime than its lesson's.
  const isOpen = SPEC_FIELDS.some(
    (name) =>
      name !== 'code' &&
      (errors[name] !== undefined ||
        (own && !['seed', 'runtime'].includes(name) && String(values[name]) !== String(own[name])) ||
        (name === 'runtime' && runtimeOf(props) !== usualRuntime(props))),
  );
  return html`<details id="settings"${isOpen ? html` open` : null}${swap(isSwap)}>
<summary>Settings</summary>
${settings(props, { values, errors, focus: focusOf(props) })}
</details>`;
}

function settings(props: FormProps, field: FieldContext) {
  const { errors, expected, lesson, limits } = props;
  const isHidden = (control: Ignorable, ...names: (keyof FormValues)[]) =>
    lesson?.ignores?.includes(control) === true && names.every((name) => errors[name] === undefined);
  const isWithoutJobs = isHidden('jobs', 'jobs');
  const isWithoutSeconds = isHidden('seconds', 'minSeconds', 'maxSeconds', 'seed');
  const isWithoutWork = isHidden('work', 'work');
  const hidden = [
    ...(isWithoutJobs ? (['jobs'] as const) : []),
    ...(isWithoutSeconds ? (['minSeconds', 'maxSeconds', 'seed'] as const) : []),
    ...(isWithoutWork ? (['work'] as const) : []),
  ];
  const challenge = field.values.challenge === '' ? [] : (['challenge'] as const);
  return html`${(['lesson', ...challenge, ...hidden] as const).map((name) => hiddenField(name, field))}
${errorText('lesson', errors)}${errorText('challenge', errors)}
${lesson?.isScript && errors.modes === undefined ? field.values.modes.map((mode) => html`<input type="hidden" name="modes" value="${mode}">`) : modeChoices(expected, field)}
<div class="pair">
${isWithoutJobs ? null : textField('jobs', 'Jobs', 'numeric', field)}
${isWithoutSeconds ? null : range(field)}
</div>
${errorText('jobs', errors)}${errorText('minSeconds', errors)}${errorText('maxSeconds', errors)}
${isWithoutWork ? null : workChoices(field)}
${more(field, isWithoutSeconds, props)}
<p class="quiet">Up to ${limits.maxJobs} jobs, ${limits.maxProcesses} processes at once, ${limits.passSeconds} s per mode.</p>`;
}

function modeChoices(expected: Expected, field: FieldContext) {
  return html`<fieldset${describe('modes', field.errors)}>
<legend>Run the jobs</legend>
${MODES.map(
  (
    mode,
  ) => html`${checkField('modes', mode, capital(inMode(mode)), MODE_TRAITS[mode].hint, expectedIn(mode, expected), field)}
`,
)}${errorText('modes', field.errors)}
</fieldset>`;
}

function range(field: FieldContext) {
  return html`<div class="range" role="group" aria-label="Seconds each job takes">
${textField('minSeconds', html`Seconds <small class="unseen">at least</small>`, 'decimal', field)}
${textField('maxSeconds', html`to <small class="unseen">at most</small>`, 'decimal', field)}
</div>`;
}

function workChoices(field: FieldContext) {
  return html`<fieldset class="choices"${describe('work', field.errors)}>
<legend>What jobs do</legend>
${WORKS.map(
  (work) => html`${radioField('work', work, work, field)}
`,
)}${errorText('work', field.errors)}
</fieldset>`;
}

/** Fields of what a scheduler of ours executes. */
const ORDER_FIELDS = ['sleepsInOrder', 'preemptions', 'schedules', 'schedule'] as const;

/** Renders what few runs need, folded while it has its usual values. */
function more(field: FieldContext, isWithoutSeed: boolean, props: FormProps) {
  const { base, expected, limits } = props;
  const { values, errors } = field;
  const names = ['workers', 'seed', 'repeat', 'sweep', 'everyRuntime', 'explore', ...ORDER_FIELDS] as const;
  const isOpen =
    names.some((name) => errors[name] !== undefined || values[name] !== '') ||
    errors.runtime !== undefined ||
    runtimeOf(props) !== usualRuntime(props);
  return html`<details id="more"${isOpen ? html` open` : null}>
<summary>More</summary>
${runtimeChoices(field, props)}
${boxField('everyRuntime', 'On every runtime', field)}${errorText('everyRuntime', errors)}
<div class="pair">
${textField('workers', 'Workers', 'numeric', field, 'one per job')}
${isWithoutSeed ? null : textField('seed', 'Seed', 'numeric', field, 'any')}
</div>
${errorText('workers', errors)}${errorText('seed', errors)}
<p class="quiet">Workers: a pool of this many workers takes the jobs in order.${isWithoutSeed ? null : ' Seed: the same seed always gives the same seconds.'}</p>
<div class="pair">
${textField('repeat', 'Repeat', 'numeric', field, 'one run')}
${textField('sweep', 'Try 1 to … workers', 'numeric', field, 'no sweep')}
</div>
${errorText('repeat', errors)}${errorText('sweep', errors)}
<p id="expected" aria-live="polite" hx-get="${base}/expected" hx-include="#run-form" hx-trigger="input delay:300ms from:#run-form, program-change from:#run-form" hx-sync="replace">${expected.family}</p>
${boxField('explore', 'Try every order', field)}
${boxField('sleepsInOrder', 'Sleeps end in the order of their seconds', field)}
<div class="pair">
${textField('preemptions', 'Preemptions', 'numeric', field, 'any')}
${textField('schedules', 'Schedules', 'numeric', field, DEFAULT_SCHEDULES.toLocaleString('en-US'))}
</div>
${(['explore', 'sleepsInOrder', 'preemptions', 'schedules'] as const).map((name) => errorText(name, errors))}
${
  values.schedule === ''
    ? null
    : html`${textField('schedule', 'One order', 'text', field)}${errorText('schedule', errors)}
<p class="quiet">One order: ${scheduleWords(MODES.find((mode) => values.modes[0] === mode))}. Clear it to run the program as usual.</p>`
}
<p class="quiet">Repeat: up to ${limits.maxRepeat} identical runs, to see what varies by chance. Sweep: a run with one worker, one with two, and so on, in threads or processes. On every runtime: the same run once on each, to compare them. The runs follow one another. Every order: each sequence in which threads, or jobs on the event loop, can reach what they share, to find one that goes wrong. A sleep proves no order, so any may end before any other, unless you say that they end in the order of their seconds. A preemption takes the turn from a job that could go on; fewer of them, or fewer schedules, make a shorter search.</p>
</details>`;
}

/**
 * Renders the runtimes. While the page shows a changed program, those that cannot run it are disabled, and it says what
 * the program runs in.
 */
function runtimeChoices(field: FieldContext, props: FormProps) {
  const { isOwn, sandbox } = props;
  const values = { ...field.values, runtime: runtimeOf(props) };
  // Of a challenge, every order is tried, which only JavaScript can.
  const isTried = (runtime: Runtime) => values.challenge === '' || !isPython(runtime);
  const runtimes = props.runtimes.filter(isTried);
  const fit = sandbox.runtimes.filter(isTried);
  // A Python that this machine does not have is not missed.
  const missing = JAVASCRIPT.filter((runtime) => !runtimes.includes(runtime));
  const runsOwn = fit.length > 0;
  const isRefused = (runtime: Runtime) => isOwn && runsOwn && !fit.includes(runtime);
  return html`<fieldset class="choices"${runsOwn ? html` data-own-runtimes="${fit.join(' ')}"` : null}${describe('runtime', field.errors)}>
<legend>Runtime</legend>
${runtimes.map(
  (
    runtime,
  ) => html`${radioField('runtime', runtime, RUNTIME_NAMES[runtime], { ...field, values }, isRefused(runtime))}
`,
)}${errorText('runtime', field.errors)}
${missing.length === 0 ? null : html`<p class="quiet">${notOfferedWords(missing)}</p>`}
${runsOwn ? html`<p class="own-why quiet"${isOwn && field.errors.runtime === undefined ? null : html` hidden`}>${sandbox.why}</p>` : null}
</fieldset>`;
}

/** Returns the runtime that is checked: the one that was chosen, or the first if it cannot be. */
function runtimeOf(props: FormProps): string {
  const { values } = props;
  // Of a runtime that does not exist, the error beside it says so, and none is checked.
  if (!RUNTIMES.some((runtime) => runtime === values.runtime)) return values.runtime;
  const fit = fitRuntimes(props);
  return fit.some((runtime) => runtime === values.runtime) ? values.runtime : (fit[0] ?? values.runtime);
}

/** Returns the runtime that is checked if nobody has chosen one: the lesson's, if it can be. */
function usualRuntime(props: FormProps): Runtime {
  const { isOwn, lesson } = props;
  const usual = isOwn && !lesson?.isScript ? undefined : lesson?.values.runtime;
  const own = RUNTIMES.find((one) => one === usual);
  const runtime = own ?? DEFAULTS.runtime;
  const fit = fitRuntimes({ ...props, values: { ...props.values, runtime } });
  return fit.includes(runtime) ? runtime : (fit[0] ?? runtime);
}

/** Returns the runtimes that can run the program: one that somebody wrote is in the language of its runtime. */
function fitRuntimes({ values, isOwn, sandbox, runtimes }: FormProps): readonly Runtime[] {
  const isInPython = PYTHONS.some((runtime) => runtime === values.runtime);
  const inLanguage = isOwn ? runtimes.filter((runtime) => isPython(runtime) === isInPython) : runtimes;
  const fit = inLanguage.filter((runtime) => !isOwn || sandbox.runtimes.includes(runtime));
  return [fit, inLanguage, runtimes].find(({ length }) => length > 0) ?? runtimes;
}

function describe(name: keyof FieldErrors, errors: FieldErrors) {
  return errors[name] === undefined ? null : html` aria-describedby="${name}-error"`;
}
