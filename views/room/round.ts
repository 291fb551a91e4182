/** A round of a room: its question, how the class answered, and the controls of whoever teaches. */
import { html } from 'hono/html';
import type { Phase, RoundNews } from '../../server/figures/room-news.ts';
import { count } from '../../server/words/units.ts';

/** What a member said in the round. */
export type OwnAnswer = {
  /** The index of the choice in the vote that is open, or was last; null if none. */
  choice: number | null;
  explanation: string;
};

/** What the button that leads to the next phase says, and to which phase. */
export const NEXT: Readonly<Record<Phase, { to: Phase; words: string }[]>> = {
  vote: [{ to: 'talk', words: 'Close the vote' }],
  talk: [
    { to: 'vote-again', words: 'Vote again' },
    { to: 'run', words: 'Run it' },
  ],
  'vote-again': [{ to: 'run', words: 'Close the vote and run it' }],
  run: [{ to: 'explain', words: 'Ask why' }],
  explain: [{ to: 'over', words: 'End the round' }],
  over: [],
};

/** What a member reads first in each phase. */
const TASK: Readonly<Record<Phase, string>> = {
  vote: 'What do you think will happen?',
  talk: 'Talk with somebody near you who may have chosen differently.',
  'vote-again': 'And now?',
  run: 'Run it, and see.',
  explain: 'Why did it come out like this? In one line:',
  over: '',
};

/** Where the page's script says that a form could not be sent. */
export const NOT_SENT = html`<p class="not-sent error" role="alert"></p>`;

/** Renders the round for a member, or the place for it, in which a screen reader hears of the next one. `address`: of the room. */
export function roundPanel(round: RoundNews | null, own: OwnAnswer, address: string) {
  if (round === null || round.phase === 'over')
    return html`<div id="round-now"><p id="round-task" role="status"></p></div>`;
  const { phase, number } = round;
  return html`<div id="round-now" class="round">
<p id="round-task" class="round-task" role="status" tabindex="-1"><span class="quiet">Round ${number}.</span> ${TASK[phase]}</p>
${phase === 'vote' || phase === 'vote-again' ? voteForm(round, own, address) : null}
${phase === 'talk' || phase === 'run' || (phase === 'explain' && round.right !== null) ? histogram(round) : null}
${phase === 'explain' ? explainForm(round, own, address) : null}
</div>`;
}

function voteForm({ question, choices, number, phase }: RoundNews, { choice }: OwnAnswer, address: string) {
  const action = `${address}/answer`;
  return html`<form class="vote" method="post" action="${action}" hx-post="${action}" hx-trigger="change, submit" hx-target="#room-bar" hx-swap="outerMorph">
<input type="hidden" name="round" value="${number}"><input type="hidden" name="phase" value="${phase}">
<fieldset><legend><bdi>${question}</bdi></legend>${choices.map(
    (words, i) => html`
<label class="check"><input type="radio" id="choice-${number}-${phase}-${i}" name="choice" value="${i}"${i === choice ? html` checked` : null}> <bdi>${words}</bdi></label>`,
  )}
</fieldset>
<noscript><button type="submit">Answer</button></noscript>
${NOT_SENT}
<p class="quiet" role="status">${choice === null ? 'Nobody sees who chose what.' : 'Your answer counts. You can change it until the vote is closed.'}</p>
</form>`;
}

function explainForm({ number }: RoundNews, { explanation }: OwnAnswer, address: string) {
  const action = `${address}/explain`;
  const id = `explanation-${number}`;
  return html`<form class="explain" method="post" action="${action}" hx-post="${action}" hx-target="#room-bar" hx-swap="outerMorph">
<input type="hidden" name="round" value="${number}"><label class="unseen" for="${id}">Why it came out like this</label>
<input id="${id}" name="text" value="${explanation}" maxlength="200" autocomplete="off"> <button type="submit">Send</button>
${NOT_SENT}
<p class="quiet" role="status">${explanation === '' ? 'The teacher may put it on the wall, without your name.' : 'Sent. You can change it until the round ends.'}</p>
</form>`;
}

/** Renders how the class answered, for each vote that is closed. */
export function histogram({ choices, counts, right }: Pick<RoundNews, 'choices' | 'counts' | 'right'>) {
  if (counts.length === 0) return null;
  const most = Math.max(1, ...counts.flat());
  // Two votes have headings, and little room for words.
  const votes = (some: number) => (counts.length === 1 ? count(some, 'vote') : some);
  return html`<table class="histogram"><caption class="unseen">How the class answered</caption>
<thead class="${counts.length === 1 ? 'unseen' : ''}"><tr><th scope="col">Answer</th>${counts.map((_, vote) => html`<th scope="col">${vote === 0 ? 'first' : 'then'}</th>`)}</tr></thead>
<tbody>${choices.map(
    (words, i) => html`
<tr><th scope="row"><bdi>${words}</bdi>${i === right ? html` <b class="right">✓ right</b>` : null}</th>${counts.map((one) => html`<td><meter aria-hidden="true" min="0" max="${most}" value="${one[i] ?? 0}"></meter> ${votes(one[i] ?? 0)}</td>`)}</tr>`,
  )}</tbody></table>`;
}
