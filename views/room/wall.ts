/** The wall of a room, for a projector: how to join, and a live tile for each member. */
import { html } from 'hono/html';
import type { WallMember } from '../../server/figures/room-news.ts';

type WallProps = {
  base: string;
  code: string;
  /** The address to join at, as people type it: without scheme. */
  joinAt: string;
  /** The key of the room, for its stream and QR code. */
  key: string;
  members: Pick<WallMember, 'number' | 'name' | 'handAt' | 'run'>[];
};

/** Renders the wall. Its script draws the tiles; without it, the names and links to the runs are there. */
export function wall({ base, code, joinAt, key, members }: WallProps) {
  const address = `${base}/rooms/${code}`;
  return html`<room-wall data-events="${address}/events?key=${key}" data-runs="${base}/runs/">
<header class="wall-head">
<h1 class="wall-code"><span class="unseen">Room </span>${code}</h1>
<p class="wall-open">Join at <b>${joinAt}</b></p>
<img class="wall-open" src="${address}/qr.svg?key=${key}" width="132" height="132" alt="QR code of the link into this room">
<p class="wall-count">${members.length} here</p>
<label class="wall-sort wall-open">Sort <select name="sort"><option value="name">by name</option><option value="new">newest first</option><option value="stuck">who is stuck</option></select></label>
</header>
<p class="wall-empty wall-open">Nobody is here yet. Open <b>${joinAt}</b> on your device and enter <b>${code}</b>, or scan the code.</p>
<p class="wall-pages" role="group" aria-label="Pages of tiles" hidden><button type="button" class="wall-before">Previous</button> <span class="wall-page"></span> <button type="button" class="wall-after">Next</button> <button type="button" class="wall-stay" aria-pressed="false">Stay on this page</button></p>
<div class="wall-round" aria-live="polite"></div>
<ol class="wall-tiles">${members.map(
    ({ number, name, handAt, run }) => html`
<li data-member="${number}"><span class="wall-name"><bdi>${name}</bdi></span><span>${run === null ? 'has not run yet' : html`<a href="${base}/runs/${run}">latest run</a>`}${handAt === null ? null : ' · asks for help'}</span></li>`,
  )}</ol>
<div class="wall-times wall-open"></div>
</room-wall>`;
}
