/** The page on which a teacher gives the room a program, or a repaired one. */
import { html } from 'hono/html';
import { LANGUAGE_NAMES, type Language } from '../../server/spec/language.ts';

/** What is wrong with what was typed. */
export type GiveErrors = { run?: string; program?: string };

type GiveProps = {
  /** The path of the room. */
  address: string;
  /** The query with the teacher's key. */
  key: string;
  /** The code of the room. */
  code: string;
  /** As typed. */
  program: string;
  run: string;
  /** The language of the program; null if changed programs run in one only. */
  language: Language | null;
  errors: GiveErrors;
};

/** Renders the page. */
export function givePage({ address, key, code, program, run, language, errors }: GiveProps) {
  return html`<section class="reading give">
<h1>Program of room ${code}</h1>
<p>Every learner gets a copy of their own to change and run. Give it again when you have repaired it: the repair goes into all copies, and what learners have changed is kept.</p>
<form class="room-form" method="post" action="${address}/program${key}">
${linkField(run, errors.run)} <button type="submit" name="do" value="run">Give the program of this run</button>
${programField(program, errors.program)}
${language && languageField(language)}
<p><button class="primary" type="submit" name="do" value="text">Give it to everyone</button></p>
</form>
<p class="ways"><a href="${address}/teach${key}">Back to the room</a></p>
</section>`;
}

/** Renders the field for the link of a run. */
export function linkField(run: string, error: string | undefined) {
  return html`<label for="give-run">Link to a run: its settings come with its program</label>
${errorAt('give-run', error)}
<input id="give-run" name="run" value="${run}" maxlength="400" autocomplete="off"${invalid('give-run', error)}>`;
}

/** Renders the field for a program. */
export function programField(program: string, error: string | undefined) {
  return html`<label for="give-program">Or the program itself</label>
${errorAt('give-program', error)}
<textarea id="give-program" name="code" rows="${Math.max(8, Math.min(30, program.split('\n').length + 2))}" spellcheck="false" autocapitalize="off" autocomplete="off"${invalid('give-program', error)}>
${program}</textarea>`;
}

/** Renders the choice of the program's language. */
function languageField(chosen: Language) {
  const options = Object.entries(LANGUAGE_NAMES).map(
    ([value, name]) =>
      html`<option value="${value}"${value === chosen ? html` selected` : null}>${name}</option>`,
  );
  return html`<p><label for="give-language">In</label> <select id="give-language" name="language">${options}</select></p>`;
}

/** Marks a field as wrong, and names its error. */
export function invalid(id: string, error: string | undefined) {
  return error === undefined ? null : html` aria-invalid="true" aria-describedby="${id}-error"`;
}

/** Renders the error of a field, a line for each; nothing if there is none. */
export function errorAt(id: string, error: string | undefined) {
  if (error === undefined) return null;
  return html`<p id="${id}-error" class="error" role="alert">${error.split('\n').map((line, i) => html`${i === 0 ? null : html`<br>`}<bdi>${line}</bdi>`)}</p>`;
}
