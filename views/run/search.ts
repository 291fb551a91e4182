/**
 * A search for orders on the page of its run: what it has found so far. It has no lanes, so there is no timeline. It
 * requests itself again until the run has ended.
 */
import { html, raw } from 'hono/html';
import { searchesOf } from '../../server/words/search-sentence.ts';
import { sentence } from '../../server/words/sentence.ts';
import { searchModes } from '../family/outcomes.ts';
import { cancelForm } from '../page/cancel-form.ts';
import { connectionLine, lateLine } from '../page/connection.ts';
import { poll } from '../page/poll.ts';
import { programDetails } from '../page/program.ts';
import { consolePart } from './console.ts';
import { headline } from './headline.ts';
import { ownWays } from './report.ts';
import type { RunProps } from './view.ts';

/** Renders the run of a search. */
export function searchSection(p: RunProps) {
  const { id, timeline, lesson, base } = p;
  const address = `${base}/runs/${id}`;
  return html`<section id="run" class="of-search${lesson === null ? ' untold' : ''}" aria-label="Search for orders">
${searchPart(p)}
<div class="run-text">
${lesson && programDetails({ ...p, entry: lesson, runId: id })}
${consolePart(address, timeline)}
</div>
<div class="run-ways">${ownWays(p)}</div>
</section>`;
}

/** Renders the part that changes while the search is under way. */
export function searchPart({ id, timeline, mine, cancelKey, member, late, base }: RunProps) {
  const address = `${base}/runs/${id}`;
  const isLive = timeline.state !== 'ended';
  const opening =
    member === null || isLive
      ? null
      : { address: `${base}/families/${member.family}/orders`, runOf: () => null };
  return html`<div id="search" data-state="${timeline.state}"${isLive ? poll(`${address}/search`, '1s') : null}>
<div class="run-head">
<h2 class="sentence">${headline(sentence(timeline))}</h2>
<div class="run-bar">
${mine && isLive ? raw(cancelForm(address, cancelKey)) : null}
${connectionLine()}
<a class="permalink" href="${address}">Link to this run</a>
</div>
${lateLine(late)}
${member === null ? null : html`<p class="of-family quiet">This is a <a href="${base}/families/${member.family}">search for orders</a>: opened orders are listed there.</p>`}
</div>
${searchModes(searchesOf(timeline.passes), opening)}
</div>`;
}
