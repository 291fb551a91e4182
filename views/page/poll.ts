/** Parts of a page that request themselves until they are final. */
import { html } from 'hono/html';

/** How long to wait for a response before the connection counts as lost. */
const TIMEOUT = '10s';

/** Renders the attributes of a part that replaces itself with what is at `address`, `every` so often: '2s'. */
export function poll(address: string, every: string) {
  return html` hx-get="${address}" hx-trigger="every ${every}" hx-swap="outerMorph" hx-config="timeout:${TIMEOUT}"`;
}
