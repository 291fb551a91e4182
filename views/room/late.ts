/** What a member sent to a round that did not ask for it any more. */
import { html } from 'hono/html';

export type Late = {
  /** Why it does not count. */
  message: string;
  /** What they wrote; left out of an answer. */
  text?: string;
  /** Whether they have just sent it. */
  isSent?: boolean;
};

/**
 * Renders what came too late, or the place for it. A text stays until its writer closes it, whatever the class goes on
 * to; an answer, for as long as the round is `at` the same phase.
 */
export function latePart(late: Late | undefined, at: string) {
  const isText = late?.text !== undefined && late.text !== '';
  return html`<div id="late-line"${isText ? html` class="late" hx-morph-skip` : null}>${isText ? lateLine(late) : null}</div>
<div id="late-${at}"${late && !isText ? html` hx-morph-skip` : null}>${late && !isText ? html`<p class="error" role="alert">${late.message}</p>` : null}</div>`;
}

function lateLine({ message, text, isSent }: Late) {
  return html`<p id="late-error" class="error" role="alert">${message} Here it is, to copy.</p>
<label for="late-text">Your line</label> <input id="late-text" value="${text}" readonly aria-describedby="late-error"${isSent ? html` autofocus` : null}> <button class="drop-late scripted-only" type="button">Close</button>`;
}
