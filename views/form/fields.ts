/** The form's single fields. A field that is wrong says so to a reader of the screen as well as to the eye. */
import { html } from 'hono/html';
import { MODES } from '../../server/spec/modes.ts';
import { RUNTIMES } from '../../server/spec/runtimes.ts';
import { type FieldErrors, WORKS } from '../../server/spec/spec.ts';
import type { Html } from '../page/html.ts';
import type { FormValues } from './values.ts';

/** All that a field needs of its form; `focus` names the field that is to have the focus. */
export type FieldContext = { values: FormValues; errors: FieldErrors; focus: keyof FormValues | null };

type Name = keyof FormValues;

/** One line of text or a number, with its label. Its error is shown by `errorText`, wherever there is room for it. */
export function textField(
  name: Exclude<Name, 'modes'>,
  label: string | Html,
  inputmode: 'numeric' | 'decimal',
  { values, errors, focus }: FieldContext,
  placeholder = '',
) {
  return html`<label class="field" for="${name}"><span>${label}</span>
<input id="${name}" name="${name}" type="text" inputmode="${inputmode}" autocomplete="off" value="${values[name]}"${placeholder === '' ? null : html` placeholder="${placeholder}"`}${invalid(name, errors)}${focus === name ? html` autofocus` : null}></label>`;
}

/** One of several boxes by the same name, with a line that says what it means. */
export function checkField(name: 'modes', value: string, label: string, hint: string, field: FieldContext) {
  const { values, errors, focus } = field;
  const first = value === MODES[0] && focus === name;
  return html`<label class="check"><input id="${name}-${value}" type="checkbox" name="${name}" value="${value}"${values[name].includes(value) ? html` checked` : null}${invalid(name, errors)}${first ? html` autofocus` : null}><span>${label} <small>${hint}</small></span></label>`;
}

/** One of several choices by the same name. */
export function radioField(name: 'work' | 'runtime', value: string, label: string, field: FieldContext) {
  const { values, errors, focus } = field;
  const first = focus === name && (value === WORKS[0] || value === RUNTIMES[0]);
  return html`<label class="choice"><input id="${name}-${value}" type="radio" name="${name}" value="${value}"${values[name] === value ? html` checked` : null}${first ? html` autofocus` : null}${invalid(name, errors)}><span>${label}</span></label>`;
}

/** The fields beside its own that a field's error may be about, as in server/spec/spec.ts. */
const OTHERS: Partial<Record<Name, readonly Name[]>> = {
  maxSeconds: ['minSeconds'],
  sweep: ['repeat', 'modes'],
};

/**
 * The words beside a field that is wrong; nothing where it is not. `data-about` names the fields of which a change may
 * mend it: the page then takes it away (static/page/messages.ts).
 */
export function errorText(name: Name, errors: FieldErrors) {
  if (errors[name] === undefined) return null;
  const about = [name, ...(OTHERS[name] ?? [])].join(' ');
  return html`<p class="error" id="${name}-error" data-about="${about}">${errors[name]}</p>`;
}

function invalid(name: Name, errors: FieldErrors) {
  return errors[name] === undefined ? null : html` aria-invalid="true" aria-describedby="${name}-error"`;
}
