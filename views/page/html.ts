/** The type of an HTML fragment, as `hono/html` returns it, and an attribute of fragments. */
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/**
 * Renders the attribute with which an element of an answer to htmx replaces the one on the page with the same id. `how`:
 * htmx's name; `innerMorph` changes only what differs, so that words that stay the same are not announced again.
 */
export function swap(isSwap: boolean, how: 'outerHTML' | 'innerMorph' = 'outerHTML') {
  return isSwap ? html` hx-swap-oob="${how}"` : null;
}
