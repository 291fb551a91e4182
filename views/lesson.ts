/** A lesson on the page: its words before the run, and those after it. */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../server/lessons/catalogue.ts';
import { lessonName } from './lesson-strip.ts';

/** What the form's page is headed by: the title, what to look for, and a guess to make before Run is pressed. */
export function lessonIntro({ slug, title, text, prediction }: CatalogueEntry) {
  const name = text.lookFor === '' ? lessonName(slug) : title;
  return html`<section class="intro" aria-labelledby="lesson-title">
<h1 id="lesson-title">${name}</h1>
${text.lookFor === '' ? null : html`<p><b>What to look for.</b> ${text.lookFor}</p>`}
${prediction.choices.length === 0 ? null : guess(slug, prediction)}
</section>`;
}

/** The choices stand in no form: a guess is no part of a run, and stays in this browser. */
function guess(slug: string, { question, choices }: CatalogueEntry['prediction']) {
  return html`<fieldset class="guess" data-lesson="${slug}">
<legend>Your guess first. <span>${question}</span></legend>
${choices.map((choice, i) => html`<label class="choice"><input id="guess-${i}" type="radio" name="guess" value="${choice}" autocomplete="off"><span>${choice}</span></label>`)}
</fieldset>`;
}

/**
 * What is to be read after the run: closed before, so that it does not give away what the guess is about. `isTold`: the
 * run has ended.
 */
export function lessonTold({ text }: CatalogueEntry, isTold: boolean) {
  const parts = [
    ['What happened, and why', text.happened],
    ['In JavaScript, not in Python', text.javascript],
    ['In real work', text.inRealWork],
  ] as const;
  const there = parts.filter(([, words]) => words !== '');
  if (there.length === 0) return null;
  return html`<section id="told" class="told" aria-label="What happened, and why">
${there.map(([title, words]) => html`<details${isTold ? html` open` : null}><summary>${title}</summary><p>${words}</p></details>`)}
</section>`;
}
