/** Finds members who run into the same error again and again. */
import { troubleOf } from '../figures/trouble.ts';
import { readTimeline } from '../runs/read-timeline.ts';
import type { Runs } from '../runs/runs.ts';
import type { RunTimeline } from '../timeline/model.ts';

/** Most runs that are compared. */
const MOST = 9;

/**
 * Resolves with how many runs in a row, the latest of `timeline` included, ended with the same error; 0 if that one ended
 * well. `earlier` are the ids of those before it, oldest first.
 */
export async function sameErrorRuns(
  timeline: RunTimeline,
  earlier: readonly string[],
  runs: Pick<Runs, 'get'>,
): Promise<number> {
  const trouble = troubleOf(timeline);
  if (trouble === null) return 0;
  let count = 1;
  for (const id of earlier.toReversed().slice(0, MOST - 1)) {
    // One that is blocked or damaged says nothing.
    const run = await runs.get(id).catch(() => null);
    if (run === null || troubleOf(await readTimeline(run.log.after(0))) !== trouble) break;
    count++;
  }
  return count;
}
