/** What a viewer can do about a run besides running it: delete it, or report it to the operator. */
import { html } from 'hono/html';
import { isStrange } from '../../server/notebook/notebook.ts';
import type { RunProps } from './view.ts';

/** Longest reason of a report, in characters. */
export const REASON_CHARS = 1000;

/** Renders the link to delete one's own run, or the form to report a program that somebody else wrote. */
export function ownWays({ id, mine, base, spec }: Pick<RunProps, 'id' | 'mine' | 'base' | 'spec'>) {
  const address = `${base}/runs/${id}`;
  if (mine) return html`<p class="delete-run"><a href="${address}/delete">Delete this run</a></p>`;
  if (!isStrange(spec)) return null;
  return html`<details class="report">
<summary>Report this run</summary>
<form method="post" action="${address}/report" hx-post="${address}/report" hx-swap="outerHTML" hx-disable="find button">
<label for="report-reason">What is wrong with it?</label>
<textarea id="report-reason" name="reason" rows="3" maxlength="${REASON_CHARS}" required></textarea>
<p class="quiet">The operator of this server will see this text and the run. Nothing about you is stored with it.</p>
<button type="submit">Send the report</button>
</form>
</details>`;
}
