/** The part of the teacher's page that is about the whole class at once: stop, lock, close. */
import { html } from 'hono/html';

export type HandProps = {
  /** Whether only programs that nobody has changed may be run. */
  isLocked: boolean;
  /** Whether nobody may enter, run or answer. */
  isClosed: boolean;
  /** The program that the room is about; null if that is a lesson. */
  program: { title: string } | null;
};

/** Renders the buttons. `address`: of the room; `key`: the query with the teacher's key. */
export function handPart({ isLocked, isClosed, program }: HandProps, address: string, key: string) {
  return html`<h2 id="class" tabindex="-1">The class</h2>
<div class="room-form">
<form method="post" action="${address}/stop${key}"><button id="stop" type="submit">Stop all runs</button></form>
${toggle('lock', isLocked, isLocked ? 'Unlock editing' : 'Lock editing', address, key)}
${toggle('close', isClosed, isClosed ? 'Open the room again' : 'Close the room', address, key)}
</div>
<p><a id="program" href="${address}/program${key}">${program === null ? 'Give a program' : 'Change the program'}</a> · <a id="rules" href="${address}/rules${key}">Lessons and limits</a></p>
${program && html`<p>The class works on “<bdi>${program.title}</bdi>”.</p>`}
<p class="quiet" role="status">${isClosed ? 'The room is closed: nobody can enter, run or answer. Everything is kept.' : isLocked ? 'Editing is locked: only programs as you gave them can run. What learners have written is kept.' : null}</p>`;
}

function toggle(name: 'lock' | 'close', isOn: boolean, words: string, address: string, key: string) {
  return html`<form method="post" action="${address}/${name}${key}"><button id="${name}" type="submit" name="on" value="${isOn ? '0' : '1'}">${words}</button></form>`;
}
