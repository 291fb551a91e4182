/** The head of a page with a run of a cell of the notebook, in place of a lesson's. */
import { html } from 'hono/html';
import type { Cell } from '../../server/notebook/cell.ts';
import { swap } from '../page/html.ts';
import { withTerms } from '../page/terms.ts';

/** Returns the title of a cell, which says that it is one. */
export function titleOf({ number, title }: Pick<Cell, 'number' | 'title'>): string {
  return `Notebook, cell ${number}: ${title}`;
}

/** Renders the head. `base`: see `Site`; `isSwap`: for an answer of htmx, which replaces the head on the page. */
export function notebookIntro(cell: Cell, base: string, isSwap = false) {
  const { number, lookFor, lesson } = cell;
  return html`<section class="intro" id="intro" aria-labelledby="lesson-title"${swap(isSwap)}>
<h1 id="lesson-title">${titleOf(cell).replace('cell ', 'cell\u00a0')}</h1>
<p><b>What to look for.</b> ${withTerms(lookFor, base)}</p>
<p class="quiet">This script runs as it is written. <a href="${base}/notebook#cell-${number}">Back to the notebook</a> · <a href="${base}/lessons/${lesson}">The lesson that goes on from it</a></p>
</section>`;
}
