/** What a room's pages say before it ends by itself. `ends`: as `in 2 days`; null if that is not soon. */
import { html } from 'hono/html';

/** Renders the notice for whoever teaches, who can keep the room. `address`: of the room; `key`: the teacher's query. */
export function teacherExpiry(ends: string | null, address: string, key: string) {
  if (ends === null) return null;
  return html`<form class="room-rule" method="post" action="${address}/keep${key}"><p role="status">This room ends ${ends}. All names, answers and explanations are then deleted, so download what you want to keep.</p><button type="submit">Keep the room for two more weeks</button></form>`;
}

/** Renders the notice for a member. */
export function memberExpiry(ends: string | null, base: string) {
  if (ends === null) return null;
  return html`<p class="room-rule" role="status">This room ends ${ends}. Your name and your answers are then deleted. Your runs stay, without your name, under <a href="${base}/runs">My runs</a>.</p>`;
}
