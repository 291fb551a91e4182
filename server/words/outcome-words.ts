/** An outcome of a search for orders, in words. Pure. */
import { isExhaustive, sharedIn } from '../figures/search.ts';
import type { Json } from '../protocol/json.ts';
import { wanted } from '../protocol/wanted.ts';
import type { PassTimeline } from '../timeline/model.ts';
import { type FoundOutcome, newSearch, type PassSearch } from '../timeline/search.ts';
import { capital, jobOrMain } from './english.ts';
import { sentenceEnd } from './first-line.ts';
import { isolated } from './isolated.ts';
import { enumerated } from './stuck-words.ts';
import { count } from './units.ts';

/** Most values of a list that are named, and most characters of each. */
const NAMED_VALUES = 12;
const VALUE_LENGTH = 40;

/** Returns what went wrong in an outcome, a sentence each; none if nothing did. */
export function troubleWords(outcome: FoundOutcome): string[] {
  const { isDeadlock, stuck, failed, check, lostUpdates, isCut, steps, isFailing } = outcome;
  const waits = enumerated(
    stuck.map((one) => `${jobOrMain(one)} waits for ${wanted({ for: one.for, on: isolated(one.on) })}`),
  );
  const told = [
    ...(stuck.length === 0 ? [] : [`${isDeadlock ? 'Deadlock' : 'Nothing can continue'}: ${waits}.`]),
    ...(isDeadlock && stuck.length === 0 ? ['Deadlock.'] : []),
    ...failed.map((one) => `${capital(jobOrMain(one))} failed: ${isolated(sentenceEnd(one.error))}`),
    ...(check === null ? [] : [`The program’s check failed: ${isolated(sentenceEnd(check))}`]),
    ...(lostUpdates === 0
      ? []
      : [`${count(lostUpdates, 'update')} of the counter ${lostUpdates === 1 ? 'was' : 'were'} lost.`]),
    ...(isCut ? [`Cut off after ${count(steps, 'step')}: it may never end.`] : []),
  ];
  return told.length === 0 && isFailing ? ['It failed.'] : told;
}

/**
 * Returns what an outcome leaves in the memory that the jobs share, `Counter 1, list [1, 2].`; only of what any outcome
 * of the search leaves something in. Empty if there is nothing to tell.
 */
export function sharedWords(outcome: FoundOutcome, search: PassSearch): string {
  const shown = sharedIn(search);
  const { counter, list, queue, omitted } = outcome;
  const parts = [
    ...(shown.counter ? [`counter ${counter.toLocaleString('en-US')}`] : []),
    ...(shown.list ? [`list ${valuesWords(list)}`] : []),
    ...(shown.queue ? [`left in the queue ${valuesWords(queue)}`] : []),
  ];
  if (parts.length === 0) return '';
  return `${capital(parts.join(', '))}${omitted > 0 ? `, and ${count(omitted, 'more value')}` : ''}.`;
}

/** The outcomes of a run's searches, a line each: `4 of 6 orders fail: 1 update of the counter was lost.` */
export function outcomeLines(passes: readonly Pick<PassTimeline, 'search'>[], most: number): string[] {
  const lines = passes.flatMap(({ search }) =>
    (search?.outcomes ?? []).map((outcome) => {
      const all = search ?? newSearch();
      const words = [...troubleWords(outcome), sharedWords(outcome, all)].filter(Boolean);
      const isOne = outcome.orders === 1;
      const well = outcome.isCut ? 'not judged' : isOne ? 'goes well' : 'go well';
      const how = outcome.isFailing ? (isOne ? 'fails' : 'fail') : well;
      const told = words.length === 0 ? '.' : `: ${words.join(' ')}`;
      return `${capital(shareWords(outcome.orders, all))} ${how}${told}`;
    }),
  );
  const more = lines.length - most;
  return more > 0 ? [...lines.slice(0, most), `… and ${count(more, 'other outcome')}`] : lines;
}

/** `[1, "a", …]`. */
function valuesWords(values: readonly Json[]): string {
  if (values.length === 0) return 'empty';
  const named = values.slice(0, NAMED_VALUES).map((value) => {
    const text = JSON.stringify(value);
    return isolated(text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH).toWellFormed()}…` : text);
  });
  return `[${named.join(', ')}${values.length > NAMED_VALUES ? ', …' : ''}]`;
}

/** `4 of 6 orders`, `all 6 orders that were tried`, `both orders`; of all that `search` has counted. */
export function shareWords(orders: number, search: PassSearch): string {
  const all = Math.max(search.ended?.orders ?? search.progress?.orders ?? 0, orders);
  const which = whichWords(search, all === 1);
  if (orders === all && all <= 2) return `${all === 1 ? 'the only order' : 'both orders'}${which}`;
  const counted = `${count(all, 'order')}${which}`;
  return orders === all ? `all ${counted}` : `${orders.toLocaleString('en-US')} of ${counted}`;
}

/** Which orders a search has counted, unless it is all that there are. */
function whichWords(search: PassSearch, isOne: boolean): string {
  const { ended } = search;
  if (ended === null || isExhaustive(search)) return '';
  const isAll = ended.method === 'reduced' && ended.isComplete && ended.preemptions === null;
  if (isAll) return isOne ? ' that matters' : ' that matter';
  return isOne ? ' that was tried' : ' that were tried';
}
