/** The figures of a run's table, from its timeline. Pure. */
import type { Status } from '../protocol/facts.ts';
import { toMicrosecond } from '../protocol/times.ts';
import { MODE_TRAITS, type Mode } from '../spec/modes.ts';
import type { PassTimeline, RunTimeline } from '../timeline/model.ts';
import { neverBegan, waitingShare } from './pass-jobs.ts';

/** The figures of one pass; times to the microsecond, as in events. */
export type PassSummary = {
  mode: Mode;
  /** null while the pass runs; the run's own where the run ended over the pass. */
  status: Status | null;
  /** What the pass failed of; null where it did not. */
  error: string | null;
  /** null until the pass has ended, and where nobody saw it end. */
  wallMs: number | null;
  /** Sum over jobs of the time from job-started to job-ended, or so far. */
  jobMs: number;
  /**
   * How many times sooner than the sequential pass of this run, or, where it has none whose jobs were all done, than
   * the sum of this pass's job times. null for the sequential pass itself, for a pass whose jobs were not all done, and,
   * against the sum, where jobs waited for each other: nothing could have gone on while they did.
   */
  speedUp: { factor: number; against: 'sequential' | 'sum' } | null;
  startupMs: number;
  /** How many lanes ever started. */
  lanes: number;
  done: number;
  failed: number;
  cutOff: number;
  /** Jobs that were still waiting for a worker when the pass ended. */
  neverBegan: number;
  cpuMs: number | null;
  peakRssBytes: number | null;
};

/** From this share of their time on, the jobs of a pass count as waiting for each other. */
const APART = 0.05;

/** The figures of each pass, in the order in which the passes ran. */
export function summarize(timeline: RunTimeline): PassSummary[] {
  const sequential = timeline.passes.find((pass) => !MODE_TRAITS[pass.mode].overlaps);
  // Where events were left out, a job whose end was among them only looks cut off.
  const isWhole = timeline.cuts.every((cut) => cut.what !== 'events');
  const sequentialMs = sequential ? doneMs(sequential, isWhole) : null;
  return timeline.passes.map((pass) => {
    const jobs = [...pass.jobs.values()];
    const count = (status: string) => jobs.filter((job) => job.status === status).length;
    const jobMs = jobs.reduce((sum, { startMs, endMs }) => sum + (endMs ?? pass.latestMs) - startMs, 0);
    return {
      mode: pass.mode,
      status: pass.ended?.status ?? timeline.status,
      error: pass.ended?.error ?? null,
      wallMs: toMicrosecond(pass.ended?.wallMs),
      jobMs: toMicrosecond(jobMs),
      speedUp: speedUp(pass, doneMs(pass, isWhole), sequentialMs, jobMs),
      startupMs: toMicrosecond(pass.startupMs),
      lanes: pass.lanes.size,
      done: count('done'),
      failed: count('failed'),
      cutOff: count('cut-off'),
      neverBegan: pass.ended ? neverBegan(pass).length : 0,
      cpuMs: toMicrosecond(pass.ended?.cpuMs),
      peakRssBytes: pass.ended?.peakRssBytes ?? null,
    };
  });
}

/** How long a pass took that did all it had to; null where it did not, or took no time that could be compared. */
function doneMs(pass: PassTimeline, isWhole: boolean): number | null {
  const jobs = [...pass.jobs.values()];
  const isDone = isWhole
    ? jobs.every(({ status }) => status === 'done') && neverBegan(pass).length === 0
    : jobs.every(({ status }) => status !== 'failed');
  return isDone && pass.ended?.status === 'completed' && pass.ended.wallMs > 0 ? pass.ended.wallMs : null;
}

function speedUp(
  pass: PassTimeline,
  wallMs: number | null,
  sequentialMs: number | null,
  jobMs: number,
): PassSummary['speedUp'] {
  if (!MODE_TRAITS[pass.mode].overlaps || wallMs === null) return null;
  if (sequentialMs !== null) return { factor: sequentialMs / wallMs, against: 'sequential' };
  return jobMs > 0 && waitingShare(pass) < APART ? { factor: jobMs / wallMs, against: 'sum' } : null;
}
