/** What a search for orders says of a program that was made for a challenge, on the page of its family. */
import { html } from 'hono/html';
import type { Challenge } from '../../server/challenges/challenge.ts';
import type { Verdict } from '../../server/challenges/verdict.ts';
import { costWords, verdictWords } from '../../server/challenges/verdict-words.ts';

export type ChallengeVerdict = { challenge: Challenge; verdict: Verdict | null };

/** Renders the verdict and the ways on. `isMine`: the search is the reader's, so what it solves is theirs. */
export function challengeVerdict(
  { challenge, verdict }: ChallengeVerdict,
  { id, isMine, base }: { id: string; isMine: boolean; base: string },
) {
  const { slug, title } = challenge;
  const isFixed = verdict?.is === 'fixed';
  return html`<div class="verdict"${isFixed && isMine ? html` data-solves="${slug} fix"` : null}>
<p>Challenge <a href="${base}/challenges/${slug}">${title}</a>${verdict === null ? '.' : html`: <b>${verdictWords(verdict, challenge)}</b>`}${verdict?.is === 'fixed' ? ` ${costWords(verdict)}` : null}</p>
<p><a href="${base}/?from=${id}">${isFixed ? 'Change the program again' : 'Change the program'}</a> <a href="${base}/challenges">All challenges</a></p>
</div>`;
}
