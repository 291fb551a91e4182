/** What a search for orders has found, derived from its events. Pure. */
import type { RunEvent } from '../protocol/events.ts';
import type { SearchFact } from '../protocol/search.ts';

/** What is reported of how far a search is. */
type SearchProgress = Omit<Extract<SearchFact, { type: 'search-progress' }>, 'type'>;

/** An outcome. `isSame`: whether its schedule led to it again in a new process; null if that was not tried. */
export type FoundOutcome = Omit<Extract<SearchFact, { type: 'outcome' }>, 'type'> & {
  isSame: boolean | null;
};

/** How a search ended. */
export type SearchEnd = Omit<Extract<SearchFact, { type: 'search-ended' }>, 'type'>;

/** A search so far. `progress` is null until there is any, and `ended` until it has ended. */
export type PassSearch = {
  progress: SearchProgress | null;
  outcomes: FoundOutcome[];
  ended: SearchEnd | null;
};

/** Returns a search that has just begun. */
export function newSearch(): PassSearch {
  return { progress: null, outcomes: [], ended: null };
}

export type SearchEvent = Extract<
  RunEvent,
  { type: 'search-progress' | 'outcome' | 'search-ended' | 'outcome-replayed' }
>;

/** Applies an event to `search`, in place. */
export function applyToSearch(search: PassSearch, event: SearchEvent): void {
  switch (event.type) {
    case 'search-progress': {
      const { orders, failing, schedules } = event;
      search.progress = { orders, failing, schedules };
      return;
    }
    case 'outcome': {
      const { type: _, seq: __, pass: ___, atMs: ____, ...outcome } = event;
      search.outcomes.push({ ...outcome, isSame: null });
      return;
    }
    case 'search-ended': {
      const { type: _, seq: __, pass: ___, atMs: ____, ...end } = event;
      search.ended = end;
      return;
    }
    case 'outcome-replayed': {
      const found = search.outcomes.find(({ number }) => number === event.number);
      if (found) found.isSame = event.isSame;
      return;
    }
  }
}
