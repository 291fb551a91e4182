/**
 * What the page of one order says of the search that it belongs to: how many orders there are, one that goes well, and
 * one that fails.
 */
import type { OrderContext } from '../../views/run/view.ts';
import { searchesIn } from '../figures/search.ts';
import type { RunRecord } from '../runs/execution.ts';
import type { Playground } from './playground.ts';

/** Returns what is known of the search of a run; null if the run is not one of its orders. */
export async function orderContext(
  { spec, member }: Pick<RunRecord, 'spec' | 'member'>,
  { families }: Pick<Playground, 'families'>,
): Promise<OrderContext | null> {
  const [mode] = spec.modes;
  if (!spec.schedule || mode === undefined || member === undefined) return null;
  const family = await families.get(member.family);
  const search = family && searchesIn(family).find((one) => one.mode === mode)?.search;
  if (!family || !search) return null;
  const runOf = (schedule: string) =>
    family.runs.find(({ order }) => order?.mode === mode && order.schedule === schedule)?.id ?? null;
  /** The first such example, or rather one that has been opened: the reader may come from there. */
  const example = (isFailing: boolean) => {
    const examples = search.outcomes
      .filter((one) => one.isFailing === isFailing && one.schedule !== '')
      .map(({ schedule }) => ({ schedule, run: runOf(schedule) }));
    return examples.find(({ run }) => run !== null) ?? examples[0] ?? null;
  };
  return {
    mode,
    count: search.ended?.orders ?? null,
    isExact: search.ended?.method === 'every',
    isFailing: search.outcomes.find(({ schedule }) => schedule === spec.schedule)?.isFailing ?? null,
    well: example(false),
    failing: example(true),
  };
}
