/**
 * How much faster each mode was, and its ideal: as many times as jobs could run at once, and, as far as they compute, no
 * more than there are cores. Pure.
 */
import { hasWorkers, interleaves, MODE_TRAITS, type Mode } from '../spec/modes.ts';
import { causesOf } from '../timeline/causes.ts';
import type { PassTimeline, Row, RunTimeline } from '../timeline/model.ts';
import { waitingShare } from './pass-jobs.ts';
import { type PassSummary, summarize } from './summary.ts';

/** What keeps a mode from being faster than its ideal. */
export type Limit = 'jobs' | 'workers' | 'cores' | 'one thread';

export type Efficiency = {
  mode: Mode;
  /** How many times as fast, as summary.ts has it. */
  speedUp: NonNullable<PassSummary['speedUp']>;
  /** How many times as fast it would have been, had the work been shared out evenly among all that could go on at once. */
  ideal: number;
  limit: Limit;
  /** Jobs that could run at once: all of them, or as many as there are workers. */
  atOnce: number;
  cores: number;
  /** The share of their time that jobs computed; the rest of it they waited. */
  computing: number;
  /** The share of their time that jobs waited for each other. */
  waiting: number;
  /** `speedUp` as a share of `ideal`: above 1 where what it is compared with was slowed down by something else. */
  efficiency: number;
  /** How many times as fast it could be at most, going by its longest job; null where that is about the ideal. */
  longest: { job: number; ms: number; most: number } | null;
};

/** A share of computing above this counts as all of it, and below the rest as none. */
const NEARLY_ALL = 0.8;

/** The modes of a run that have something to be compared with, in the order in which they ran. */
export function efficiencies(timeline: RunTimeline): Efficiency[] {
  const summaries = summarize(timeline);
  // Jobs that share cores compute for longer than they would alone: one by one they had a core to themselves.
  const alone = timeline.passes.find(({ mode, jobs }) => !MODE_TRAITS[mode].overlaps && jobs.size > 0);
  return timeline.passes.flatMap((pass, i) => {
    const summary = summaries[i];
    if (!summary?.speedUp || pass.jobs.size === 0) return [];
    const found = idealOf(pass, computingShare(alone ?? pass));
    const { speedUp, jobMs } = summary;
    const [efficiency, waiting] = [speedUp.factor / found.ideal, waitingShare(pass)];
    return [
      { mode: pass.mode, speedUp, ...found, waiting, efficiency, longest: longestOf(pass, found, jobMs) },
    ];
  });
}

/**
 * Jobs whose time is J in all, c of it computing, take at least J / lanes, for no more of them run at once, and at
 * least c · J / cores, for no more of them compute at once: J over the greater of the two is the ideal.
 */
function idealOf(pass: PassTimeline, computing: number) {
  const { atOnce, limit } = lanesOf(pass);
  const cores = hasWorkers(pass.mode) ? pass.cores : 1;
  const share = computing > NEARLY_ALL ? 1 : computing < 1 - NEARLY_ALL ? 0 : computing;
  const onCores = share > 0 ? cores / share : Number.POSITIVE_INFINITY;
  const common = { atOnce, cores: pass.cores, computing: share };
  if (onCores >= atOnce) return { ...common, ideal: atOnce, limit };
  const short: Limit = hasWorkers(pass.mode) ? 'cores' : 'one thread';
  return { ...common, ideal: onCores, limit: short };
}

/** How many jobs could run at once; fewer than all where some had to wait for a free worker. */
function lanesOf(pass: PassTimeline): { atOnce: number; limit: Limit } {
  const jobs = pass.jobs.size;
  const hasWaited = causesOf(pass).some(({ kind }) => kind === 'worker');
  const isWorker = ({ slot, kind }: Row) => (interleaves(pass.mode) ? slot !== null : kind !== 'main');
  const lanes = pass.rows.filter(isWorker).length;
  return hasWaited && lanes > 0 && lanes < jobs
    ? { atOnce: lanes, limit: 'workers' }
    : { atOnce: jobs, limit: 'jobs' };
}

function computingShare({ jobStateMs }: PassTimeline): number {
  const all = Object.values(jobStateMs).reduce((sum, ms) => sum + ms, 0);
  return all > 0 ? jobStateMs.computing / all : 0;
}

/** No pass is over before its longest job is. */
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
