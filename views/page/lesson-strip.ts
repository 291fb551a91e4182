/** All lessons in a row, in groups and in teaching order. */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { GROUPS } from '../../server/lessons/lesson.ts';
import { capital } from '../../server/words/english.ts';

/** Returns a lesson's name where room is scarce. */
export function lessonName({ title, shortTitle }: Pick<CatalogueEntry, 'title' | 'shortTitle'>): string {
  return shortTitle ?? title;
}

/**
 * Renders the strip below the header: the number of each lesson, and the name of the current one; the others' names
 * show when pointed at. The page's script marks the lessons that this browser has done. `base`: see `Site`.
 */
export function lessonStrip(lessons: CatalogueEntry[], current: string, base: string) {
  if (lessons.length < 2) return null;
  const numbered = lessons.map((lesson, i) => ({ ...lesson, number: i + 1 }));
  return html`<nav class="lessons" aria-label="Lessons">
${GROUPS.map((group) => {
  const some = numbered.filter((lesson) => lesson.group === group);
  if (some.length === 0) return null;
  return html`<div class="group"><span id="group-${group}" class="group-name">${capital(group)}</span><ol aria-labelledby="group-${group}">${some.map((lesson) => item(lesson, lesson.slug === current, base))}</ol></div>
`;
})}</nav>`;
}

function item(lesson: CatalogueEntry & { number: number }, isCurrent: boolean, base: string) {
  const { slug, number } = lesson;
  return html`<li data-lesson="${slug}"><a href="${base}/lessons/${slug}"${isCurrent ? html` aria-current="page"` : null}><span class="number">${number}<span class="done" hidden><span aria-hidden="true">✓</span><span class="unseen"> done</span></span></span> <span class="name">${lessonName(lesson)}</span></a></li>`;
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
