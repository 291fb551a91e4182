/** The head of a page with a program that somebody wrote: its title, and the lesson that it was made from. */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { swap } from './html.ts';

/** The field that tells the server that the page shows this head, in place of the lesson's. */
export const SHOWN = 'shown';

type OwnIntroProps = {
  /** The program's title. */
  title: string;
  /** The lesson that it was made from; null if there is none. */
  madeFrom: Pick<CatalogueEntry, 'slug' | 'title'> | null;
  /** Whose run of it the page shows; null if it shows none. */
  runOf: 'me' | 'others' | null;
  /** Whether that is a run of a script in Python. */
  isScript: boolean;
  /** Why it cannot be changed and run on this server, in a sentence; null if it can. */
  whyFixed: string | null;
  /** See `Site`. */
  base: string;
};

/** What is drawn of a script in Python, and what is not. */
export const DRAWN_OF_SCRIPT =
  'Drawn are the threads and processes that a script starts, their sleeps and joins, its locks, semaphores, conditions, events and barriers, and its first queue. Not seen are its variables and pipes, and the tasks of a pool.';

/** Renders the head. `isSwap`: for an answer of htmx, which replaces the head on the page. */
export function ownIntro(
  { title, madeFrom, runOf, isScript, whyFixed, base }: OwnIntroProps,
  isSwap = false,
) {
  const whose = runOf === 'others' ? 'Somebody else’s program' : 'Your own program';
  const origin = madeFrom
    ? html`${whose}, made from the lesson <a href="${base}/lessons/${madeFrom.slug}">${madeFrom.title}</a>.`
    : `${whose}, not a lesson.`;
  const before = whyFixed ?? 'Change the program, then press Run. Nothing is stored until you do.';
  return html`<section class="intro" id="intro" aria-labelledby="lesson-title"${swap(isSwap)}>
<h1 id="lesson-title"><bdi>${title}</bdi></h1>
${runOf === null && madeFrom === null ? null : html`<p>${origin}</p>`}
${runOf === null ? html`<p>${before}</p>` : null}
${isScript ? html`<p class="quiet">A script, run as it is written. ${DRAWN_OF_SCRIPT}</p>` : null}
${madeFrom && html`<input type="hidden" name="${SHOWN}" value="own" form="run-form">`}
</section>`;
}
