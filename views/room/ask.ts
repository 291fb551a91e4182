/** The page on which a teacher writes a question of their own, and the program that it is about. */
import { html } from 'hono/html';
import { errorAt, invalid, linkField, programField } from './give.ts';

/** What was typed: see `TypedQuestion`. */
export type AskTyped = { question: string; choices: string[]; right: string; run: string; program: string };

/** What is wrong with it: `question`, `choices`, `choice-0` and so on, `right`, `run` and `program`. */
export type AskErrors = Record<string, string>;

type AskProps = {
  /** The path of the room. */
  address: string;
  /** The query with the teacher's key. */
  key: string;
  /** The code of the room. */
  code: string;
  /** The title of what the class works on now. */
  about: string;
  /** How many rounds there were. */
  after: number;
  typed: AskTyped;
  errors: AskErrors;
};

const CHOICES = 6;

/** Renders the page. */
export function askPage({ address, key, code, about, after, typed, errors }: AskProps) {
  const choices = Array.from({ length: Math.max(CHOICES, typed.choices.length) }, (_, i) => i);
  return html`<section class="reading give">
<h1>Ask room ${code}</h1>
<form class="room-form" method="post" action="${address}/ask${key}">
<input type="hidden" name="after" value="${after}">
<label for="ask-question">Your question</label>
<input id="ask-question" class="wide" name="question" value="${typed.question}" maxlength="1000" autocomplete="off"${invalid('ask-question', errors.question)}>
${errorAt('ask-question', errors.question)}
<fieldset class="answers"${describe('ask-choices', errors.choices)}><legend>Two to six answers. Mark the right one, if there is one: it is shown once the class explains</legend>
${errorAt('ask-choices', errors.choices)}
${choices.map((i) => choiceField(i, typed, errors[`choice-${i}`]))}
<label class="check"><input type="radio" id="right-none" name="right" value=""${typed.right === '' ? html` checked` : null}> No answer is marked as right</label>
${errorAt('ask-right', errors.right)}
</fieldset>
<p>A program can come with the question, and the class then works on it. Leave both fields empty to ask about what it works on now, “<bdi>${about}</bdi>”.</p>
${linkField(typed.run, errors.run)}
${programField(typed.program, errors.program)}
<p><button class="primary" type="submit">Ask everyone</button></p>
</form>
<p class="ways"><a href="${address}/teach${key}">Back to the room</a></p>
</section>`;
}

function choiceField(i: number, { choices, right }: AskTyped, error: string | undefined) {
  const id = `ask-choice-${i}`;
  return html`<p class="answer"><label class="unseen" for="${id}">Answer ${i + 1}</label><input id="${id}" name="choice" value="${choices[i] ?? ''}" maxlength="500" autocomplete="off"${invalid(id, error)}> <label class="check"><input type="radio" name="right" value="${i}"${right === String(i) ? html` checked` : null}> right<span class="unseen"> is answer ${i + 1}</span></label></p>
${errorAt(id, error)}
`;
}

function describe(id: string, error: string | undefined) {
  return error === undefined ? null : html` aria-describedby="${id}-error"`;
}
