/** Runs of single orders that belong to an exploration: an order that is opened becomes a run of its own, once. */
import type { FamilyRun } from '../figures/family.ts';
import { MAX_OUTCOMES } from '../protocol/search.ts';
import type { Spec } from '../spec/spec.ts';
import type { Store, StoredFamily, StoredRun } from '../store/store.ts';
import { BusyError } from './admission/places.ts';
import type { Runs, Submitter } from './runs.ts';
import { whyNotNow } from './why-not-now.ts';

/** Most runs of orders in an exploration, beside those of the outcomes that its search has reported. */
const MAX_OTHERS = 100;
/** How often a run is submitted again if its number in its family is taken. */
const MAX_ATTEMPTS = 5;

/** One order of an exploration: the mode, and the schedule. */
type Ordering = NonNullable<FamilyRun['order']>;

/** Returns the order that a run executes; null if the operating system schedules it. */
export function orderOf({ modes: [mode], schedule }: Spec): Ordering | null {
  return mode !== undefined && schedule ? { mode, schedule } : null;
}

/**
 * Submits a run of one order of an exploration, or returns the id of the one that there is: the same order gives the
 * same events. `isReported`: it is one of the search's examples. Rejects as `Runs.submit` does, and with `BusyError` if
 * the exploration has too many runs of other orders.
 */
export async function openOrder(
  { runs, store }: { runs: Pick<Runs, 'submit'>; store: Pick<Store, 'ofFamily'> },
  family: StoredFamily,
  { isReported, ...order }: Ordering & { isReported: boolean },
  by: Submitter,
): Promise<string> {
  const { mode, schedule } = order;
  const spec: Spec = { ...family.spec, explore: null, modes: [mode], schedule };
  for (let attempt = 1; ; attempt++) {
    const members = await store.ofFamily(family.id);
    const known = sameOrder(members, order);
    if (known !== null) return known;
    if (!isReported && members.length > MAX_OTHERS + family.spec.modes.length * MAX_OUTCOMES)
      throw new BusyError('Too many orders of this search have been opened.', 3600);
    const number = 1 + Math.max(0, ...members.map(({ member }) => member?.number ?? 0));
    try {
      return (await runs.submit(spec, by, { family: family.id, number })).id;
    } catch (error) {
      // Somebody else may have opened an order at the same moment, and taken the number.
      if (whyNotNow(error) !== null || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}

/** Returns the id of the run that executes an order; null if there is none. */
function sameOrder(runs: readonly StoredRun[], { mode, schedule }: Ordering): string | null {
  const same = runs.find(({ spec }) => spec.schedule === schedule && spec.modes[0] === mode);
  return same?.id ?? null;
}
