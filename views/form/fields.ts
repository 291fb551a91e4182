/** The form's single fields. An invalid field is marked for screen readers as well as visually. */
import { html } from 'hono/html';
import { MODES } from '../../server/spec/modes.ts';
import { RUNTIMES } from '../../server/spec/runtimes.ts';
import { type FieldErrors, WORKS } from '../../server/spec/spec.ts';
import type { Html } from '../page/html.ts';
import type { FormValues } from './values.ts';

/** What a field needs from its form; `focus` names the field that gets the focus. */
export type FieldContext = { values: FormValues; errors: FieldErrors; focus: keyof FormValues | null };

type Name = keyof FormValues;

/** Renders a one-line text or number field with its label. `errorText` renders its error, wherever there is space. */
export function textField(
  name: Exclude<Name, 'modes'>,
  label: string | Html,
  inputmode: 'numeric' | 'decimal' | 'text',
  { values, errors, focus }: FieldContext,
  placeholder = '',
) {
  return html`<label class="field" for="${name}"><span>${label}</span>
<input id="${name}" name="${name}" type="text" inputmode="${inputmode}" autocomplete="off" value="${values[name]}"${placeholder === '' ? null : html` placeholder="${placeholder}"`}${invalid(name, errors)}${focus === name ? html` autofocus` : null}></label>`;
}

/** Renders one of several checkboxes of the same name, with a line that explains it, and `aside` at its right. */
export function checkField(
  name: 'modes',
  value: string,
  label: string,
  hint: string,
  aside: Html,
  field: FieldContext,
) {
  const { values, errors, focus } = field;
  const first = value === MODES[0] && focus === name;
  return html`<label class="check"><input id="${name}-${value}" type="checkbox" name="${name}" value="${value}"${values[name].includes(value) ? html` checked` : null}${invalid(name, errors)}${first ? html` autofocus` : null}><span>${label}</span>${aside}<small>${hint}</small></label>`;
}

/** Renders a box to check. */
export function boxField(
  name: 'everyRuntime' | 'explore' | 'sleepsInOrder',
  label: string,
  { values, errors, focus }: FieldContext,
) {
  return html`<label class="check"><input id="${name}" type="checkbox" name="${name}" value="true"${['', 'false'].includes(values[name]) ? null : html` checked`}${invalid(name, errors)}${focus === name ? html` autofocus` : null}><span>${label}</span></label>`;
}

/** Renders one of several radio buttons of the same name. */
export function radioField(
  name: 'work' | 'runtime',
  value: string,
  label: string,
  field: FieldContext,
  isDisabled = false,
) {
  const { values, errors, focus } = field;
  const all: readonly string[] = name === 'work' ? WORKS : RUNTIMES;
  const target = all.includes(values[name]) ? values[name] : all[0];
  const first = focus === name && value === target;
  return html`<label class="choice"><input id="${name}-${value}" type="radio" name="${name}" value="${value}"${values[name] === value ? html` checked` : null}${isDisabled ? html` disabled` : null}${first ? html` autofocus` : null}${invalid(name, errors)}><span>${label}</span></label>`;
}

/** Renders a field that the form does not show: its value is submitted with the others. */
export function hiddenField(name: Exclude<Name, 'modes'>, { values }: FieldContext) {
  return html`<input type="hidden" name="${name}" value="${values[name]}">`;
}

/** The other fields that a field's error may be about, as in server/spec/spec.ts. */
const RELATED_FIELDS: Partial<Record<Name, readonly Name[]>> = {
  maxSeconds: ['minSeconds'],
  modes: ['explore', 'schedule'],
  sweep: ['repeat', 'modes'],
  runtime: ['explore', 'schedule'],
  everyRuntime: ['runtime', 'repeat', 'sweep', 'explore', 'schedule'],
  explore: ['repeat', 'sweep'],
  schedule: ['explore', 'repeat', 'sweep'],
};

/**
 * Renders the error of an invalid field; nothing if it is valid. `data-about` names the fields that may correct it: the
 * page removes the error when one of them changes (static/page/messages.ts).
 */
export function errorText(name: Name, errors: FieldErrors) {
  if (errors[name] === undefined) return null;
  const about = [name, ...(RELATED_FIELDS[name] ?? [])].join(' ');
  return html`<p class="error" id="${name}-error" data-about="${about}">${errors[name]}</p>`;
}

function invalid(name: Name, errors: FieldErrors) {
  return errors[name] === undefined ? null : html` aria-invalid="true" aria-describedby="${name}-error"`;
}
