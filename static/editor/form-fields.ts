/** The settings in the form, which travel with a program. */

/** By name of the field. A field with several choices has a list. */
export type Fields = Record<string, string | string[]>;

/** Those that a program brings. What is hidden in the form is the lesson only. */
const FIELDS =
  'lesson modes jobs minSeconds maxSeconds work runtime workers seed repeat sweep everyRuntime'.split(' ');

/** Returns what is in the fields of the form. */
export function fieldsOf(form: HTMLFormElement): Fields {
  const data = new FormData(form);
  return Object.fromEntries(
    FIELDS.flatMap((name): [string, string | string[]][] => {
      const values = data.getAll(name).map(String);
      if (name === 'modes' || name === 'everyRuntime') return [[name, values]];
      return values[0] === undefined ? [] : [[name, values[0]]];
    }),
  );
}

/** Fills in the fields that the form has; of choices, those that it offers. */
export function fillIn(form: HTMLFormElement, fields: Fields): void {
  for (const name of FIELDS) {
    const given = fields[name];
    if (given === undefined) continue;
    const isThere = ({ value }: HTMLInputElement) =>
      Array.isArray(given) ? given.includes(value) : given === value;
    const inputs = [...form.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)];
    if (name === 'lesson' && (typeof given !== 'string' || !isLesson(given))) continue;
    for (const input of inputs) {
      const isChoice = input.type === 'checkbox' || input.type === 'radio';
      if (isChoice) input.checked = isThere(input) || (input.type === 'radio' && input.checked);
      else if (typeof given === 'string') input.value = given;
    }
  }
  // Renews the estimate.
  form.querySelector('input:not([type=hidden])')?.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Fills in what differs between `before` and `given`, but where the form no longer has what it had `before`. */
export function fillInUnchanged(form: HTMLFormElement, before: Fields, given: Fields): void {
  const now = fieldsOf(form);
  const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const changed = Object.entries(given).filter(
    ([name, value]) => isSame(now[name], before[name]) && !isSame(value, before[name]),
  );
  if (changed.length > 0) fillIn(form, Object.fromEntries(changed));
}

function isLesson(slug: string): boolean {
  return slug === '' || document.querySelector(`.lessons li[data-lesson="${CSS.escape(slug)}"]`) !== null;
}
