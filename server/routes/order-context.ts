/** What the page of one order says of the search that it belongs to: how many orders there are, and one that goes well. */
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
  const well = search.outcomes.find(({ isFailing }) => !isFailing)?.schedule ?? null;
  const opened = family.runs.find(({ order }) => order?.mode === mode && order.schedule === well);
  return {
    mode,
    count: search.ended?.orders ?? null,
    isExact: search.ended?.method === 'every',
    isFailing: search.outcomes.find(({ schedule }) => schedule === spec.schedule)?.isFailing ?? null,
    well: well === null ? null : { schedule: well, run: opened?.id ?? null },
  };
}
