/**
 * A family of runs on its page: its sentence, and the measurements of each mode. The server renders all of it; until
 * the family has ended, the page requests this part every second and swaps in the changes.
 */
import { html, raw } from 'hono/html';
import {
  type Family,
  figuresOf,
  finishedRuns,
  fittedPoints,
  type ModeFigures,
} from '../../server/figures/family.ts';
import { amdahl } from '../../server/figures/speed-up.ts';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { looksLikeScript } from '../../server/spec/python.ts';
import { isPython, RUNTIME_NAMES } from '../../server/spec/runtimes.ts';
import { capital, inMode, listed, modeName } from '../../server/words/english.ts';
import { familySentence, rangeOf, serialWords, wordsOf } from '../../server/words/family-sentence.ts';
import { remainingSentence, tookSentence } from '../../server/words/family-time.ts';
import { STATUS_WORDS } from '../../server/words/names.ts';
import { count } from '../../server/words/units.ts';
import { cancelForm } from '../page/cancel-form.ts';
import { connectionLine } from '../page/connection.ts';
import { poll } from '../page/poll.ts';
import { headline } from '../run/headline.ts';
import { speedUpCurve } from './curve.ts';
import { explorationSection } from './exploration.ts';
import { spreadDrawing } from './spread.ts';
import { ordersTable, runsTable, sweepTable } from './tables.ts';
import type { FamilyView } from './view.ts';

/** Renders what changes while a family is running; it requests itself again until the family has ended. */
export function familySection(view: FamilyView) {
  const { family, base, cancelKey } = view;
  if (family.kind === 'exploration') return explorationSection(view);
  const figures = figuresOf(family);
  const isLive = family.status === null;
  const address = `${base}/families/${family.id}/figures${cancelKey === undefined ? '' : `?key=${cancelKey}`}`;
  return html`<section id="family" class="family" aria-label="Runs" data-state="${isLive ? 'running' : 'ended'}"${isLive ? poll(address, '1s') : null}>
${familyHead(view)}
${family.kind === 'runtimes' ? runtimesPart(view, figures) : measured(view, figures)}
</section>`;
}

function measured(view: FamilyView, figures: ModeFigures[]) {
  const { family, base } = view;
  return html`<div class="family-modes">
${figures.map((one) => modeFigure(view, one))}
${family.kind === 'repeat' ? runsTable(family, figures, base) : null}
</div>`;
}

function runtimesPart({ family, timelines, base }: FamilyView, figures: ModeFigures[]) {
  return html`${timelines ?? html`<p class="quiet">Too many timelines are being drawn at once. Reload this page in a few seconds.</p>`}
<div class="family-modes">${runsTable(family, figures, base)}</div>`;
}

function familyHead({ family, lesson, mine, cancelKey, left, grows, base }: FamilyView) {
  const { id, kind, count: planned, status } = family;
  const sentence = familySentence(family);
  const finished = finishedRuns(family);
  const prefix = status === null || status === 'completed' ? '' : `${STATUS_WORDS[status]}, `;
  return html`<div class="run-head">
<h1 class="sentence">${kind === 'runtimes' ? headline(sentence) : sentence}</h1>
<p class="unseen" role="status">${status !== null && grows ? sentence : ''}</p>
<div class="run-bar">
<progress max="${planned}" value="${finished}" aria-label="Runs finished"></progress>
<span class="progress-text">${prefix}${finished} of ${count(planned, 'run')}</span>
${mine && status === null ? raw(cancelForm(`${base}/families/${id}`, cancelKey)) : null}
${connectionLine()}
<a class="permalink" href="${base}/families/${id}">Link to these runs</a>
</div>
${status === null ? html`<div id="form-message" role="alert" hx-morph-skip></div>` : null}
<p class="family-left quiet">${left === null ? tookSentence(family) : family.held ? `The next run waits. ${family.held}` : remainingSentence(left)}</p>
<p class="family-spec">${ABOUT[kind]}${isInBoth(family) ? ' On Python, it runs the lesson’s program in Python.' : null} ${settings(family, lesson, base)}</p>
<p class="family-ways"><a href="${base}/?from=${id}">Use these settings again</a> <a href="${base}/families/${id}.json">Figures as JSON</a>${mine ? html` <a href="${base}/families/${id}/delete">Delete these runs</a>` : null}</p>
</div>`;
}

const ABOUT: Record<Family['kind'], string> = {
  repeat:
    'Each run uses the same program, seed and settings: any difference is due to chance, such as how this machine scheduled them.',
  sweep:
    'Each run uses the same program, seed and settings, except for its workers: a pool of one, then of two, and so on.',
  runtimes: 'Each run has the same seed and settings, on another runtime.',
  exploration: '',
};

/** Reports whether runs on every runtime execute programs in two languages. */
function isInBoth({ spec: { code, everyRuntime = [] } }: Family): boolean {
  return code === '' && everyRuntime.some(isPython);
}

function settings({ spec }: Family, lesson: CatalogueEntry | null, base: string) {
  const { minSeconds, maxSeconds, work, seed } = spec;
  const each = minSeconds === maxSeconds ? `${minSeconds}` : `${minSeconds} to ${maxSeconds}`;
  const program =
    lesson === null || lesson.slug === ''
      ? html`<bdi>${lesson?.title ?? spec.lesson}</bdi>`
      : html`<a href="${base}/lessons/${lesson.slug}">${lesson.title}</a>`;
  // It says itself how many jobs it starts, and what they do.
  if (looksLikeScript(spec))
    return html`<span class="quiet">${program}: a script, on ${RUNTIME_NAMES[spec.runtime]}.</span>`;
  return html`<span class="quiet">${program}: ${count(spec.jobs, 'job')} of ${each} s, work: ${work}, on ${listed((spec.everyRuntime ?? [spec.runtime]).map((name) => RUNTIME_NAMES[name]))}, seed ${seed}.</span>`;
}

function modeFigure({ family, grows, base }: FamilyView, figures: ModeFigures) {
  const { mode, missed } = figures;
  const isSweep = family.kind === 'sweep';
  const wasHeldUp = family.runs.some(({ result }) =>
    result.passes.some((pass) => pass.mode === mode && pass.isHeldUp),
  );
  return html`<section class="family-mode" aria-labelledby="mode-${mode}">
<h2 id="mode-${mode}">${capital(modeName(mode))}</h2>
<p class="family-told${isSweep ? ' of-sweep' : ''}">${isSweep ? sweepText(family, figures) : repeatText(family, figures)}</p>
${isSweep ? html`${speedUpCurve(family, figures)}<p class="quiet">“Serial” is everything that extra workers did not speed up: starting them, jobs that do not divide evenly among them, too few cores.</p>` : spreadDrawing(figures)}
${isSweep ? sweepTable(family, figures, base) : ordersTable(family, figures, grows)}
<p class="quiet">${missed === 0 ? '' : `${count(missed, 'run')} did not complete ${inMode(mode)}${wasHeldUp ? ` or ${missed === 1 ? 'was' : 'were'} held up` : ''}, and ${missed === 1 ? 'is' : 'are'} left out.`}</p>
</section>`;
}

function repeatText({ status }: Family, { wall, times: measured }: ModeFigures) {
  if (wall === null) return status === null ? 'Nothing measured yet.' : 'Nothing was measured.';
  if (measured.length === 1) return `Measured once: ${rangeOf(wall.min, wall.max)}.`;
  const { text, unit } = wordsOf(wall);
  return `Fastest ${text(wall.min)} ${unit}, median ${text(wall.median)} ${unit}, slowest ${text(wall.max)} ${unit}. The middle half took ${text(wall.lower)} to ${text(wall.upper)} ${unit}.`;
}

function sweepText({ status, spec }: Family, figures: ModeFigures) {
  const { cores, serial } = figures;
  if (spec.jobs === 1) return 'One job cannot be shared among workers, so there is nothing to fit.';
  const limit = cores === null ? '' : `The jobs compute, and this machine has ${count(cores, 'core')}. `;
  const fitted = fittedPoints(figures, spec.jobs);
  if (serial !== null) {
    const off = fitted.map(({ active, factor }) => Math.abs((factor ?? 1) - amdahl(serial, active)));
    return `${limit}${capital(serialWords(serial, spec.jobs))}. The measured speed-up ${offWords(Math.max(...off))} its curve.`;
  }
  if (fitted.length > 0) return `${limit}Amdahl’s law does not describe these times.`;
  return status === null
    ? 'Amdahl’s law is fitted once there are times for three numbers of workers.'
    : `${limit}There are too few times to fit Amdahl’s law.`;
}

/** With two decimals: in a curve of this size, a tenth is visible. */
function offWords(off: number): string {
  return off < 0.005 ? 'lies on' : `is up to ${off.toFixed(2)}× off`;
}
