/** What a page says about views of runs that are shared in a room: see static/room/shared-views.ts. */
import { html } from 'hono/html';

type TaughtBarProps = {
  base: string;
  code: string;
  teacherKey: string;
  /** The run on the page. */
  run: string;
  /** The member whom the teacher looks along with; null for none. */
  beside: { number: number; name: string; hasHand: boolean } | null;
  /** Whether the class follows a teacher's view now. */
  isShown: boolean;
};

/** Returns the address of a run as whoever teaches opens it: alone, or together with a member. */
export function taughtRun(base: string, code: string, teacherKey: string, run: string, member?: number) {
  const beside = member === undefined ? '' : `&with=${member}`;
  return `${base}/rooms/${code}/teach/runs/${run}?key=${teacherKey}${beside}`;
}

/** Renders the bar above a run that was opened from the teacher's page; `isWhole`: with the element that follows the room. */
export function taughtBar(props: TaughtBarProps, isWhole: boolean) {
  const { base, code, teacherKey, run, beside, isShown } = props;
  const address = `${base}/rooms/${code}`;
  const key = `?key=${teacherKey}`;
  const alone = taughtRun(base, code, teacherKey, run);
  const bar = html`<section id="room-bar" aria-label="Room">
<div class="room-who"><p><a href="${address}/teach${key}">Teach in room ${code}</a></p>
${beside === null ? html`<p class="scripted-only"><button class="show-view" type="button" aria-pressed="false">Follow me</button></p>` : null}
${beside?.hasHand ? html`<form method="post" action="${address}/members/${beside.number}/hand${key}"><button type="submit">Lower the hand</button></form>` : null}</div>
${
  beside === null
    ? html`<p class="quiet" role="status"><span class="while-on">Everyone in the room follows your view of this run: zoom, selection and replay.</span><span class="while-off">${isShown ? 'The class follows the view of another page. “Follow me” shows this one instead.' : 'With “Follow me”, everyone in the room sees your view of this run: zoom, selection and replay.'}</span></p>`
    : html`<p class="quiet" role="status">You look along with <b><bdi>${beside.name}</bdi></b>, who is told so. You both see the same zoom, selection and replay. <a href="${alone}">Look alone</a></p>`
}
</section>`;
  if (!isWhole) return bar;
  const withMember = beside === null ? '' : `&with=${beside.number}`;
  const send =
    beside === null
      ? html`data-show="${address}/look${key}"`
      : html`data-beside="${address}/beside${key}${withMember}"`;
  return html`<room-follow data-news="${address}/news${key}&run=${run}${withMember}" data-part="${address}/teach/runs/${run}/bar${key}${withMember}" data-target="#room-bar" data-taught="${address}/teach/runs/" ${send}>${bar}</room-follow>`;
}

/** Renders for a member what the teacher shows, and looks along with; runs by id, or null. */
export function sharedViews(base: string, shown: string | null, beside: string | null) {
  return html`${
    shown &&
    beside === null &&
    html`<p class="shared-view" role="status"><span class="while-on">You follow your teacher’s view of <a href="${base}/runs/${shown}">this run</a>.</span><span class="while-off">Your teacher shows <a href="${base}/runs/${shown}">a run</a> to everyone. <button class="follow-teacher scripted-only" type="button">Follow</button></span></p>`
  }${
    beside &&
    html`<p class="shared-view" role="status">Your teacher looks at <a href="${base}/runs/${beside}">this run</a> with you: you both see the same zoom, selection and replay.</p>`
  }`;
}
