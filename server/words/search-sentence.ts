/** What a search for orders has found, in a sentence: how many orders there are, and how many of them fail. Pure. */
import { isExhaustive, type ModeSearch, type Wrong, wrongOrders } from '../figures/search.ts';
import type { Status } from '../protocol/facts.ts';
import type { PassTimeline } from '../timeline/model.ts';
import type { FoundOutcome, PassSearch, SearchEnd } from '../timeline/search.ts';
import { capital, inMode, listed, uncapital } from './english.ts';
import { sentenceEnd } from './first-line.ts';
import { isolated } from './isolated.ts';
import { count } from './units.ts';

/** Returns the searches of a run's passes. */
export function searchesOf(passes: readonly PassTimeline[]): ModeSearch[] {
  return passes.flatMap(({ mode, search, ended }) =>
    search ? [{ mode, search, status: ended?.status ?? null, error: ended?.error ?? null }] : [],
  );
}

/** One or two plain sentences on each search; `status` is that of the run, null while it is under way. */
export function searchSentence(searches: readonly ModeSearch[], status: Status | null): string {
  const [only] = searches;
  if (only === undefined) return NOT_BEGUN[status ?? 'waiting'];
  const told = searches.map((one) => ofMode({ ...one, status: one.status ?? status }));
  if (searches.length === 1) return told[0] ?? '';
  const alike = Map.groupBy(searches, (_, i) => told[i] ?? '');
  return [...alike]
    .map(([words, some]) => `${capital(listed(some.map(({ mode }) => inMode(mode))))}: ${uncapital(words)}`)
    .join(' ');
}

const NOT_BEGUN: Record<Status | 'waiting', string> = {
  waiting: 'The search has not begun yet.',
  completed: 'The search ended before it began.',
  failed: 'The search failed before it began.',
  cancelled: 'The search was cancelled before it began.',
  'timed-out': 'Time ran out before the search began.',
  interrupted: 'The server stopped before the search began.',
};

function ofMode({ search, status, error }: ModeSearch): string {
  const { ended, progress } = search;
  if (ended !== null) return ended.failing > 0 ? failingWords(search, ended) : soundWords(search, ended);
  const { orders = 0, failing = 0 } = progress ?? {};
  const tried = `${count(orders, 'order')}`;
  switch (status) {
    case null:
      if (orders === 0) return 'The search is starting.';
      return `${tried} so far. ${failing === 0 ? 'None of them fails.' : `${subject(orders, failing)} ${failing === 1 ? 'fails' : 'fail'}.`}`;
    case 'cancelled':
      return `The search was cancelled after ${tried}.`;
    case 'interrupted':
      return `The search was interrupted after ${tried}: the server stopped.`;
    case 'timed-out':
      return `The search ran out of time after ${tried}.`;
    case 'completed':
    case 'failed':
      return `The search failed after ${tried}${error === null ? '.' : `: ${isolated(sentenceEnd(error))}`}`;
  }
}

/** `6 orders. 4 of them lose an update of the counter.` */
function failingWords(search: PassSearch, ended: SearchEnd): string {
  const { orders, failing } = ended;
  const kinds = wrongOrders(search);
  const [only] = kinds;
  // Some outcomes may not be reported.
  const isWhole = kinds.reduce((sum, one) => sum + one.orders, 0) === failing;
  const isOne = failing === 1;
  const what =
    isWhole && kinds.length === 1 && only
      ? wrongWords(only.wrong, only.outcomes, isOne)
      : `${isOne ? 'fails' : 'fail'}${isWhole ? `: ${kinds.map((one) => `${number(one.orders)} ${wrongWords(one.wrong, one.outcomes, one.orders === 1)}`).join(', ')}` : ''}`;
  if (failing < orders) return `${leadOf(search, ended)} ${subject(orders, failing)} ${what}.`;
  if (isExhaustive(search)) return `${subject(orders, failing)} ${what}.`;
  return `${leadOf(search, ended)} ${orders === 1 ? 'It' : 'All of them'} ${what}.`;
}

/** How many orders there are, or were tried: `6 orders.` */
function leadOf(search: PassSearch, { orders, method, isComplete, preemptions }: SearchEnd): string {
  const bound = preemptions === null ? '' : ` with ${boundWords(preemptions)}`;
  if (method === 'random') return `${matter(orders)}${bound}, the last of them drawn at random.`;
  const noun = method === 'every' ? count(orders, 'order') : matter(orders);
  if (isExhaustive(search) || isComplete) return `${noun}${bound}.`;
  return `${noun}${bound} ${orders === 1 ? 'was' : 'were'} tried, not all.`;
}

/** `All 90 orders end the same way.` */
function soundWords(search: PassSearch, ended: SearchEnd): string {
  const cut = search.outcomes.reduce((sum, { isCut, orders }) => sum + (isCut ? orders : 0), 0);
  if (cut > 0 && cut >= ended.orders) return 'No order that was tried came to an end.';
  const { orders, outcomes, method, isComplete, preemptions } = ended;
  const isAll = isComplete && preemptions === null && method !== 'random';
  if (!isAll) {
    const bound = preemptions === null ? '' : ` with ${boundWords(preemptions)}`;
    const how =
      method === 'random'
        ? ', the last of them drawn at random'
        : isComplete
          ? ''
          : ', not all that there are';
    return `No order fails, of those that were tried: ${number(orders)}${bound}${how}.`;
  }
  if (orders === 1) return 'There is only one order, and it goes well.';
  const noun = method === 'every' ? count(orders, 'order') : matter(orders);
  if (outcomes <= 1)
    return orders === 2 && method === 'every'
      ? 'Both orders end the same way.'
      : `All ${noun} end the same way.`;
  return `None of the ${noun} fails. They end in ${count(outcomes, 'different way')}.`;
}

/** `1,204 different orders that matter`. */
function matter(orders: number): string {
  return orders === 1 ? '1 order that matters' : `${number(orders)} different orders that matter`;
}

/** `4 of them`, `Both orders`, `All 6 orders`. */
function subject(orders: number, failing: number): string {
  if (failing < orders) return failing === 1 ? 'One of them' : `${number(failing)} of them`;
  if (orders === 1) return 'The only order';
  return orders === 2 ? 'Both orders' : `All ${count(orders, 'order')}`;
}

/** `at most 2 preemptions`, `no preemption`. */
export function boundWords(preemptions: number): string {
  return preemptions === 0 ? 'no preemption' : `at most ${count(preemptions, 'preemption')}`;
}

/** What an order does that goes wrong, as the rest of a sentence about one or several orders. */
function wrongWords(wrong: Wrong, outcomes: readonly FoundOutcome[], isOne: boolean): string {
  const s = isOne ? 's' : '';
  switch (wrong) {
    case 'deadlock':
      return `end${s} in a deadlock`;
    case 'stuck':
      return `get${s} stuck`;
    case 'error':
      return `end${s} with an error`;
    case 'check':
      return `fail${s} the program’s check`;
    case 'lost-update':
      return `lose${s} ${outcomes.every(({ lostUpdates }) => lostUpdates === 1) ? 'an update' : 'updates'} of the counter`;
    case 'cut':
      return isOne ? 'comes to no end' : 'come to no end';
    case 'other':
      return `fail${s}`;
  }
}

function number(n: number): string {
  return n.toLocaleString('en-US');
}
