/** Pages outside a room: to enter one, to open one, and to join one under a name. */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { errorAt, invalid } from './give.ts';

/** A room in the list of those that somebody is in. */
type OwnRoom = { code: string; name: string };

/** Renders the page where a code is typed. `typed` is what was typed there, if that was wrong. */
export function enterRoom({
  base,
  own,
  typed = '',
  error,
  ended,
}: {
  base: string;
  own: OwnRoom[];
  /** The code of a room that its teacher has just ended. */
  ended?: string;
  typed?: string;
  error?: string;
}) {
  return html`<section class="reading">
<h1>Enter a room</h1>
${ended === undefined ? null : html`<p role="status"><b>Room ${ended} has ended.</b> The names and answers in it are deleted.</p>`}
<p>A room is a class: everyone in it runs programs on this server, and sees the others’ timelines on the wall.</p>
<form class="room-form" method="get" action="${base}/rooms">
<label for="room-code">The room’s four letters</label>
<input id="room-code" name="code" value="${typed}" required maxlength="12" autocomplete="off" autocapitalize="characters" spellcheck="false" autofocus${invalid('room-code', error)}>
${errorAt('room-code', error)}
<button class="primary" type="submit">Enter</button>
</form>
${own.length === 0 ? null : html`<p>You are in ${own.map(({ code, name }, i) => html`${i === 0 ? '' : ', '}<a href="${base}/rooms/${code}">${code}</a> as <bdi>${name}</bdi>`)}.</p>`}
<p class="ways"><a href="${base}/rooms/new">Open a room for your class</a></p>
</section>`;
}

/** Renders the form that opens a room. */
export function newRoom({
  base,
  lessons,
  asksKey,
  error,
}: {
  base: string;
  lessons: CatalogueEntry[];
  asksKey: boolean;
  error?: string;
}) {
  return html`<section class="reading">
<h1>Open a room</h1>
<p>Learners enter it with a code of four letters, or by scanning it from the wall. Nobody needs an account.</p>
<form class="room-form" method="post" action="${base}/rooms">
<label for="room-lesson">Lesson to begin with</label>
<select id="room-lesson" name="lesson">${lessons.map(({ slug, title }) => html`<option value="${slug}">${title}</option>`)}</select>
${asksKey ? html`<label for="room-key">Room key, from whoever hosts this server</label><input id="room-key" name="key" type="password" value="" required autocomplete="off"${error === undefined ? null : html` aria-invalid="true" aria-describedby="room-error"`}>` : null}
<button class="primary" type="submit">Open the room</button>
${error === undefined ? null : html`<p id="room-error" class="error" role="alert">${error}</p>`}
</form>
<p class="quiet">The room ends after two weeks, or when you end it. Names are then deleted; the runs stay as long as all others, without names.</p>
</section>`;
}

/** Renders the form in which a learner takes a name. `key` lets them in where the code alone would not. */
export function joinRoom({
  base,
  code,
  key,
  typed = '',
  error = {},
}: {
  base: string;
  code: string;
  key: string | undefined;
  /** The name that was typed, if it cannot be taken. */
  typed?: string;
  /** What is wrong: with the name, with the code of another device, or with all of it. */
  error?: { name?: string; device?: string; all?: string };
}) {
  return html`<section class="reading">
<h1>Room ${code}</h1>
<form class="room-form" method="post" action="${base}/rooms/${code}/join">
${key === undefined ? null : html`<input type="hidden" name="key" value="${key}">`}
<label for="member-name">Your name</label>
<input id="member-name" name="name" value="${typed}" maxlength="100" autocomplete="off" autofocus${error.name === undefined ? html` aria-describedby="member-name-help"` : invalid('member-name', error.name)}>
${errorAt('member-name', error.name)}
<p id="member-name-help" class="quiet">This name is shown on the wall. It has at most 24 characters. Leave it empty, and you get one, such as “Blue Heron”.</p>
<label class="check"><input type="checkbox" name="showsName" value="1"> When my run is shown to everyone, show my name with it</label>
<button class="primary" type="submit">Enter the room</button>
${errorAt('join', error.all)}
</form>
<details${error.device === undefined ? null : html` open`}><summary>I am in this room on another device</summary>
<form class="room-form" method="post" action="${base}/rooms/${code}/device">
${key === undefined ? null : html`<input type="hidden" name="key" value="${key}">`}
<label for="device-code">The six digits that it shows under “Name and other device”</label>
<input id="device-code" name="device" inputmode="numeric" autocomplete="one-time-code" maxlength="10" required${invalid('device-code', error.device)}>
${errorAt('device-code', error.device)}
<button type="submit">Go on here</button>
</form></details>
</section>`;
}
