/**
 * The guess, judged by the run: which choice was right, which one the visitor made, and why. Below it, one line to
 * explain in one's own words. The server renders it; the page's script renders the judgement again when the run ends,
 * with the guess that this browser keeps.
 */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import type { Prediction } from '../../server/lessons/lesson.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { type Answer, answerOf } from '../../server/words/claim.ts';
import { headline } from './headline.ts';

/** Most characters of an explanation. */
const MOST_WORDS = 280;

/** Reports whether a run decides the guess: it has ended, and was not stopped from outside. */
export function isDecided({ state, status }: Pick<RunTimeline, 'state' | 'status'>): boolean {
  return state === 'ended' && status !== 'cancelled' && status !== 'interrupted';
}

/**
 * Renders the section, hidden until the run decides. `guess`: the index of the choice that was made, if the server
 * knows it: without script it is in the page's address.
 */
export function judgedSection(lesson: CatalogueEntry | null, timeline: RunTimeline, guess: number | null) {
  if (lesson === null || lesson.claim === null || lesson.prediction.choices.length === 0) return null;
  const { prediction, claim, slug } = lesson;
  const isShown = isDecided(timeline);
  return html`<div class="judged" role="region" data-lesson="${slug}" aria-labelledby="judged-title"${isShown ? null : html` hidden`}>
<div class="judgement">${isShown ? judgement(prediction, answerOf(timeline, claim), guess) : null}</div>
<p class="own-words"><label for="own-words">Explain it in your own words</label> <input id="own-words" type="text" maxlength="${MOST_WORDS}" autocomplete="off" aria-describedby="own-words-kept"> <small id="own-words-kept" class="quiet">Kept in this browser only.</small></p>
</div>`;
}

/** Renders the judgement. `answer`: null if the run does not answer the question. */
export function judgement({ question, choices }: Prediction, answer: Answer | null, guess: number | null) {
  return html`<h3 id="judged-title">${verdict(answer, guess)}</h3>
<p class="judged-question">${question}</p>
<ul class="judged-choices">${choices.map((choice, i) => choiceItem(choice, answer ? answer.right.includes(i) : null, i === guess))}</ul>
${answer === null ? html`<p class="judged-why">This run does not answer the question. Try the lesson’s own settings.</p>` : html`<p class="judged-why"><b>Why:</b> ${headline(answer.why)}</p>`}`;
}

/** Renders a choice. `isRight`: null if the run does not say. */
function choiceItem(choice: string, isRight: boolean | null, isYours: boolean) {
  const classes = [isRight ? 'is-right' : '', isYours ? 'is-yours' : ''].filter(Boolean).join(' ');
  const sign = isRight ? '✓' : isYours && isRight === false ? '✗' : '';
  const tags = [isRight ? 'right' : '', isYours ? 'your guess' : ''].filter(Boolean).join(', ');
  return html`<li class="${classes}"><span class="sign" aria-hidden="true">${sign}</span> <span>${choice}</span>${tags === '' ? null : html` <b class="tag">${tags}</b>`}</li>`;
}

function verdict(answer: Answer | null, guess: number | null): string {
  if (answer === null) return 'No answer from this run';
  const { right } = answer;
  if (right.length === 0) return 'No answer fits this run';
  if (guess === null) return right.length > 1 ? 'The answer: it depends' : 'The answer';
  if (!right.includes(guess)) return 'Your guess was wrong';
  return right.length > 1 ? 'Your guess was right, but it depends' : 'Your guess was right';
}
