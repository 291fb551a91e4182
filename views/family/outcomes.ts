/** What a search for orders has found in one mode: its outcomes, failing ones first, and what the search did. */
import { html } from 'hono/html';
import { type ModeSearch, wrongIn } from '../../server/figures/search.ts';
import type { FoundOutcome, PassSearch } from '../../server/timeline/search.ts';
import { capital, inMode } from '../../server/words/english.ts';
import { sharedWords, shareWords, troubleWords } from '../../server/words/outcome-words.ts';
import { methodWords, sourcesOf } from '../../server/words/search-method.ts';
import { count } from '../../server/words/units.ts';
import { headline } from '../run/headline.ts';

/**
 * What examples are opened by: the address that takes them, and the runs of those that have been opened. Null if none
 * can be opened.
 */
export type Opening = {
  address: string;
  runOf: (mode: string, schedule: string) => string | null;
} | null;

/** Renders what was found in each mode, and the papers that the methods are from. */
export function searchModes(searches: readonly ModeSearch[], opening: Opening) {
  const ends = searches.flatMap(({ search: { ended } }) => ended ?? []);
  const sources = sourcesOf(ends);
  return html`${searches.map((one) => searchOf(one, opening, searches.length > 1))}
${sources.length === 0 ? null : html`<footer class="sources quiet"><p>The search works as in:</p><ul>${sources.map(({ authors, title, where }) => html`<li>${authors}: <cite>${title}</cite>. ${where}.</li>`)}</ul></footer>`}`;
}

function searchOf({ mode, search }: ModeSearch, opening: Opening, isNamed: boolean) {
  const { outcomes, ended } = search;
  return html`<section class="search" aria-label="Outcomes ${inMode(mode)}">
${isNamed ? html`<h2>${capital(inMode(mode))}</h2>` : null}
${outcomes.length === 0 ? null : html`<ol class="outcomes">${outcomes.map((one) => outcomeItem(one, mode, search, opening))}</ol>`}
${
  ended === null
    ? null
    : html`${ended.outcomes > outcomes.length ? html`<p class="quiet">${count(ended.outcomes - outcomes.length, 'other outcome')} ${ended.outcomes - outcomes.length === 1 ? 'is' : 'are'} not listed.</p>` : null}
<p class="search-method quiet">${methodWords(ended).join(' ')}</p>`
}
</section>`;
}

function outcomeItem(outcome: FoundOutcome, mode: string, search: PassSearch, opening: Opening) {
  const { isFailing, orders, schedule, steps, switches, isSame } = outcome;
  const trouble = troubleWords(outcome);
  const shared = sharedWords(outcome, search);
  return html`<li class="outcome" data-outcome="${wrongIn(outcome) ?? (outcome.isCut ? 'cut' : 'well')}">
<p class="outcome-words"><b>${isFailing ? '✕ Fails' : outcome.isCut ? 'Not judged' : 'Goes well'}</b> <span>${headline([...trouble, ...(shared === '' ? [] : [shared])].join(' '))}</span></p>
<p class="outcome-orders">${capital(shareWords(orders, search))}</p>
${schedule === '' ? html`<p class="quiet">This order is too long to be opened.</p>` : html`<div class="example"><span>Example: <code>${schedule}</code> <span class="quiet">${count(steps, 'step')}, ${count(switches, 'preemption')}</span></span> ${openButton(outcome, mode, opening)}</div>`}
${isSame === false ? html`<p class="differs"><b>Not deterministic:</b> run again, this order led to another outcome. The program depends on something other than its order.</p>` : null}
${isSame === null && schedule !== '' && search.ended !== null ? html`<p class="quiet">Not run again to check it.</p>` : null}
</li>`;
}

function openButton({ schedule, number }: FoundOutcome, mode: string, opening: Opening) {
  if (opening === null) return null;
  const label = `Open the example of outcome ${number + 1}`;
  const run = opening.runOf(mode, schedule);
  if (run !== null) return html`<a class="open" href="${run}" aria-label="${label}">Open</a>`;
  return html`<form class="open" method="post" action="${opening.address}"><input type="hidden" name="mode" value="${mode}"><input type="hidden" name="schedule" value="${schedule}"><button type="submit" aria-label="${label}">Open</button></form>`;
}
