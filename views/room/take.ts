/** The downloads of a room, on its teacher's page. */
import { html } from 'hono/html';

/** Renders links to everything in the room. `address` is that of the room, and `key` its teacher's, as `?key=…`. */
export function roomDownloads(address: string, key: string) {
  return html`<h2>Keep a copy</h2>
<p>A copy has the names that people took, and what they wrote. Keep it as you keep their other work.</p>
<ul>
<li><a href="${address}/export.zip${key}" download>Everything as a ZIP file</a>: runs, programs, answers, explanations, and tables of them</li>
<li><a href="${address}/export.html${key}" download>The runs as a web page</a>: one file that replays them without a server and without a network</li>
</ul>`;
}
