/** The figures of a search for orders: how many orders fail, and in which ways. Pure. */
import type { Status } from '../protocol/facts.ts';
import type { Mode } from '../spec/modes.ts';
import { type FoundOutcome, newSearch, type PassSearch } from '../timeline/search.ts';
import type { Family } from './family.ts';

/** A search in one mode. `status` is null until its pass has ended; `error`: why the pass failed. */
export type ModeSearch = { mode: Mode; status: Status | null; error: string | null; search: PassSearch };

/** Returns the searches of a family that explores orders: those of its first run. None before that has begun. */
export function searchesIn({ runs }: Pick<Family, 'runs'>): ModeSearch[] {
  const passes = runs.find(({ number }) => number === 1)?.result.passes ?? [];
  return passes.map(({ mode, status, error = null, search = newSearch() }) => ({
    mode,
    status,
    error,
    search,
  }));
}

/** How an order goes wrong. */
export type Wrong = 'deadlock' | 'stuck' | 'error' | 'check' | 'lost-update' | 'cut' | 'other';

/** Returns how an outcome goes wrong: the first of several reasons, which explains the others; null if it goes well. */
export function wrongIn(outcome: FoundOutcome): Wrong | null {
  if (!outcome.isFailing) return null;
  if (outcome.isDeadlock) return 'deadlock';
  if (outcome.stuck.length > 0) return 'stuck';
  if (outcome.failed.length > 0) return 'error';
  if (outcome.check !== null) return 'check';
  if (outcome.lostUpdates > 0) return 'lost-update';
  return outcome.isCut ? 'cut' : 'other';
}

/** Orders that go wrong in the same way, and the outcomes that they lead to. */
type WrongOrders = { wrong: Wrong; orders: number; outcomes: FoundOutcome[] };

/** Returns the orders that fail by how they do, most frequent first. */
export function wrongOrders({ outcomes }: PassSearch): WrongOrders[] {
  const failing = outcomes.filter(({ isFailing }) => isFailing);
  return [...Map.groupBy(failing, (outcome) => wrongIn(outcome) ?? 'other')]
    .map(([wrong, found]) => ({
      wrong,
      orders: found.reduce((sum, one) => sum + one.orders, 0),
      outcomes: found,
    }))
    .sort((a, b) => b.orders - a.orders);
}

/** Reports whether a search has tried every order there is, not only those within a bound or of a kind. */
export function isExhaustive({ ended }: PassSearch): boolean {
  return ended !== null && ended.method === 'every' && ended.isComplete && ended.preemptions === null;
}

/** Which parts of the memory that jobs share any outcome leaves something in; of the others, nothing need be said. */
export function sharedIn({ outcomes }: PassSearch): { counter: boolean; list: boolean; queue: boolean } {
  return {
    counter: outcomes.some(({ counter, lostUpdates }) => counter !== 0 || lostUpdates > 0),
    list: outcomes.some(({ list }) => list.length > 0),
    queue: outcomes.some(({ queue }) => queue.length > 0),
  };
}

/** Returns searches as JSON: the counts, how the search went about it, and each outcome, those that fail first. */
export function searchesJson(searches: readonly ModeSearch[]) {
  return searches.map(({ mode, status, error, search }) => {
    const { progress, outcomes, ended } = search;
    const begun = { orders: 0, failing: 0, schedules: 0, ...progress };
    const { outcomes: distinctOutcomes, ...end } = ended ?? {
      ...begun,
      ...{ outcomes: outcomes.length, method: null, isComplete: false, preemptions: null },
      ...{ probability: null, module: null },
    };
    return { mode, status, error, ...end, distinctOutcomes, outcomes };
  });
}
