/** All lessons in a row, in the order in which they are taught, with the way to the one before and the one after. */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';

/** A lesson's name where space is short: its slug, as words. */
export function lessonName(slug: string): string {
  const words = slug.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The strip under the header. The page's script marks the lessons that this browser has done. */
export function lessonStrip(lessons: CatalogueEntry[], current: string) {
  if (lessons.length < 2) return null;
  const at = lessons.findIndex(({ slug }) => slug === current);
  return html`<nav class="lessons" aria-label="Lessons">
${step(lessons[at - 1], 'Previous lesson', '←')}
<ol>${lessons.map(
    ({ slug, title }, i) =>
      html`<li data-lesson="${slug}"><a href="/lessons/${slug}" title="${title}"${slug === current ? html` aria-current="page"` : null}><span class="number">${i + 1}</span>${lessonName(slug)}<span class="done" hidden> <span aria-hidden="true">✓</span><span class="unseen">done</span></span></a></li>`,
  )}</ol>
${step(at < 0 ? undefined : lessons[at + 1], 'Next lesson', '→')}
</nav>`;
}

/** An arrow at the end of the strip; where there is nothing further, its place stays free. */
function step(lesson: CatalogueEntry | undefined, what: string, arrow: string) {
  return lesson === undefined
    ? html`<span class="step"></span>`
    : html`<a class="step" href="/lessons/${lesson.slug}" aria-label="${what}: ${lessonName(lesson.slug)}">${arrow}</a>`;
}

/** The way on, for who has read to the end. */
export function lessonSteps(lessons: CatalogueEntry[], current: string) {
  const at = lessons.findIndex(({ slug }) => slug === current);
  const before = lessons[at - 1];
  const after = at < 0 ? undefined : lessons[at + 1];
  if (before === undefined && after === undefined) return null;
  return html`<nav class="ways-on" aria-label="Next and previous lesson">
${before === undefined ? null : html`<a rel="prev" href="/lessons/${before.slug}">← ${before.title}</a>`}
${after === undefined ? null : html`<a rel="next" href="/lessons/${after.slug}">${after.title} →</a>`}
</nav>`;
}
