/** How long the jobs of a pass took. Pure. */
import type { JobTimes, PassTimeline } from '../timeline/model.ts';

const lengthOf = ({ startMs, endMs }: JobTimes) => (endMs ?? startMs) - startMs;

/** Returns the time from the first start of a job to the last end, in ms. */
export function spanMs({ jobs }: PassTimeline): number {
  const all = [...jobs.values()];
  const ends = all.map(({ startMs, endMs }) => endMs ?? startMs);
  return Math.max(...ends) - Math.min(...all.map(({ startMs }) => startMs));
}

/** Returns how long the longest job took, in ms. */
export function longest({ jobs }: PassTimeline): number {
  return Math.max(...[...jobs.values()].map(lengthOf));
}
