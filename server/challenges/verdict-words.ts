/** A verdict on a program that was made for a challenge, in words. Pure. */
import type { Spec } from '../spec/spec.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { searchesOf } from '../words/search-sentence.ts';
import { count } from '../words/units.ts';
import type { Challenge } from './challenge.ts';
import { isOwnProgram, type Unproven, type Verdict, verdictOf } from './verdict.ts';

/** Returns a verdict, a sentence or two; `challenge` is what it was made for. */
export function verdictWords(verdict: Verdict, { jobs }: Pick<Challenge, 'jobs'>): string {
  switch (verdict.is) {
    case 'breaks':
      return `This program fails in ${share(verdict)}. Open one of them to break it, step by step.`;
    case 'none-found':
      return 'No order that was tried fails, but there is one that does. Try every order, without bounds.';
    case 'still-fails':
      return `Not fixed yet: it fails in ${share(verdict)}.`;
    case 'unproven':
      return `No order that was tried fails, but ${UNPROVEN[verdict.why]}`;
    case 'fixed':
      return `Fixed: no order fails, of ${verdict.orders.toLocaleString('en-US')}.`;
    case 'not-judged':
      return verdict.why === 'settings'
        ? `Not judged: the challenge is about ${count(jobs, 'job')} in threads, one for each. Try every order with these settings.`
        : 'Not judged: the check at the end of the program is not that of the challenge. Put it back, and try every order again.';
  }
}

const UNPROVEN: Record<Unproven, string> = {
  cut: 'some were cut off, because they may never end. Make every order end: a job that has to wait can wait for a lock, a condition or a message.',
  differs:
    'one led to another outcome when it was run again, so this proves nothing. Let the program depend on nothing but its order.',
  bounds: 'not all were tried, so this proves nothing yet. Try every order, without bounds.',
  many: 'there are too many to try all, so this proves nothing yet. Let the program take fewer steps.',
};

/** Returns what a fix costs, as the search has measured it; empty if it was not measured. */
export function costWords({ orders, overlap }: Extract<Verdict, { is: 'fixed' }>): string {
  if (overlap === undefined) return '';
  if (overlap.steps <= 1) return 'Each job takes a single step, so no job can come between.';
  if (overlap.orders === 0)
    return 'What it costs: it takes everything one by one. In no order does a job take a step between the first and the last of another, requests for locks and permits aside.';
  const which =
    overlap.orders === orders ? 'all orders' : `${overlap.orders.toLocaleString('en-US')} of them`;
  return `In ${which}, the steps of jobs still overlap: it does not take everything one by one.`;
}

/**
 * Returns what a run that has ended says of the challenge that its program was made for, in a few words for the wall of a
 * room: `Lost update: fixed`. Null if nothing.
 */
export function solvedWords(
  challenges: readonly Challenge[],
  spec: Spec,
  { passes, status }: Pick<RunTimeline, 'passes' | 'status'>,
): string | null {
  const challenge = challenges.find(({ slug }) => slug === spec.challenge);
  if (challenge === undefined) return null;
  if (spec.explore) {
    const verdict = verdictOf(challenge, spec, searchesOf(passes));
    if (verdict?.is === 'fixed') return `${challenge.title}: fixed`;
    return verdict?.is === 'still-fails' ? `${challenge.title}: not fixed yet` : null;
  }
  const isOrder = spec.schedule && passes.every(({ isMisfit }) => !isMisfit);
  const isBroken = isOrder && status === 'failed' && isOwnProgram(challenge, spec.code);
  return isBroken ? `${challenge.title}: broken` : null;
}

/** `4 of 6 orders`. */
function share({ orders, failing }: { orders: number; failing: number }): string {
  if (failing === orders && orders <= 2) return orders === 1 ? 'its only order' : 'both orders';
  if (failing === orders) return `all ${count(orders, 'order')}`;
  return `${failing.toLocaleString('en-US')} of ${count(orders, 'order')}`;
}
