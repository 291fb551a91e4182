/** A member's own page in a room: the name, another device, and leaving. */
import { html } from 'hono/html';

type MemberPageProps = {
  base: string;
  code: string;
  name: string;
  showsName: boolean;
  /** The code for another device, if it was just asked for. */
  device?: string;
  /** Why the name that was typed, which is `name`, cannot be taken. */
  error?: string;
};

/** Renders the page. */
export function memberPage({ base, code, name, showsName, device, error }: MemberPageProps) {
  const form = html`class="room-form" method="post" action="${base}/rooms/${code}/me"`;
  return html`<section class="reading">
<h1>You in room ${code}</h1>
<form ${form}>
<label for="member-name">Your name</label>
<input id="member-name" name="name" value="${name}" maxlength="100" autocomplete="off" aria-describedby="member-name-${error === undefined ? 'help' : 'error'}"${error === undefined ? null : html` aria-invalid="true"`}>
${error === undefined ? null : html`<p id="member-name-error" class="error" role="alert">${error}</p>`}
<p id="member-name-help" class="quiet">This name is shown on the wall. It has at most 24 characters.</p>
<label class="check"><input type="checkbox" name="showsName" value="1"${showsName ? html` checked` : null}> When my run is shown to everyone, show my name with it</label>
<button class="primary" type="submit">Save</button>
</form>
<h2>Another device</h2>
${
  device === undefined
    ? html`<form ${form}><button type="submit" name="do" value="move">Show a code</button></form>`
    : html`<p role="status">Enter room ${code} there, choose “I am in this room on another device”, and type <b class="device-code">${device}</b> within five minutes. This device then leaves the room.</p>`
}
<h2>Leave the room</h2>
<form ${form}><p>Your name is deleted; your runs stay, without it.</p><button type="submit" name="do" value="leave">Leave</button></form>
<p class="ways"><a href="${base}/rooms/${code}">Back to the room</a></p>
</section>`;
}
