/** The part of the teacher's page that says who needs help, and why. */
import { html } from 'hono/html';
import { count } from '../../server/words/units.ts';
import { taughtRun } from './look.ts';

/** A member who may need help. */
export type NeedsHelp = {
  number: number;
  name: string;
  /** The latest run; null before the first. */
  run: string | null;
  hasHand: boolean;
  /** The run that the hand is about; null if it is about none. */
  handRun: string | null;
  /** Why, in words. */
  reasons: string[];
};

/** Most members that are listed besides those with raised hands. */
const MOST = 8;

/** Renders who needs help, in this order; `members`: how many are in the room. */
export function helpPart(
  help: NeedsHelp[],
  { base, code, teacherKey }: { base: string; code: string; teacherKey: string },
) {
  const hands = help.filter(({ hasHand }) => hasHand).length;
  const shown = help.slice(0, hands + MOST);
  const more = help.length - shown.length;
  const address = `${base}/rooms/${code}`;
  const runAt = (run: string, beside: number) => taughtRun(base, code, teacherKey, run, beside);
  return html`<h2 id="help" tabindex="-1">Who needs help</h2>
<p role="status">${summary(hands, help.length - hands)}</p>
${
  shown.length === 0
    ? null
    : html`<ol class="members helped">${shown.map((one) => {
        const { number, name, run, hasHand, handRun, reasons } = one;
        const whose = html`<span class="unseen"> <bdi>${name}</bdi></span>`;
        const about = hasHand ? (handRun ?? run) : run;
        return html`
<li><b><bdi>${name}</bdi></b> <span class="${hasHand ? 'asks' : 'quiet'}">${reasons.join(', ')}</span>${about === null ? null : html` <a href="${runAt(about, number)}">look together${whose}</a>`}${hasHand ? html` <form method="post" action="${address}/members/${number}/hand?key=${teacherKey}"><button id="lower-${number}" type="submit">Lower the hand${whose}</button></form>` : null}</li>`;
      })}</ol>`
}
${more === 0 ? null : html`<p class="quiet">And ${more} more: sort the wall by “who is stuck” to see them all.</p>`}`;
}

function summary(hands: number, others: number): string {
  if (hands + others === 0) return 'Nobody seems to be stuck.';
  const raised =
    hands === 0
      ? 'No hand is raised'
      : `${count(hands, 'raised hand')}${hands === 1 ? '' : ', the first one on top'}`;
  return others === 0 ? `${raised}.` : `${raised}. ${others} ${hands === 0 ? '' : 'more '}may be stuck.`;
}
