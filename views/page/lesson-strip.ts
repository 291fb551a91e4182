/** All lessons in a row, in teaching order, with links to the previous and the next one. */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';

/** Returns a lesson's short name: its slug, as words. */
export function lessonName(slug: string): string {
  const words = slug.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Renders the strip below the header. The page's script marks the lessons that this browser has done. `base`: see `Site`. */
export function lessonStrip(lessons: CatalogueEntry[], current: string, base: string) {
  if (lessons.length < 2) return null;
  const at = lessons.findIndex(({ slug }) => slug === current);
  return html`<nav class="lessons" aria-label="Lessons">
${step(lessons[at - 1], 'Previous lesson', '←', base)}
<ol>${lessons.map(
    ({ slug, title }, i) =>
      html`<li data-lesson="${slug}"><a href="${base}/lessons/${slug}" title="${title}"${slug === current ? html` aria-current="page"` : null}><span class="number">${i + 1}</span>${lessonName(slug)}<span class="done" hidden> <span aria-hidden="true">✓</span><span class="unseen">done</span></span></a></li>`,
  )}</ol>
${step(at < 0 ? undefined : lessons[at + 1], 'Next lesson', '→', base)}
</nav>`;
}

/** Renders an arrow at the end of the strip; without a further lesson, a placeholder. */
function step(lesson: CatalogueEntry | undefined, what: string, arrow: string, base: string) {
  return lesson === undefined
    ? html`<span class="step"></span>`
    : html`<a class="step" href="${base}/lessons/${lesson.slug}" aria-label="${what}: ${lessonName(lesson.slug)}">${arrow}</a>`;
}

/** Renders the links after a lesson's text: to the previous and the next lesson. */
export function lessonSteps(lessons: CatalogueEntry[], current: string, base: string) {
  const at = lessons.findIndex(({ slug }) => slug === current);
  const before = lessons[at - 1];
  const after = at < 0 ? undefined : lessons[at + 1];
  if (before === undefined && after === undefined) return null;
  return html`<nav class="ways-on" aria-label="Next and previous lesson">
${before === undefined ? null : html`<a rel="prev" href="${base}/lessons/${before.slug}">← ${before.title}</a>`}
${after === undefined ? null : html`<a rel="next" href="${base}/lessons/${after.slug}">${after.title} →</a>`}
</nav>`;
}
