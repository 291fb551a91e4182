/**
 * The order of a run that a scheduler of ours executed: its text, its family, and its steps, each of which the replay
 * can be taken to. The server renders it; the page's script marks the step that is shown.
 */
import { html } from 'hono/html';
import { countsSteps, type RunTimeline } from '../../server/timeline/model.ts';
import { capital } from '../../server/words/english.ts';
import { laneClass } from '../../server/words/names.ts';
import { scheduleWords } from '../../server/words/schedule-words.ts';
import { doesWords, partyOf } from '../../server/words/step-words.ts';
import { count } from '../../server/words/units.ts';
import { withIsolates } from './headline.ts';
import type { RunProps } from './view.ts';

/** Longest text of an order that is shown whole. */
const MAX_TEXT = 120;

/** Renders the order as text, and a link to the search that found it; nothing for a run that is not one order. */
export function orderLine(p: RunProps) {
  const { schedule = '' } = p.spec;
  if (schedule === '') return null;
  const text = schedule.length > MAX_TEXT ? `${schedule.slice(0, MAX_TEXT)}…` : schedule;
  return html`<p class="of-family quiet">${searchLink(p)}${capital(scheduleWords(p.spec.modes[0]))}: <code class="schedule">${text}</code></p>
${otherWay(p)}`;
}

/** `One of 6 orders of this program.`, with a link to the search. */
function searchLink({ member, order = null, base }: RunProps) {
  if (member === null) return null;
  const known = order?.count ?? null;
  const many = known === null ? 'the orders' : count(known, 'order');
  const which = order !== null && known !== null && !order.isExact ? `${many} that were tried` : many;
  return html`<a href="${base}/families/${member.family}">One of ${which}</a> of this program. `;
}

/**
 * Renders the way from an order that fails to one that goes well, and back: to a comparison, if both have been opened.
 * Nothing if there is none.
 */
function otherWay({ id, spec, member, order = null, base }: RunProps) {
  if (member === null || order === null) return null;
  const goesWell = order.isFailing === false;
  const other = goesWell ? order.failing : order.well;
  if (other === null || other.schedule === spec.schedule) return null;
  const what = goesWell ? 'an order that fails' : 'an order that goes well';
  if (other.run !== null) {
    const [a, b] = goesWell ? [other.run, id] : [id, other.run];
    return html`<p class="of-family"><a href="${base}/compare?a=${a}&amp;b=${b}">Compare with ${what}</a></p>`;
  }
  return html`<form class="of-family" method="post" action="${base}/families/${member.family}/orders" hx-post="${base}/families/${member.family}/orders" hx-swap="none"><input type="hidden" name="mode" value="${order.mode}"><input type="hidden" name="schedule" value="${other.schedule}"><button type="submit">Open ${what}</button></form>`;
}

/**
 * Renders the steps of a run of one order, all of them, with the one that is shown last marked. `shown`: how many are
 * shown.
 */
export function stepsList(timeline: RunTimeline, shown = Number.POSITIVE_INFINITY) {
  const pass = timeline.passes.find(countsSteps);
  const steps = pass?.steps ?? [];
  const last = Math.min(shown, steps.length);
  return html`${steps.map(
    (step, i) => html`
<li${i + 1 === last ? html` aria-current="step"` : null}><button type="button" data-step="${i + 1}"${i + 1 > last ? html` class="is-later"` : null}><b class="${laneClass(step.lane)}">${partyOf(step)}</b> ${withIsolates(doesWords(step))}</button>${step.line === null ? null : html` <a class="quiet" href="#line-${step.line}">line ${step.line}</a>`}</li>`,
  )}`;
}

/** Renders the list of the steps; nothing for a run that is not one order. */
export function stepsSection({ spec, timeline }: Pick<RunProps, 'spec' | 'timeline'>) {
  if ((spec.schedule ?? '') === '') return null;
  return html`<div class="steps-of" role="region" aria-labelledby="steps-title">
<h3 id="steps-title">Step by step</h3>
<ol class="steps" tabindex="0" aria-label="Steps">${stepsList(timeline)}</ol>
</div>`;
}
