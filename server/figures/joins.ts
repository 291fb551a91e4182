/** What main waited for in `join`. Pure. */
import type { PassTimeline } from '../timeline/model.ts';

/**
 * A join of main that has returned. `waitedMs` is how long it took; `endedMs` is when its job ended, in ms since the
 * pass began; null if that is unknown.
 */
export type Join = { job: number; startMs: number; waitedMs: number; endedMs: number | null };

/** Returns main's joins, in order, without those that have not returned. */
export function joinsOf({ rows, jobs }: PassTimeline): Join[] {
  const main = rows.find(({ kind, slot }) => kind === 'main' && slot === null);
  return (main?.bars ?? []).flatMap(({ state, on, startMs, endMs }) => {
    const job = /^job (\d+)$/.exec(on ?? '')?.[1];
    if (state !== 'join' || job === undefined || endMs === null) return [];
    const endedMs = jobs.get(Number(job))?.endMs ?? null;
    return [{ job: Number(job), startMs, waitedMs: endMs - startMs, endedMs }];
  });
}
