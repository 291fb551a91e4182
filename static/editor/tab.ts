/** Tells this tab from others. */
import { keep, kept } from '../run/kept.ts';

const KEY = 'tab';

/**
 * Returns the tab's id, the same on each of its pages. Between two pages it is in the tab's storage; while a page is
 * open it is not, so that a copy of the tab is another one.
 */
export function tabId(): string {
  const id = kept(KEY) ?? `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  keep(KEY, null);
  window.addEventListener('pagehide', () => keep(KEY, id));
  window.addEventListener('pageshow', () => keep(KEY, null));
  return id;
}
