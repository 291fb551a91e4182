/**
 * A search for orders on the page of its family: what it has found so far, and the runs of orders that were opened.
 */
import { html, raw } from 'hono/html';
import type { Family } from '../../server/figures/family.ts';
import { searchesIn } from '../../server/figures/search.ts';
import { RUNTIME_NAMES } from '../../server/spec/runtimes.ts';
import { inMode, listed } from '../../server/words/english.ts';
import { familySentence } from '../../server/words/family-sentence.ts';
import { STATUS_WORDS } from '../../server/words/names.ts';
import { boundWords } from '../../server/words/search-sentence.ts';
import { count } from '../../server/words/units.ts';
import { challengeVerdict } from '../challenge/verdict.ts';
import { beginGame } from '../game/begin.ts';
import { cancelForm } from '../page/cancel-form.ts';
import { connectionLine } from '../page/connection.ts';
import { poll } from '../page/poll.ts';
import { headline } from '../run/headline.ts';
import { searchModes } from './outcomes.ts';
import type { FamilyView } from './view.ts';

/** Renders what changes while the search is under way; it requests itself again until that has ended. */
export function explorationSection(view: FamilyView) {
  const { family, base, cancelKey } = view;
  const { id, status } = family;
  const isLive = status === null;
  const address = `${base}/families/${id}/figures${cancelKey === undefined ? '' : `?key=${cancelKey}`}`;
  const opened = new Map(
    family.runs.flatMap(({ id: run, order }) =>
      order ? [[keyOf(order), `${base}/runs/${run}`] as const] : [],
    ),
  );
  const opening = {
    address: `${base}/families/${id}/orders`,
    runOf: (mode: string, schedule: string) => opened.get(keyOf({ mode, schedule })) ?? null,
  };
  return html`<section id="family" class="family exploration" aria-label="Orders" data-state="${isLive ? 'running' : 'ended'}"${isLive ? poll(address, '1s') : null}>
${head(view)}
${searchModes(searchesIn(family), isLive ? null : opening)}
</section>`;
}

function keyOf({ mode, schedule }: { mode: string; schedule: string }): string {
  return `${mode} ${schedule}`;
}

function head({ family, lesson, challenge, mine, cancelKey, grows, base }: FamilyView) {
  const { id, status, spec, runs, held } = family;
  const sentence = familySentence(family);
  const search = runs.find(({ number }) => number === 1);
  const queued = search?.result.queued ?? null;
  const { schedules = 0 } = search?.result.passes.at(-1)?.search?.progress ?? {};
  const state =
    status !== null
      ? `Search ${STATUS_WORDS[status]}`
      : queued !== null
        ? `Waiting: ${queued === 1 ? 'next' : `number ${queued}`} in the queue`
        : `${count(schedules, 'schedule')} of at most ${(spec.explore?.schedules ?? 0).toLocaleString('en-US')}`;
  const program =
    lesson === null || lesson.slug === ''
      ? html`<bdi>${lesson?.title ?? spec.lesson}</bdi>`
      : html`<a href="${base}/lessons/${lesson.slug}">${lesson.title}</a>`;
  return html`<div class="run-head">
<h1 class="sentence">${headline(sentence)}</h1>
<p class="unseen" role="status">${status !== null && grows ? sentence : ''}</p>
<div class="run-bar">
${status === null ? html`<progress max="${spec.explore?.schedules ?? 1}" value="${schedules}" aria-label="Schedules executed"></progress>` : null}
<span class="progress-text">${state}</span>
${mine && status === null ? raw(cancelForm(`${base}/families/${id}`, cancelKey)) : null}
${connectionLine()}
<a class="permalink" href="${base}/families/${id}">Link to this search</a>
</div>
<div id="form-message" role="alert" hx-morph-skip></div>
${held ? html`<p class="family-left quiet">The search waits. ${held}</p>` : null}
${challenge && challengeVerdict(challenge, { id, isMine: mine, base })}
<p class="family-spec">An order is the sequence in which the jobs reach what they share: counter, list, queue, locks. ${asked(family, program)}</p>
<p class="family-ways"><a href="${base}/?from=${id}">Use these settings again</a> ${search ? html`<a href="${base}/runs/${search.id}">The search as a run</a> ` : null}<a href="${base}/families/${id}.json">Outcomes as JSON</a>${mine ? html` <a href="${base}/families/${id}/delete">Delete this search</a>` : null}</p>
${beginGame(spec, base)}
</div>`;
}

/** What was asked for: the program, its modes and the bounds. */
function asked({ spec }: Family, program: ReturnType<typeof html>) {
  const { preemptions = null, schedules = 0 } = spec.explore ?? {};
  const bound = preemptions === null ? '' : `, ${boundWords(preemptions)}`;
  return html`<span class="quiet">${program}: ${count(spec.jobs, 'job')} ${listed(spec.modes.map(inMode))} on ${RUNTIME_NAMES[spec.runtime]}, at most ${count(schedules, 'schedule')}${bound}${spec.sleepsInOrder ? ', sleeps in the order of their seconds' : ''}, seed ${spec.seed}.</span>`;
}
