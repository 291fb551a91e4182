/** The page for an error, with links to continue. */
import { html } from 'hono/html';

type ProblemProps = { title: string; message: string; links: { href: string; text: string }[] };

/** Renders what went wrong, and `links`. */
export function problem({ title, message, links }: ProblemProps) {
  return html`<section class="reading">
<h1>${title}</h1>
<p>${message}</p>
<p class="ways">${links.map((link) => html`<a href="${link.href}">${link.text}</a> `)}</p>
</section>`;
}
