/** The list of this browser's runs; a family of runs is one row. */
import { html } from 'hono/html';
import { STATUSES, type Status } from '../../server/protocol/facts.ts';
import type { FamilyPlan, Spec } from '../../server/spec/spec.ts';
import { askedWords } from '../../server/words/asked-words.ts';
import { isolated } from '../../server/words/isolated.ts';
import { STATUS_WORDS } from '../../server/words/names.ts';
import { chooseBox, compareChosen, whenWords } from '../compare/form.ts';

/** A run, or a family if it has a `kind`. `createdAt` is ms since 1970; `status` is null until it has ended. */
export type ListedRun = { id: string; createdAt: number; spec: Spec; status: string | null } & (
  | { kind?: undefined }
  | FamilyPlan
);

/**
 * Renders the list in the given order: newest first. `titleOf` returns the title of a run's program, or its lesson's name
 * if that is gone; `base`: see `Site`. `isDeleted`: a run has just been deleted.
 */
export function runList(runs: ListedRun[], titleOf: (spec: Spec) => string, base: string, isDeleted = false) {
  return html`<section class="reading">
<h1>My runs</h1>
${isDeleted ? html`<p role="status">Deleted.</p>` : null}
${
  runs.length === 0
    ? html`<p>This browser has no runs yet. They are listed here once you press Run.</p>
<p class="ways"><a href="${base}/">Open the playground</a></p>`
    : html`<ol class="run-list">${runs.map((run) => listedRun(run, titleOf(run.spec), base))}</ol>
${compareChosen(runs, base)}`
}
</section>`;
}

function listedRun(run: ListedRun, title: string, base: string) {
  const { id, createdAt, spec, status } = run;
  const at = new Date(createdAt).toISOString();
  const address = `${base}/${run.kind === undefined ? 'runs' : 'families'}/${id}`;
  return html`
<li>${chooseBox(run)}<a href="${address}"><bdi>${title}</bdi></a>
<span>${familyWords(run)}${askedWords(spec)}</span>
<span class="quiet">${isStatus(status) ? STATUS_WORDS[status] : 'not finished yet'}, <time class="local" datetime="${at}">${whenWords(createdAt)}</time> <a class="delete" href="${address}/delete" aria-label="Delete ${isolated(title)}">Delete</a></span></li>`;
}

function familyWords(run: ListedRun): string {
  switch (run.kind) {
    case undefined:
      return '';
    case 'repeat':
      return `${run.count} runs: `;
    case 'sweep':
      return `1 to ${run.count} workers: `;
    case 'runtimes':
      return 'On every runtime: ';
    case 'exploration':
      return 'Every order: ';
  }
}

function isStatus(text: string | null): text is Status {
  return STATUSES.some((status) => status === text);
}
