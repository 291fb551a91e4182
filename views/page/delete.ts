/** The page that asks whether to delete a run or a series of runs. */
import { html } from 'hono/html';

/**
 * `address` is the path of what would be deleted, and `what` its name. `isLive`: it has not ended. `key`: see
 * server/routes/rights.ts.
 */
type DeleteProps = { address: string; what: string; isLive: boolean; key: string | undefined };

/** Renders the question, and a form to confirm. */
export function deletePage({ address, what, isLive, key }: DeleteProps) {
  const action = `${address}/delete${key === undefined ? '' : `?key=${key}`}`;
  return html`<section class="reading">
<h1>Delete this ${what}?</h1>
<p>${isLive ? 'It has not ended, and will be cancelled. ' : ''}The link will stop working for everyone. Settings, program, timelines and console are removed from this server. This cannot be undone.</p>
<form class="confirm" method="post" action="${action}"><button type="submit">Delete</button> <a href="${address}">Keep it</a></form>
</section>`;
}
