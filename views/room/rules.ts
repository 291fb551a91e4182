/** The page on which a teacher chooses which lessons the room offers, and how much a run may take. */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { errorAt, invalid } from './give.ts';

/** As typed: the lessons' names, and the limits, empty for those of the server. */
export type RulesTyped = { lessons: readonly string[]; jobs: string; seconds: string };

/** What is wrong with it. */
export type RulesErrors = { lessons?: string; jobs?: string; seconds?: string };

type RulesProps = {
  /** The path of the room. */
  address: string;
  /** The query with the teacher's key. */
  key: string;
  /** The code of the room. */
  code: string;
  lessons: CatalogueEntry[];
  typed: RulesTyped;
  errors: RulesErrors;
  /** Those of the server. */
  most: { jobs: number; seconds: number };
};

/** Renders the page. */
export function rulesPage({ address, key, code, lessons, typed, errors, most }: RulesProps) {
  return html`<section class="reading give">
<h1>Lessons and limits of room ${code}</h1>
<form class="room-form" method="post" action="${address}/rules${key}">
<fieldset class="offered"${errors.lessons === undefined ? null : html` aria-describedby="rules-lessons-error"`}><legend>Lessons that learners can open in the room</legend>
${errorAt('rules-lessons', errors.lessons)}
<ul>${lessons.map(
    ({ slug, title }) => html`
<li><label class="check"><input type="checkbox" name="lesson" value="${slug}"${typed.lessons.includes(slug) ? html` checked` : null}> ${title}</label></li>`,
  )}</ul></fieldset>
<p>${numberField('jobs', 'Most jobs in a run', typed.jobs, errors.jobs, most.jobs)}</p>
${errorAt('rules-jobs', errors.jobs)}
<p>${numberField('seconds', 'Most seconds per mode', typed.seconds, errors.seconds, most.seconds)}</p>
${errorAt('rules-seconds', errors.seconds)}
<p><button class="primary" type="submit">Save</button></p>
</form>
<p class="ways"><a href="${address}/teach${key}">Back to the room</a></p>
</section>`;
}

function numberField(name: string, words: string, value: string, error: string | undefined, most: number) {
  const id = `rules-${name}`;
  return html`<label for="${id}">${words}, from 1 to ${most} (empty: ${most})</label> <input id="${id}" name="${name}" value="${value}" inputmode="numeric" maxlength="20" size="6" autocomplete="off"${invalid(id, error)}>`;
}
