/** A lesson on the page: its text before the run, and after it. */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { lessonName } from './lesson-strip.ts';
import { termsIn, withTerms } from './terms.ts';

/**
 * Renders the head of a lesson's page: the title, what to look for, and a guess to make before pressing Run. `hasEnded`:
 * the run on the page has ended. `base`: see `Site`.
 */
export function lessonIntro(
  { slug, title, text, prediction }: CatalogueEntry,
  hasEnded: boolean,
  base: string,
) {
  const name = text.lookFor === '' ? lessonName(slug) : title;
  return html`<section class="intro" aria-labelledby="lesson-title">
<h1 id="lesson-title">${name}</h1>
${text.lookFor === '' ? null : html`<p><b>What to look for.</b> ${withTerms(text.lookFor, base)}</p>`}
${prediction.choices.length === 0 ? null : guess(slug, prediction, hasEnded, base)}
</section>`;
}

/**
 * Renders the choices outside the form: a guess is not part of a run, and stays in this browser. Once a run has ended
 * the guess is fixed (static/page/lessons.ts), until the lesson is reopened.
 */
function guess(
  slug: string,
  { question, choices }: CatalogueEntry['prediction'],
  hasEnded: boolean,
  base: string,
) {
  return html`<fieldset class="guess" data-lesson="${slug}"${hasEnded ? html` disabled` : null}>
<legend><span class="before">Your guess first.</span><span class="after-run">Already run. <a href="${base}/lessons/${slug}">Guess again</a></span> <span class="question">${question}</span></legend>
${choices.map((choice, i) => html`<label class="choice"><input id="guess-${i}" type="radio" name="guess" value="${choice}" autocomplete="off"><span>${choice}</span></label>`)}
</fieldset>`;
}

/**
 * Renders the explanation, collapsed before the run so that it does not give away the answer. `hasEnded`: the run has
 * ended.
 */
export function lessonExplanation({ text }: Pick<CatalogueEntry, 'text'>, hasEnded: boolean, base: string) {
  const seen = termsIn(text.lookFor);
  const parts = [
    ['What happened, and why', text.happened],
    ['JavaScript and Python', text.javascript],
    ['In the real world', text.inRealWork],
  ] as const;
  const there = parts.filter(([, words]) => words !== '');
  if (there.length === 0) return null;
  return html`<section id="told" class="told" aria-label="What happened, and why">
${there.map(([title, words]) => html`<details${hasEnded ? html` open` : null}><summary>${title}</summary><p>${withTerms(words, base, seen)}</p></details>`)}
</section>`;
}
