/** The list of challenges. The page's script marks the parts that this browser has solved. */
import { html } from 'hono/html';
import type { Challenge, Part } from '../../server/challenges/challenge.ts';

/** What a part is called. */
const PART_NAMES: Record<Part, string> = { break: 'Break it', fix: 'Fix it' };

/**
 * Renders the list. `base`: see `Site`; `also`: a query that keeps the reader in a room; `whyFixed`: why this server does
 * not run them, in a sentence, or null.
 */
export function challengeList(
  challenges: readonly Challenge[],
  { base, also, whyFixed }: { base: string; also: string; whyFixed: string | null },
) {
  return html`<section class="challenges" aria-labelledby="challenges-title">
<h1 id="challenges-title">Challenges</h1>
<p>Small programs that go wrong in some orders, and only in some: run as usual, they may go well a thousand times. ${whyFixed === null ? 'First break each one: be the scheduler, and find an order in which it fails. Then fix it: change the program until no order fails, and every order still does its work.' : `${whyFixed} So these can only be read here.`}</p>
<ol>${challenges.map(
    ({ slug, title, story }) => html`<li><h2><a href="${base}/challenges/${slug}${also}">${title}</a></h2>
<p>${story}</p>
${whyFixed === null ? solvedMarks(slug) : null}</li>
`,
  )}</ol>
${whyFixed === null ? html`<p class="quiet">What you have solved is kept in this browser only.</p>` : null}
</section>`;
}

/** Renders which parts of a challenge are solved; hidden until the page's script shows it. */
export function solvedMarks(slug: string) {
  return html`<p class="solved" data-challenge="${slug}" hidden>${(['break', 'fix'] as const).map(
    (part) =>
      html`<span data-part="${part}"><span class="todo">○ ${PART_NAMES[part]}</span><span class="done" hidden>✓ ${PART_NAMES[part]}<span class="unseen"> solved</span></span></span> `,
  )}</p>`;
}
