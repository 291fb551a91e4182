/**
 * How much faster each mode was, compared with its ideal: the number of jobs that could run at once, limited by the
 * number of cores for the time they compute. Pure.
 */
import { hasWorkers, interleaves, MODE_TRAITS, type Mode } from '../spec/modes.ts';
import { causesOf } from '../timeline/causes.ts';
import type { PassTimeline, Row, RunTimeline } from '../timeline/model.ts';
import { shareOf, waitingShare } from './pass-jobs.ts';
import { type PassSummary, summarize } from './summary.ts';

/** What limits the ideal of a mode. */
type Limit = 'jobs' | 'workers' | 'cores' | 'one thread';

export type Efficiency = {
  mode: Mode;
  /** The speed-up; see summary.ts. */
  speedUp: NonNullable<PassSummary['speedUp']>;
  /** The speed-up if the work had been shared out evenly among all lanes that could run at once. */
  ideal: number;
  limit: Limit;
  /** Jobs that could run at once: all of them, or one for each worker. */
  atOnce: number;
  cores: number;
  /** The share of the jobs' time spent computing; they spent the rest waiting. */
  computing: number;
  /** The share of the jobs' time spent waiting for each other. */
  waiting: number;
  /** `speedUp` as a share of `ideal`. Above 1 if something else slowed down the pass it is compared with. */
  efficiency: number;
  /** The longest job, and the highest speed-up that its length allows; null if that is close to the ideal. */
  longest: { job: number; ms: number; most: number } | null;
};

/** A share of computing above this counts as 1, and a share of waiting above this as 1. */
const NEARLY_ALL = 0.8;

/** Returns the efficiency of each mode that can be compared with another, in the order in which the passes ran. */
export function efficiencies(timeline: RunTimeline): Efficiency[] {
  const summaries = summarize(timeline);
  // Jobs that share cores compute for longer than they would alone, so the share is taken from a pass in which they had
  // a core to themselves.
  const undisturbed = timeline.passes.find(({ mode, jobs }) => !MODE_TRAITS[mode].overlaps && jobs.size > 0);
  return timeline.passes.flatMap((pass, i) => {
    const summary = summaries[i];
    if (!summary?.speedUp || pass.jobs.size === 0) return [];
    const found = idealOf(pass, shareOf(undisturbed ?? pass, 'computing'));
    const { speedUp, jobMs } = summary;
    const [efficiency, waiting] = [speedUp.factor / found.ideal, waitingShare(pass)];
    return [
      { mode: pass.mode, speedUp, ...found, waiting, efficiency, longest: longestOf(pass, found, jobMs) },
    ];
  });
}

/**
 * Jobs with a total time J, of which the share c is computing, take at least J / lanes, because no more of them run at
 * once, and at least c · J / cores, because no more of them compute at once. The ideal is J divided by the greater of
 * the two.
 */
function idealOf(pass: PassTimeline, computing: number) {
  const { atOnce, limit } = lanesOf(pass);
  const cores = hasWorkers(pass.mode) ? pass.cores : 1;
  const share = computing > NEARLY_ALL ? 1 : computing < 1 - NEARLY_ALL ? 0 : computing;
  const coreIdeal = share > 0 ? cores / share : Number.POSITIVE_INFINITY;
  const common = { atOnce, cores: pass.cores, computing: share };
  if (coreIdeal >= atOnce) return { ...common, ideal: atOnce, limit };
  const coreLimit: Limit = hasWorkers(pass.mode) ? 'cores' : 'one thread';
  return { ...common, ideal: coreIdeal, limit: coreLimit };
}

/** Returns how many jobs could run at once: the number of lanes if any job had to wait for a free worker. */
function lanesOf(pass: PassTimeline): { atOnce: number; limit: Limit } {
  const jobs = pass.jobs.size;
  const hasWaited = causesOf(pass).some(({ kind }) => kind === 'worker');
  const isWorker = ({ slot, kind }: Row) => (interleaves(pass.mode) ? slot !== null : kind !== 'main');
  const lanes = pass.rows.filter(isWorker).length;
  return hasWaited && lanes > 0 && lanes < jobs
    ? { atOnce: lanes, limit: 'workers' }
    : { atOnce: jobs, limit: 'jobs' };
}

/** No pass is shorter than its longest job. */
function longestOf({ jobs }: PassTimeline, { ideal, limit }: { ideal: number; limit: Limit }, jobMs: number) {
  if (limit === 'cores' || limit === 'one thread') return null;
  let longest = { job: 0, ms: 0 };
  for (const { job, startMs, endMs } of jobs.values()) {
    const ms = (endMs ?? startMs) - startMs;
    if (ms > longest.ms) longest = { job, ms };
  }
  const most = longest.ms > 0 ? jobMs / longest.ms : ideal;
  return most < 0.95 * ideal ? { ...longest, most } : null;
}
