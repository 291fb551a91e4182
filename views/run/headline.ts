/** Renders the sentence above a run's timelines. */
import { html } from 'hono/html';
import type { Html } from '../page/html.ts';

/** A figure with its unit, and words that browsers may break at their hyphen. */
const UNBROKEN = /(\d[\d.,]*(?: to \d[\d.,]*)? (?:min|ms|s|[KMG]iB)\b|\w+-\w+)/;

/** Renders `text` so that no line ends between a figure and its unit. */
export function headline(text: string): Html {
  const parts = text.split(UNBROKEN);
  return html`${parts.map((part, i) => (i % 2 === 0 ? part : html`<span class="unbroken">${part}</span>`))}`;
}
