/** Links that fill in the form: with other settings that a lesson offers, and back. */
import { html } from 'hono/html';
import type { FormLesson, FormValues } from './values.ts';

/**
 * Renders both links, of which the one that would change the form is shown. Each opens the lesson filled in; the page's
 * script (static/page/offer.ts) fills in the form where it is instead.
 */
export function offerLinks({ slug, offer, values: own }: FormLesson, values: FormValues, base: string) {
  if (offer === undefined) return null;
  const offered = new URLSearchParams(
    Object.entries(offer.settings).map(([name, value]) => [name, String(value)]),
  );
  const before = new URLSearchParams([...offered.keys()].map((name) => [name, String(fieldOf(own, name))]));
  const isTaken = [...offered].every(([name, value]) => fieldOf(values, name) === value);
  const link = (query: URLSearchParams, words: string, isHidden: boolean) =>
    html`<a href="${base}/lessons/${slug}?${query}" data-fill="${query}"${isHidden ? html` hidden` : null}>${words}</a>`;
  return html`<p class="offer">${link(offered, `Use ${offer.words}`, isTaken)}${link(before, 'Back to the lesson’s settings', !isTaken)}</p>`;
}

function fieldOf(values: FormValues, name: string): string | string[] | undefined {
  return Object.entries(values).find(([field]) => field === name)?.[1];
}
