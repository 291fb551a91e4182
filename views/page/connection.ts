/** The line that says how events reach the page, where that is not as it should be. */
import { html } from 'hono/html';
import { CONNECTION_WORDS } from '../../server/words/connection.ts';

/** Renders the line, hidden: the page's script shows it. */
export function connectionLine() {
  return html`<div class="lost" role="status" hidden>${CONNECTION_WORDS.lost}</div>`;
}

/** Renders the line that says why no events come; hidden if they do. The page's script shows and hides it. */
export function lateLine(words: string | null) {
  return html`<p class="late" role="status"${words === null ? html` hidden` : null}>${words}</p>`;
}
