/** Parses pages for tests: elements with their attributes, and forms with their values. */

export type Element = { name: string; attributes: Record<string, string>; text: string };

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function decode(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

/** Returns all elements, or those with a name. `text` is the content up to the next end tag, without tags. */
export function elements(html: string, name = '[a-z][\\w-]*'): Element[] {
  const tag = new RegExp(`<(${name})((?:\\s+[^\\s=>/]+(?:="[^"]*")?)*)\\s*/?>`, 'g');
  return [...html.matchAll(tag)].map((found) => {
    const [whole, tagName = '', rest = ''] = found;
    const pairs = [...rest.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)];
    const after = html.slice(found.index + whole.length);
    const inner = after.slice(0, Math.max(0, after.indexOf(`</${tagName}>`)));
    return {
      name: tagName,
      attributes: Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, decode(value)])),
      text: decode(inner.replace(/<[^>]*>/g, '')).trim(),
    };
  });
}

/** Returns what stands in an input of a page; null if there is none of that name. */
export function inputOf(html: string, name: string): string | null {
  return elements(html, 'input').find(({ attributes }) => attributes.name === name)?.attributes.value ?? null;
}

/** Returns what a browser would submit of the run form: of boxes, only those that are checked. */
export function formFields(html: string): Record<string, string[]> {
  const form = html.slice(html.indexOf('<form id="run-form"'));
  const fields: Record<string, string[]> = {};
  for (const { attributes } of elements(form.slice(0, form.indexOf('</form>')), 'input')) {
    const { name = '', type, value = '' } = attributes;
    if ((type === 'checkbox' || type === 'radio') && !('checked' in attributes)) continue;
    fields[name] = [...(fields[name] ?? []), value];
  }
  return fields;
}

/** Returns the error messages by field: those that the field's input or group points to. */
export function fieldErrors(html: string): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { attributes, text } of elements(html, 'p')) {
    const field = /^(.+)-error$/.exec(attributes.id ?? '')?.[1];
    if (field === undefined) continue;
    errors[field] = text;
  }
  return errors;
}
