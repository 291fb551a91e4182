/** A lesson on the page: its text before the run, and after it. */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { swap } from './html.ts';
import { termsIn, withTerms } from './terms.ts';

/**
 * When a guess is made: `before` a run, so that it can be changed; while one of this visitor is `running`; or `after`
 * one that has decided it.
 */
type GuessStage = 'before' | 'running' | 'after';

/** `chosen`: the index of the choice that was made, if the server knows it. */
export type GuessProps = { stage: GuessStage; chosen: number | null };

/**
 * Renders the head of a lesson's page: the title, what to look for, and a guess to make before pressing Run. `base`:
 * see `Site`; `again`: the address of the lesson, for another guess; `isSwap`: for an answer of htmx, which replaces the
 * head on the page.
 */
export function lessonIntro(
  { slug, title, text, prediction }: CatalogueEntry,
  guess: GuessProps,
  base: string,
  again: string,
  isSwap = false,
) {
  return html`<section class="intro" id="intro" aria-labelledby="lesson-title"${swap(isSwap)}>
<h1 id="lesson-title">${title}</h1>
${text.lookFor === '' ? null : html`<p><b>What to look for.</b> ${withTerms(text.lookFor, base)}</p>`}
${
  prediction.choices.length === 0
    ? null
    : html`${guessField(slug, prediction, guess, again)}
<p class="edited-note quiet">You have changed the program. The lesson’s question is about the original, which Reset brings back.</p>`
}
</section>`;
}

/**
 * Renders the choices. A guess is not part of a run, and stays in this browser (static/page/lessons.ts); only without
 * script is it sent with the form, so that the run's page can judge it.
 */
function guessField(
  slug: string,
  { question, choices }: CatalogueEntry['prediction'],
  { stage, chosen }: GuessProps,
  again: string,
) {
  return html`<fieldset class="guess" data-lesson="${slug}" data-stage="${stage}"${stage === 'before' ? null : html` disabled`}>
<legend><span class="before">Your guess first.</span><span class="while-running">Your guess.</span><span class="after-run">Already run. <a href="${again}">Guess again</a></span> <span class="question">${question}</span></legend>
${choices.map((choice, i) => html`<label class="choice"><input id="guess-${i}" type="radio" name="guess" value="${choice}" form="run-form"${i === chosen ? html` checked` : null}><span>${choice}</span></label>`)}
</fieldset>`;
}

/**
 * Renders the explanation, collapsed until a run has decided the guess, so that it does not give away the answer. An
 * empty one keeps its place. `isSwap`: as in {@link lessonIntro}. `challenge`: the name of the lesson's challenge;
 * `cell`: the number of the notebook's cell that the lesson goes on from.
 */
export function lessonExplanation(
  { text }: Pick<CatalogueEntry, 'text'>,
  isDecided: boolean,
  base: string,
  isSwap = false,
  { challenge, cell }: { challenge?: string | undefined; cell?: number | undefined } = {},
) {
  const seen = termsIn(text.lookFor);
  const parts = [
    ['What happened, and why', text.happened],
    ['JavaScript and Python', text.javascript],
    ['In the real world', text.inRealWork],
  ] as const;
  const there = parts.filter(([, words]) => words !== '');
  if (there.length === 0) return html`<section id="told" class="told" hidden${swap(isSwap)}></section>`;
  return html`<section id="told" class="told" aria-label="What happened, and why"${swap(isSwap)}>
${there.map(([title, words]) => html`<details${isDecided ? html` open` : null}><summary>${title}</summary><p>${withTerms(words, base, seen)}</p></details>`)}
${challenge === undefined ? null : html`<p><a href="${base}/challenges/${challenge}">Challenge: break it, then fix it</a></p>`}
${cell === undefined ? null : html`<p><a href="${base}/notebook#cell-${cell}">Cell ${cell} of the notebook, as a script in Python</a></p>`}
</section>`;
}
