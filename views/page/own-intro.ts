/** The head of a page with a program that somebody wrote: its title, and the lesson that it was made from. */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';

/** The field that tells the server that the page shows this head, in place of the lesson's. */
export const SHOWN = 'shown';

export type OwnIntroProps = {
  /** The program's title. */
  title: string;
  /** The lesson that it was made from; null if there is none. */
  madeFrom: Pick<CatalogueEntry, 'slug' | 'title'> | null;
  /** Whether the page shows a run of it. */
  hasRun: boolean;
  /** See `Site`. */
  base: string;
};

/** Renders the head. `isSwap`: for an answer of htmx, which replaces the head on the page. */
export function ownIntro({ title, madeFrom, hasRun, base }: OwnIntroProps, isSwap = false) {
  const lesson = madeFrom && html`<a href="${base}/lessons/${madeFrom.slug}">${madeFrom.title}</a>`;
  const origin = lesson
    ? html`Made from the lesson ${lesson}, and changed since.`
    : 'Not a lesson: somebody wrote this program.';
  return html`<section class="intro" id="intro" aria-labelledby="lesson-title"${swap(isSwap)}>
<h1 id="lesson-title" dir="auto">${title}</h1>
<p>${hasRun || lesson ? origin : null}${hasRun ? null : html` Change the program below, then press Run. Only this browser has it until you do.`}</p>
${lesson && html`<input type="hidden" name="${SHOWN}" value="own" form="run-form">`}
</section>`;
}

/** Renders the attribute that replaces an element of the page; nothing if not `isSwap`. */
export function swap(isSwap: boolean) {
  return isSwap ? html` hx-swap-oob="outerHTML"` : null;
}
