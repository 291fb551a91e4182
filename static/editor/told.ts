/** What the editor tells about a member of the api. */
import type { ApiMember } from './api.ts';

/** Returns what is after the name in a declaration: `(seconds: number): Promise<void>`. */
export function detailOf({ name, signature }: ApiMember): string {
  return signature.slice(name.length).replace(/^\?/, '');
}

/** Renders a member: how it is declared, with the parameter at `active` marked, and what it does. */
export function told({ name, signature, doc, params }: ApiMember, active = -1): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'told';
  const code = document.createElement('code');
  const param = params?.[active];
  const at = param === undefined ? -1 : signature.indexOf(param, name.length);
  if (param === undefined || at < 0) code.append(signature);
  else {
    const marked = document.createElement('span');
    marked.className = 'is-active';
    marked.append(param);
    code.append(signature.slice(0, at), marked, signature.slice(at + param.length));
  }
  dom.append(code);
  for (const paragraph of doc === '' ? [] : doc.split('\n\n')) {
    const p = document.createElement('p');
    // Names are in backticks.
    for (const [i, part] of paragraph.split('`').entries()) {
      const word = i % 2 === 0 ? null : document.createElement('code');
      word?.append(part);
      p.append(word ?? part);
    }
    dom.append(p);
  }
  return dom;
}
