/** Reads what a page says, as far as tests ask: elements with their attributes, and forms with what is in them. */

export type Element = { name: string; attributes: Record<string, string>; text: string };

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function decode(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

/** All elements by a name, or all; `text` is what stands between it and the end tag of that name, without tags. */
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

/** What a browser would send of the page's form for runs; of boxes only those that are checked. */
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

/** The messages at fields, by the field's name: those that its input or its group points to. */
export function fieldErrors(html: string): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { attributes, text } of elements(html, 'p')) {
    const field = /^(.+)-error$/.exec(attributes.id ?? '')?.[1];
    if (field === undefined) continue;
    errors[field] = text;
  }
  return errors;
}
