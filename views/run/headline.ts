/** Renders the sentence above a run's timelines, and other sentences with names in them. */
import { html } from 'hono/html';
import { isolatedParts } from '../../server/words/isolated.ts';
import type { Html } from '../page/html.ts';

/** A figure with its unit, and words that browsers may break at their hyphen. */
const UNBROKEN = /(\d[\d.,]*(?: to \d[\d.,]*)? (?:min|ms|s|[KMG]iB)\b|\w+-\w+)/;

/** Renders `text` so that no line ends between a figure and its unit. */
export function headline(text: string): Html {
  return withIsolates(text, (words) => {
    const parts = words.split(UNBROKEN);
    return html`${parts.map((part, i) => (i % 2 === 0 ? part : html`<span class="unbroken">${part}</span>`))}`;
  });
}

/** Renders `text` with what is isolated in it (server/words/isolated.ts) as `<bdi>`, and the rest as `others` does. */
export function withIsolates(
  text: string,
  others: (words: string) => string | Html = (words) => words,
): Html {
  return html`${isolatedParts(text).map((part, i) => (i % 2 === 0 ? others(part) : html`<bdi>${part}</bdi>`))}`;
}
