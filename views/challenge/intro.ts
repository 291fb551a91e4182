/** The head of a challenge's page: what its program is to do, and the two parts of the challenge. */
import { html } from 'hono/html';
import { type Challenge, mustHold } from '../../server/challenges/challenge.ts';
import { brokenWords } from '../../server/words/broken-words.ts';
import { swap } from '../page/html.ts';
import { withTerms } from '../page/terms.ts';
import { solvedMarks } from './list.ts';

/** What came of an order: the program went well, or failed; or has no such order. */
export type OrderEnd = 'well' | 'broke' | 'misfit';

type ChallengeIntroProps = {
  challenge: Challenge;
  /** Whether the program is the challenge's own. */
  isOwn: boolean;
  /**
   * If the page shows a run of one order of the challenge's own program, what came of it; null while that is open. Left
   * out for other runs, and for one that was stopped.
   */
  came?: OrderEnd | null | undefined;
  /** The preemptions of that order. */
  preemptions?: number | null;
  /** Whether that run is the reader's. */
  isMine?: boolean;
  /** Why this server does not run the program, in a sentence; null if it does. */
  whyFixed: string | null;
  /** The lesson that shows what is needed; null if there is none here. */
  lesson: { slug: string; title: string } | null;
  /** See `Site`. */
  base: string;
};

/** Renders the head. `isSwap`: for an answer of htmx, which replaces the head on the page. */
export function challengeIntro(props: ChallengeIntroProps, isSwap = false) {
  const { challenge, isOwn, came, whyFixed, lesson, base } = props;
  const { slug, title, story } = challenge;
  return html`<section class="intro challenge" id="intro" aria-labelledby="lesson-title"${swap(isSwap)}>
<p class="quiet"><a href="${base}/challenges">Challenge</a></p>
<h1 id="lesson-title">${title}</h1>
<p>${withTerms(story, base)}</p>
${
  whyFixed === null
    ? partsOf(challenge)
    : html`<p><b>The goal.</b> ${mustHold(challenge)}</p>
<p>${whyFixed} ${READ_ONLY}</p>`
}
${came === undefined ? null : verdictOnOrder(props)}
${whyFixed === null ? solvedMarks(slug) : null}
${isOwn ? null : html`<p><a href="${base}/challenges/${slug}">Begin again from the challenge’s own program</a></p>`}
${lesson && html`<p class="quiet">The lesson for it: <a href="${base}/lessons/${lesson.slug}">${lesson.title}</a></p>`}
</section>`;
}

/** What is left of a challenge where its program does not run. */
const READ_ONLY = 'So this challenge can only be read here.';

function partsOf(challenge: Challenge) {
  return html`<p><b>Break it.</b> Be the scheduler: choose each step, until the program fails, and save that order. Or let Run try every order, and open one that fails.</p>
<p><b>Fix it.</b> Change the program until no order fails, and Run it again. ${mustHold(challenge)} Leave the check at the end as it is: it says whether that holds.</p>`;
}

/**
 * Says that the program failed in the order of a run; while the run is under way, for when it has: then the page's
 * script says how many preemptions there were. It leads back to the challenge's own page: here, Run would execute the
 * same order again.
 */
function verdictOnOrder({ challenge, came, preemptions = null, isMine = false, base }: ChallengeIntroProps) {
  const { slug, fewest } = challenge;
  const page = `${base}/challenges/${slug}`;
  const well = html`In this order, the program goes well. <a href="${page}">Find one in which it fails</a>`;
  const misfit = html`The program has no such order. <a href="${page}">Find one in which it fails</a>`;
  if (came === 'well') return html`<p>${well}</p>`;
  if (came === 'misfit') return html`<p>${misfit}</p>`;
  const isOpen = came !== 'broke';
  const when = (end: string) => html` data-when="${end}" hidden`;
  const open = isOpen
    ? html`<p class="verdict" role="status"${when('completed')}>${well}</p>
<p class="verdict" role="status"${when('misfit')}>${misfit}</p>
`
    : null;
  return html`${open}<p class="verdict" role="status"${isMine ? html` data-solves="${slug} break"` : null}${isOpen ? when('failed') : null}><b>Broken.</b> <span${isOpen ? html` data-fewest="${fewest}"` : null}>${withTerms(brokenWords(fewest, isOpen ? null : preemptions), base)}</span> <a href="${page}">Now fix it</a></p>`;
}
